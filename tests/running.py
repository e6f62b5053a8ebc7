"""What the tests of whole processes share: `beacon` as somebody would start it, in a data directory of its own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
DESK_KEY = "desk-key"


def prepared(data_dir: Path, folder: Path) -> Path:
    """A data directory of its own with the weights and the index that were built already."""
    for part in ("models", "index", "vectors"):
        shutil.copytree(data_dir / part, folder / part)
    return folder


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing but what a fresh machine has: no keys, no settings but the data directory."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return plain | {"BEACON_DATA_DIR": str(folder), "BEACON_DESK_KEY": DESK_KEY} | more


def beacon(
    *arguments: str, folder: Path, given: bytes = b"", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "channels.main", *arguments],
        cwd=ROOT,
        env=environment(folder, **(more or {})),
        input=given,
        capture_output=True,
        timeout=110,
        check=False,
    )


class Server:
    """A running `beacon serve`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "channels.main", "serve", "--port", "0", *arguments],
            cwd=ROOT,
            env=environment(folder),
            stderr=subprocess.PIPE,
            text=True,
        )
        self.folder = folder
        self.printed: list[str] = []
        self.address = self._ready()

    def _ready(self) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.printed.append(line)
            if "is ready: " in line:
                return line.split("is ready: ")[1].strip()
        raise AssertionError(f"The server did not start: {''.join(self.printed)}")

    def kill(self) -> None:
        """Pull the plug."""
        self.process.kill()
        self.process.communicate()

    def stop(self, *, sign: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; the exit code."""
        self.process.send_signal(sign)
        _, rest = self.process.communicate(timeout=30)
        self.printed.append(rest)
        return self.process.returncode


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Server]:
    """A server that is gone at the end, whatever happens."""
    server = Server(folder, *arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()


def opened(address: str) -> tuple[str, dict[str, str]]:
    """The address of a new conversation, and the headers that open it."""
    answer = httpx.post(f"{address}/api/conversations", json={}).json()
    return f"/api/conversations/{answer['conversation_id']}", {"Authorization": f"Bearer {answer['token']}"}
