"""`beacon work` beside `beacon serve --no-worker` on Postgres; on a SQLite file both are refused in one sentence."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT, beacon, environment, prepared


@pytest.fixture
def folder(data_dir: Path, reading: object, tmp_path: Path) -> Path:
    return prepared(data_dir, tmp_path / "var")


@pytest.mark.parametrize("command", [("work",), ("serve", "--no-worker", "--port", "0")])
def test_several_processes_are_refused_on_a_sqlite_file(folder: Path, command: tuple[str, ...]) -> None:
    refused = beacon(*command, folder=folder)

    assert refused.returncode == 1
    assert refused.stderr.decode().startswith("Several processes need PostgreSQL")


@pytest.mark.postgres
def test_a_worker_says_that_it_is_ready_is_counted_and_stops_when_told(folder: Path, empty_postgres: str) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "channels.main", "work"],
        cwd=ROOT,
        env=environment(folder, BEACON_DATABASE_URL=empty_postgres),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    ready = next(line for line in worker.stderr if line.strip())
    doctor = beacon("doctor", folder=folder, more={"BEACON_DATABASE_URL": empty_postgres})
    worker.send_signal(signal.SIGTERM)
    _, rest = worker.communicate(timeout=30)

    assert ready.startswith("The worker is ready")
    assert "1 alive" in doctor.stdout.decode()
    assert worker.returncode == 0
    assert rest.startswith("Stopped.")
