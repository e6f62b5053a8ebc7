"""Every case system with its adapter, on real connections, for the contract of what may go wrong there.

The City's systems stand on the loopback as test servers, with or without TLS; our own tables on Postgres, behind a line
that can be cut.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Self

import httpx
from sqlalchemy import func, make_url, select, update
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from evals.cartegraph_server import PASSWORD, USER, CartegraphSite, cartegraph_app
from evals.creatio_server import CLIENT_ID, SECRET, CreatioSite, creatio_app
from evals.faults import Faults
from evals.loopback import on_loopback
from evals.open311_server import KEY, Open311City
from tests.creatio import SERVICES, site
from tests.test_crm import pothole
from tools.cartegraph import Cartegraph
from tools.cartegraph_web import CartegraphWeb
from tools.catalogue import load_catalogue
from tools.clock import Clock
from tools.creatio import CreatioCRM
from tools.creatio_login import OAuthLogin
from tools.creatio_names import load_names
from tools.creatio_web import CreatioWeb
from tools.crm import CRM
from tools.crm_tables import cases
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.open311_crm import Open311CRM
from tools.open311_filed import FiledRecord
from tools.open311_web import Open311Web

XML = "Open311, XML"
BY_WIRE = ("Open311, JSON", XML, "Creatio", "Cartegraph")
CATALOGUE = load_catalogue()
OURS = "ours, Postgres"
SYSTEMS = (*BY_WIRE, OURS)
PLAIN = "plain"


class Doors:
    """Servers on the loopback for the whole module, in a thread of their own: a plain one, and one for each of the
    certificates by name. All of them lead to the application that was put behind them last."""

    def __init__(self, certificates: Mapping[str, Path], trusts: ssl.SSLContext) -> None:
        self.trusts = trusts
        self.addresses: dict[str, str] = {}
        self._certificates = certificates
        self._app: Starlette = Starlette()
        self._ready, self._loop = Event(), asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._loop.close()

    def lead_to(self, app: Starlette) -> None:
        """Put an application behind the doors."""
        self._app = app

    async def _serve(self) -> None:
        async def behind(scope: Scope, receive: Receive, send: Send) -> None:
            await self._app(scope, receive, send)

        self._over = asyncio.Event()
        async with AsyncExitStack() as stack:
            for name, certificate in {PLAIN: None, **self._certificates}.items():
                server = on_loopback(behind, certificate=certificate, patience=0)
                self.addresses[name] = await stack.enter_async_context(server)
            self._ready.set()
            await self._over.wait()


@dataclass(frozen=True)
class World:
    """What a system starts from: our clock and tables, its own clock and its ways. `door` is the server that it is
    reached at, `seconds` is for one call."""

    clock: Clock
    database: Database
    doors: Doors
    door: str = PLAIN
    ahead: timedelta = timedelta(0)
    zones: bool = True
    shows_words: bool = True
    seconds: float = 5.0

    def theirs(self) -> Clock:
        """The system's own clock."""
        return lambda: self.clock() + self.ahead


@dataclass(frozen=True)
class Rig:
    """A system that runs, and its adapter: how a case (or a task) is opened under a key and told again."""

    file: Callable[[str], Awaitable[str]]
    tell: Callable[[str], Awaitable[object]]
    held: Callable[[], Awaitable[int]]
    confuse: Callable[[str], Awaitable[None]]
    close: Callable[[], Awaitable[None]]
    faults: Faults = field(default_factory=Faults)
    logins: Callable[[], int] = lambda: 0
    crm: CRM | None = None


@dataclass(eq=False)
class Sites:
    """The test servers of one world; they outlive the connections with them."""

    world: World
    city: Open311City = field(init=False)
    creatio: CreatioSite = field(init=False)
    cartegraph: CartegraphSite = field(init=False)

    def __post_init__(self) -> None:
        """Build them all; they are small."""
        theirs = self.world.theirs()
        self.city = Open311City(theirs, zones=self.world.zones, shows_words=self.world.shows_words)
        self.creatio, self.cartegraph = site(theirs), CartegraphSite(theirs)


@asynccontextmanager
async def running(system: str, world: World, sites: Sites | None = None) -> AsyncIterator[Rig]:
    """One of the systems, with its adapter."""
    there = sites or Sites(world)
    if system == OURS:
        async with _ours(world) as rig:
            yield rig
        return
    apps: dict[str, Starlette] = {"Creatio": creatio_app(there.creatio), "Cartegraph": cartegraph_app(there.cartegraph)}
    world.doors.lead_to(apps.get(system) or there.city.app())
    address, client = world.doors.addresses[world.door], httpx.AsyncHTTPTransport(verify=world.doors.trusts)
    match system:
        case "Creatio":
            rig = _creatio(there.creatio, address, world, client)
        case "Cartegraph":
            rig = _cartegraph(there.cartegraph, address, world, client)
        case _:
            rig = await _open311(there.city, address, world, client, form=system[-4:].strip().lower())
    try:
        yield rig
    finally:
        await rig.close()


