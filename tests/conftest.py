"""What the tests share: the loaded parts, a private Postgres server, and databases that start empty."""

import getpass
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
import pytest_asyncio
from filelock import FileLock

from assistant.bootstrap import Reading, build_reading
from assistant.settings import Settings
from tests.canary import watched_logs as watched_logs
from tests.web import web
from tools.clock import Clock, fixed_clock
from tools.database import Database

POSTGRES = Path("/usr/lib/postgresql/15/bin")
NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
"""A Tuesday morning in Boston."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--approve", action="store_true", help="write what the assistant says now into the transcripts")


def pytest_configure() -> None:
    """Started in the background, this process ignores Ctrl+C, and so would every program that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data directory with weights, readers and index, built once for the whole run, however many processes test."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "beacon"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            build_reading(Settings(data_dir=folder))
    return folder


@pytest.fixture(scope="session")
def reading(data_dir: Path) -> Reading:
    """The parts of an assistant that never change."""
    return build_reading(Settings(data_dir=data_dir))


@pytest.fixture
def clock() -> Clock:
    return fixed_clock(NOW)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a Postgres 15 of our own on the loopback, without a database name. It refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="beacon-postgres-"))
    port = free_port()
    root = getpass.getuser() == "root"
    if root:
        shutil.chown(folder, "postgres")
    as_postgres: list[str | Path] = ["runuser", "-u", "postgres", "--"] if root else []
    data, log = folder / "data", folder / "log"
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories= -c fsync=off"
    commands: tuple[list[str | Path], ...] = (
        [POSTGRES / "initdb", "-D", data, "-U", "beacon", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        [POSTGRES / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start"],
    )
    for command in commands:
        subprocess.run([*as_postgres, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    yield f"beacon@127.0.0.1:{port}"
    stop = [*as_postgres, POSTGRES / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
    subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    shutil.rmtree(folder)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once on SQLite and once on Postgres."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'beacon.db'}"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The address of a new database on our Postgres."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(f"postgresql://{postgres}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://{postgres}/{name}"


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, where the kind does not matter."""
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'beacon.db'}")
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def api(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole web application, in process, on an empty database."""
    async with web(reading, sqlite, clock, tmp_path) as (client, _):
        yield client
