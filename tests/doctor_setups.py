"""Set-ups that are broken in one way each, for `beacon doctor`; `python -m tests.doctor_setups docs/doctor.md` writes
the page that shows what the doctor says of each."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from channels.fake_twilio import FakeTwilio
from channels.fleet import carrier_of
from evals.creatio_server import NAME, creatio_app
from evals.loopback import on_loopback
from evals.model_server import MODEL, ModelServer, serving
from tests.creatio import site
from tests.oidc import CLIENT, SECRET, Fault, IdentityProvider
from tests.running import ROOT, environment, prepared
from tools.clock import system_clock

SID = "AC" + "0" * 32
Settings = dict[str, str]


class Setup(NamedTuple):
    """What is broken, in words; the part that the doctor must name; and how it is made."""

    broken: str
    part: str
    made: Callable[[Path, AsyncExitStack], "Settings | Awaitable[Settings]"]


def _setting(_folder: Path, _stack: AsyncExitStack) -> Settings:
    return {"BEACON_BURST_SECONDS": "soon"}


def _data_directory(folder: Path, _stack: AsyncExitStack) -> Settings:
    (folder / "a file").touch()
    return {"BEACON_DATA_DIR": str(folder / "a file" / "var")}


def _damaged(folder: Path, _stack: AsyncExitStack) -> Settings:
    (folder / "beacon.db").write_bytes(b"SQLite format 3\0" + b"?" * 8_000)
    return {}


def _away(_folder: Path, _stack: AsyncExitStack) -> Settings:
    return {"BEACON_DATABASE_URL": "postgresql+psycopg://beacon:secret-word@127.0.0.1:1/beacon"}


def _newer(folder: Path, _stack: AsyncExitStack) -> Settings:
    with sqlite3.connect(folder / "beacon.db") as database:
        database.execute("CREATE TABLE alembic_version_assistant (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version_assistant VALUES ('a900')")
    return {}


def _index(folder: Path, _stack: AsyncExitStack) -> Settings:
    version = (folder / "index" / "current").read_text(encoding="utf-8").strip()
    manifest = folder / "index" / version / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8")[:100], encoding="utf-8")
    return {}


def _weights(folder: Path, _stack: AsyncExitStack) -> Settings:
    weights = next((folder / "models").glob("*.onnx"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    return {}


def _articles(folder: Path, _stack: AsyncExitStack) -> Settings:
    (folder / "articles" / "en").mkdir(parents=True)
    (folder / "articles" / "en" / "trash-day.md").write_text("---\nid: trash-day\n", encoding="utf-8")
    return {"BEACON_ARTICLES_DIR": str(folder / "articles")}


def _secrets(_folder: Path, _stack: AsyncExitStack) -> Settings:
    return {"BEACON_PRODUCTION": "true", "BEACON_DESK_KEY": "changeme", "BEACON_PUBLIC_URL": "http://311.example.gov"}


async def _twilio(_folder: Path, stack: AsyncExitStack) -> Settings:
    fake = FakeTwilio(account=SID, token="the real token", assistant_url="http://127.0.0.1:9")
    address = await stack.enter_async_context(carrier_of(fake))
    return _texting(address, token="an old token")


async def _no_https(_folder: Path, stack: AsyncExitStack) -> Settings:
    fake = FakeTwilio(account=SID, token="the real token", assistant_url="http://127.0.0.1:9")
    address = await stack.enter_async_context(carrier_of(fake))
    return _texting(address, token="the real token") | {"BEACON_PUBLIC_URL": "http://311.example.gov"}


def _texting(address: str, *, token: str) -> Settings:
    return {
        "BEACON_TWILIO_ACCOUNT_SID": SID,
        "BEACON_TWILIO_AUTH_TOKEN": token,
        "BEACON_TWILIO_API_URL": address,
        "BEACON_PUBLIC_URL": "https://311.example.gov",
    }


async def _crm(_folder: Path, stack: AsyncExitStack) -> Settings:
    address = await stack.enter_async_context(on_loopback(creatio_app(site(system_clock))))
    return {
        "BEACON_CRM": "creatio",
        "BEACON_CREATIO_URL": address,
        "BEACON_CREATIO_USER": NAME,
        "BEACON_CREATIO_PASSWORD": "a wrong password",
    }


async def _model(_folder: Path, stack: AsyncExitStack) -> Settings:
    address = await stack.enter_async_context(serving(ModelServer()))
    return {
        "BEACON_ENGINE": "openai",
        "BEACON_OPENAI_BASE_URL": f"{address}/v1",
        "BEACON_OPENAI_API_KEY": "sk-a-wrong-key",
        "BEACON_OPENAI_MODEL": MODEL,
    }


async def _identity(fault: Fault | None, stack: AsyncExitStack, *, secret: str = SECRET) -> Settings:
    provider = IdentityProvider()
    provider.issuer = await stack.enter_async_context(on_loopback(provider.app))
    provider.fault = fault
    return {
        "BEACON_OIDC_ISSUER": provider.issuer,
        "BEACON_OIDC_CLIENT_ID": CLIENT,
        "BEACON_OIDC_CLIENT_SECRET": secret,
        "BEACON_PUBLIC_URL": "https://311.example.gov",
    }


SETUPS = (
    Setup("A setting is not a number", "settings", _setting),
    Setup("The data directory cannot be made", "data directory", _data_directory),
    Setup("The database file is damaged", "database", _damaged),
    Setup("The database server is away", "database", _away),
    Setup("The database was written by a newer release", "database", _newer),
    Setup("The index is half written", "index", _index),
    Setup("The weights are not those that were shipped", "weights", _weights),
    Setup("An article is broken", "articles", _articles),
    Setup("Secrets of a trial in production", "production", _secrets),
    Setup("Twilio refuses the token", "text messages", _twilio),
    Setup("Twilio would call an address without a certificate", "text messages", _no_https),
    Setup("The case system refuses the login", "case system", _crm),
    Setup("The identity provider is away", "staff sign-in", lambda _, stack: _identity(Fault.DOWN, stack)),
    Setup(
        "Another identity provider answers",
        "staff sign-in",
        lambda _, stack: _identity(Fault.OTHER_ISSUER_DISCOVERED, stack),
    ),
    Setup(
        "The identity provider refuses our secret",
        "staff sign-in",
        lambda _, stack: _identity(None, stack, secret="an old token"),
    ),
    Setup("The model's key is wrong", "engine", _model),
)


@asynccontextmanager
async def broken(setup: Setup, built: Path, folder: Path) -> AsyncIterator[Settings]:
    """The settings of a set-up whose data directory is `folder`, a copy of one that was `built`."""
    prepared(built, folder)
    async with AsyncExitStack() as stack:
        made = setup.made(folder, stack)
        yield environment(folder) | (made if isinstance(made, dict) else await made)


async def said(settings: Settings, *arguments: str) -> tuple[int, str]:
    """The doctor's exit code and what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "channels.main", "doctor", *arguments,
        cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


HEAD = """# What `beacon doctor` says

Made by `python -m tests.doctor_setups docs/doctor.md`: each set-up is broken in one way, the command is run, and what
it finds wrong is printed here. Its exit code is 1 whenever something is wrong; `--json` prints the same for machines.

| set-up | part | what the doctor says |
|---|---|---|
"""


async def page(built: Path) -> str:
    """The table of all set-ups; folders of this machine are left out."""
    rows = []
    for setup in SETUPS:
        with tempfile.TemporaryDirectory() as folder:
            async with broken(setup, built, Path(folder) / "var") as settings:
                _, printed = await said(settings, "--json")
            wrong = [each for each in json.loads(printed) if not each["ok"]]
            told = "<br>".join(f"{each['part']}: {each['message']}" for each in wrong)
            rows.append(f"| {setup.broken} | {setup.part} | {_plain(told, folder)} |")
    return HEAD + "\n".join(rows) + "\n"


def _plain(told: str, folder: str) -> str:
    return told.replace(folder, "…").replace(str(ROOT), "…").replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(page(Path(os.environ.get("BEACON_DATA_DIR", "var")))), encoding="utf-8")
