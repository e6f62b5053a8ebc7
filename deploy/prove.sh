#!/bin/sh
# The steps of deploy/Dockerfile and compose.yaml without Docker, from an empty folder to a first answer, timed:
#   sh deploy/prove.sh [postgresql+psycopg://user@host/empty_database]
# Without a database it proves the one-machine way (SQLite). Everything it makes lies in a folder of its own. With
# INSTALLED (a folder that holds python and beacon) it takes what is installed there, and with BEACON_DATA_DIR the
# weights and the index that lie there: so the tests run it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
began=$(date +%s)
pids=""
trap 'for pid in $pids; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT

if [ -n "${INSTALLED:-}" ]; then
  echo "[1/4] Taking what is installed in $INSTALLED"
  bin="$INSTALLED"
else
  echo "[1/4] Installing the locked packages and the product as a wheel"
  ${PYTHON:-python3} -m venv "$work/opt"
  bin="$work/opt/bin"
  "$bin/python" -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps -r "$here/requirements.lock"
  "$bin/python" -m pip install --disable-pip-version-check --quiet --no-build-isolation --no-deps "$here"
fi

cd "$work"
export BEACON_DATA_DIR="${BEACON_DATA_DIR:-$work/data}" BEACON_DESK_KEY="$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(24))')"
alone=""
if [ $# -gt 0 ]; then export BEACON_DATABASE_URL="$1"; alone="--no-worker"; fi

echo "[2/4] Making the tables and the index"
"$bin/beacon" index

echo "[3/4] Starting the server${alone:+ and a worker}"
port=$("$bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$bin/beacon" serve --port "$port" $alone > server.log 2>&1 &
pids="$!"
if [ -n "$alone" ]; then "$bin/beacon" work > worker.log 2>&1 & pids="$pids $!"; fi

echo "[4/4] Waiting until it is ready, and asking"
"$bin/python" - "$port" "$began" <<'ASK'
import json, sys, time, urllib.error, urllib.request
port, began = sys.argv[1], int(sys.argv[2])
def call(path, body=None, token=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
until = time.time() + 180
while True:
    try:
        print(call("/readyz"))
        break
    except (urllib.error.URLError, OSError):
        if time.time() > until:
            sys.exit("The server did not get ready; see server.log.")
        time.sleep(0.5)
opened = call("/api/conversations", {"channel": "web"})
said = call(f"/api/conversations/{opened['conversation_id']}/messages", {"text": "when does street sweeping run", "message_id": "m1"}, opened["token"])
print(said["replies"][0]["text"])
print(f"From nothing to a first answer in {time.time() - began:.0f} s.")
ASK
