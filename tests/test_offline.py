"""The whole embedded path with the network denied and no keys: ask, report to a filed case, status."""

import json
import subprocess
import sys
from pathlib import Path

from tests.running import ROOT, beacon, prepared

GUARD = """
import socket

def refused(*_arguments, **_options):
    raise AssertionError("something wants to leave this machine")

def guarded(connect):
    def only_here(self, address, *rest):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
            refused()
        return connect(self, address, *rest)
    return only_here

class Guarded(socket.socket):
    connect = guarded(socket.socket.connect)
    connect_ex = guarded(socket.socket.connect_ex)
    sendto = refused

socket.socket = Guarded
socket.getaddrinfo = refused
socket.gethostbyname = refused
"""
"""Read by Python before anything of ours: no name is looked up, nothing but the loopback is connected to."""

TALK = [
    "when does street sweeping run?",
    "there is a big pothole in the street at 100 Perham St, West Roxbury",
    "yes",
    "what is the status of my case",
]


def test_a_resident_is_served_with_the_network_denied_and_no_keys(
    data_dir: Path, reading: object, tmp_path: Path
) -> None:
    folder = prepared(data_dir, tmp_path / "var")
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    denied = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    transcript = tmp_path / "talk.txt"

    talk = beacon("chat", "--transcript", str(transcript), folder=folder, given="\n".join(TALK).encode(), more=denied)

    told = transcript.read_text(encoding="utf-8")
    assert talk.returncode == 0, talk.stderr.decode()
    assert [line for line in told.splitlines() if line.startswith("     (")] == [
        "     (answered)",
        "     (read_back)",
        "     (case_opened)",
        "     (status_given)",
    ]
    assert "B311-000001-3" in told


def test_everything_is_built_for_the_first_time_with_the_network_denied(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    denied = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}

    asked = beacon("ask", "when does street sweeping run?", folder=tmp_path / "var", more=denied)

    assert asked.returncode == 0, asked.stderr.decode()
    assert json.loads(asked.stdout)["outcome"] == "answered"


def test_the_guard_refuses_what_would_leave_this_machine(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    leave = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"

    tried = subprocess.run(
        [sys.executable, "-c", leave], env={"PYTHONPATH": str(tmp_path)}, capture_output=True, check=False
    )

    assert b"something wants to leave this machine" in tried.stderr