async def _open311(
    city: Open311City, address: str, world: World, client: httpx.AsyncHTTPTransport, *, form: str
) -> Rig:
    await LocalCRM(world.database, world.clock).prepare()
    endpoint = f"{address}/open311/v2"
    web = Open311Web(endpoint, form=form, api_key=KEY, seconds=world.seconds, clock=world.clock, transport=client)
    record = FiledRecord(world.database, "city")
    crm = Open311CRM(web, record, CATALOGUE, world.clock, settle_seconds=0, polls=1)

    async def confuse(_number: str) -> None:
        city.faults.reads.append("unknown_status")

    return Rig(
        file=_filing(crm), tell=crm.get, held=_counted(lambda: len(city.cases)), confuse=confuse, close=web.close,
        faults=city.faults, crm=crm,
    )  # fmt: skip


def _creatio(at: CreatioSite, address: str, world: World, client: httpx.AsyncHTTPTransport) -> Rig:
    login = OAuthLogin(address, CLIENT_ID, SECRET)
    web = CreatioWeb(f"{address}/0/odata", login, seconds=world.seconds, transport=client)
    crm = CreatioCRM(web, load_names(), SERVICES)

    async def confuse(number: str) -> None:
        at.set_status(number, "Awaiting parts")

    return Rig(
        file=_filing(crm), tell=crm.get, held=_counted(lambda: len(at.tables.rows["Case"])), confuse=confuse,
        close=web.close, faults=at.faults, logins=lambda: at.logins, crm=crm,
    )  # fmt: skip


def _cartegraph(at: CartegraphSite, address: str, world: World, client: httpx.AsyncHTTPTransport) -> Rig:
    web = CartegraphWeb(
        f"{address}/api/v1", USER, PASSWORD, cookie=True, seconds=world.seconds, rest_seconds=0, transport=client
    )
    crews = Cartegraph(web)

    async def file(key: str) -> str:
        case = await MemoryCRM(world.clock).create(pothole(), key="k")
        return (await crews.open(case, activity="Repair", key=key)).case_id

    async def confuse(_number: str) -> None:
        at.set(at.tasks[0]["IDField"], StatusField="Pondering")

    return Rig(
        file=file, tell=crews.events, held=_counted(lambda: len(at.tasks)), confuse=confuse, close=web.close,
        faults=at.faults, logins=lambda: at.logins,
    )  # fmt: skip


@asynccontextmanager
async def _ours(world: World) -> AsyncIterator[Rig]:
    """Our own tables behind a line that `timeout` and `error` cut: after a commit, or at once."""
    url = make_url(world.database.url)
    line = CutLine(url.host or "", url.port or 0)
    await LocalCRM(world.database, world.clock).prepare()
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reached = Database(url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False))
    crm = LocalCRM(reached, world.clock)

    async def held() -> int:
        async with world.database.read() as connection:
            return int((await connection.execute(select(func.count()).select_from(cases))).scalar_one())

    async def confuse(number: str) -> None:
        async with world.database.write() as connection:
            await connection.execute(update(cases).where(cases.c.case_id == number).values(status="pondering"))

    rig = Rig(
        file=_filing(crm), tell=crm.get, held=held, confuse=confuse, close=reached.close, faults=line.faults, crm=crm
    )
    try:
        yield rig
    finally:
        await reached.close()
        server.close()
        await server.wait_closed()


@dataclass(eq=False)
class CutLine:
    """A line to a Postgres that breaks: at `error` before a row is written, at `timeout` after a commit arrived and
    before its answer comes back."""

    host: str
    port: int
    faults: Faults = field(default_factory=Faults)
    _hides: bool = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        theirs, to_them = await asyncio.open_connection(self.host, self.port)
        back = asyncio.create_task(self._pass(theirs, writer))
        while words := await reader.read(65_536):
            if self._meets("error", words, b"INSERT"):
                break
            self._hides = self._meets("timeout", words, b"COMMIT")
            to_them.write(words)
        back.cancel()
        for end in (writer, to_them):
            end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (words := await reader.read(65_536)) and not self._hides:
            writer.write(words)
        writer.close()

    def _meets(self, fault: str, words: bytes, where: bytes) -> bool:
        if self.faults.writes[:1] != [fault] or where not in words:
            return False
        self.faults.writes.pop(0)
        return True


def _filing(crm: CRM) -> Callable[[str], Awaitable[str]]:
    async def file(key: str) -> str:
        return (await crm.create(pothole(), key=key)).case_id

    return file


def _counted(count: Callable[[], int]) -> Callable[[], Awaitable[int]]:
    async def held() -> int:
        return count()

    return held
