"""One suite for who wakes whom: both runners on both databases answer everything once, in order, and start again."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from sqlalchemy import text as sql

from assistant.conversation import Conversation
from assistant.history import History
from assistant.message import Channel, Message
from assistant.postgres_runner import SCHEMA, PostgresRunner
from assistant.runner import Chore, InProcessRunner, Runner
from assistant.store import Store
from assistant.work import Responded, Worker
from tests.test_turns import echo, said
from tools.database import Database

Respond = Callable[[Conversation, tuple[Message, ...]], Awaitable[Responded]]
KINDS = ("in process, SQLite", "in process, Postgres", "Procrastinate, Postgres")


class Place:
    """A database, and any number of runners on it; those in one process only ever are one."""

    def __init__(self, kind: str, url: str) -> None:
        self.kind = kind
        self.url = url
        self.store = Store(Database(url))

    def runner(
        self, respond: Respond = echo, *, store: Store | None = None, lease_seconds: float = 30.0, **more: object
    ) -> Runner:
        on = store or self.store
        worker = Worker(on, History(on.database), respond, lease_seconds=lease_seconds)
        if self.kind.startswith("Procrastinate"):
            return PostgresRunner(on, worker, lease_seconds=lease_seconds, **more)  # type: ignore[arg-type]
        return InProcessRunner(on, worker, **more)  # type: ignore[arg-type]

    async def until(self, query: str, wanted: int, *, seconds: float = 15.0) -> float:
        """Wait until a query gives a number; the seconds it took."""
        began = time.monotonic()
        while (found := await self.ask(query)) != wanted:
            assert time.monotonic() - began < seconds, f"{query} is {found}"
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def ask(self, query: str) -> int:
        async with self.store.database.read() as connection:
            return int((await connection.execute(sql(query))).scalar_one())

    async def opened(self, *names: str) -> None:
        for name in names:
            await self.store.open(name, Channel.WEB, token_hash="h")


@asynccontextmanager
async def running(*runners: Runner) -> AsyncIterator[None]:
    for each in runners:
        await each.start()
    yield
    for each in runners:
        await each.drain(5.0)


@pytest_asyncio.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: object) -> AsyncIterator[Place]:
    sqlite = f"sqlite+aiosqlite:///{tmp_path}/beacon.db"
    url = sqlite if request.param.endswith("SQLite") else str(request.getfixturevalue("empty_postgres"))
    made = Place(request.param, url)
    await made.store.prepare()
    yield made
    await made.store.database.close()


@pytest_asyncio.fixture
async def shared(empty_postgres: str) -> AsyncIterator[Place]:
    """Where several processes work."""
    made = Place(KINDS[2], empty_postgres)
    await made.store.prepare()
    yield made
    await made.store.database.close()


LEFT = "SELECT count(*) FROM message WHERE turn_id IS NULL"
TURNS = "SELECT count(*) FROM turn"
JOBS = f"SELECT count(*) FROM {SCHEMA}.procrastinate_jobs"  # noqa: S608 - our own name


async def test_what_is_woken_is_answered(place: Place) -> None:
    await place.opened("c1")
    runner = place.runner()

    async with running(runner):
        await place.store.receive(said("hello", "m1"))
        runner.wake("c1")
        took = await place.until(LEFT, 0)

    assert took < 2.0
    assert await place.ask(TURNS) == 1


async def test_what_was_left_unanswered_is_answered_at_a_start(place: Place) -> None:
    await place.opened("c1", "c2")
    await place.store.receive(said("hello", "m1"))
    await place.store.receive(said("hello", "m2", "c2"))

    async with running(place.runner()):
        await place.until(LEFT, 0)

    assert await place.ask(TURNS) == 2


async def test_a_burst_is_one_turn_in_order(place: Place) -> None:
    await place.opened("c1")
    runner = place.runner()

    async with running(runner):
        for number in range(5):
            await place.store.receive(said(f"text {number}", f"m{number}"))
            runner.wake("c1", delay=0.8)
        await place.until(LEFT, 0)

    assert await place.ask(TURNS) == 1
    async with place.store.database.read() as connection:
        heard = (await connection.execute(sql("SELECT text FROM delivery"))).scalar_one()
    assert heard == "text 0 / text 1 / text 2 / text 3 / text 4"


async def test_nobody_works_twice_on_a_conversation_at_once(place: Place) -> None:
    busy: dict[str, int] = {}
    most: list[int] = []

    async def slow(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        name = conversation.conversation_id
        busy[name] = busy.get(name, 0) + 1
        most.append(busy[name])
        await asyncio.sleep(0.02)
        busy[name] -= 1
        return await echo(conversation, messages)

    names = tuple(f"c{number}" for number in range(4))
    await place.opened(*names)
    runner = place.runner(slow)

    async with running(runner):
        for number in range(24):
            await place.store.receive(said(f"{number}", f"m{number}", names[number % 4]))
            runner.wake(names[number % 4])
            await asyncio.sleep(0.005)
        await place.until(LEFT, 0)

    assert max(most) == 1


async def test_a_turn_that_failed_is_tried_again(place: Place) -> None:
    tries: list[float] = []

    async def once(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise RuntimeError("planted")
        return await echo(conversation, messages)

    await place.opened("c1")
    runner = place.runner(once)

    async with running(runner):
        await place.store.receive(said("hello", "m1"))
        runner.wake("c1")
        await place.until(LEFT, 0)

    assert len(tries) == 2
    assert tries[1] - tries[0] > 1.5


async def test_what_is_under_way_is_finished_when_told_to_stop(place: Place) -> None:
    begun = asyncio.Event()

    async def slow(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        begun.set()
        await asyncio.sleep(0.5)
        return await echo(conversation, messages)

    await place.opened("c1")
    runner = place.runner(slow)
    await runner.start()
    await place.store.receive(said("hello", "m1"))
    runner.wake("c1")
    await begun.wait()

    await runner.drain(10.0)

    assert await place.ask(LEFT) == 0


async def test_regular_work_is_done(place: Place) -> None:
    done = asyncio.Event()

    async def chore() -> None:
        done.set()

    async with running(place.runner(chores=(Chore("sing", chore, every=1.0),))), asyncio.timeout(10):
        await done.wait()

    assert done.is_set()


async def test_a_message_is_found_though_its_wake_was_lost(place: Place) -> None:
    await place.opened("c1")

    async with running(place.runner(sweep_seconds=1.0)):
        await asyncio.sleep(0.2)
        await place.store.receive(said("hello", "m1"))
        await place.until(LEFT, 0)

    assert await place.ask(TURNS) == 1


@pytest.mark.postgres
async def test_a_server_without_worker_leaves_texts_to_the_workers(shared: Place) -> None:
    await shared.opened("c1")
    web, worker = shared.runner(works=False), shared.runner()

    async with running(web):
        await shared.store.receive(said("hello", "m1"))
        web.wake("c1")
        await shared.until(JOBS, 1)
        waited = await shared.ask(LEFT)
        async with running(worker):
            await shared.until(LEFT, 0)

    assert waited == 1


@pytest.mark.postgres
async def test_a_conversation_has_one_waiting_job_wherever_it_is_woken(shared: Place) -> None:
    await shared.opened("c1")
    one, two = shared.runner(works=False), shared.runner(works=False)

    async with running(one, two):
        for runner in (one, two) * 5:
            runner.wake("c1")
        await shared.until(JOBS, 1)
        await asyncio.sleep(0.2)
        kept = await shared.ask(JOBS)

    assert kept == 1


@pytest.mark.postgres
async def test_what_a_dead_process_held_is_taken_up_after_its_lease(shared: Place) -> None:
    await shared.opened("c1")
    await shared.store.receive(said("hello", "m1"))
    never = asyncio.Event()

    async def stuck(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        await never.wait()
        return await echo(conversation, messages)

    dead = shared.runner(stuck, lease_seconds=1.0)
    await dead.start()
    await shared.until(f"{JOBS} WHERE status = 'doing'", 1)
    await pulled_the_plug(shared)
    living = shared.runner(lease_seconds=1.0)

    async with running(living):
        took = await shared.until(LEFT, 0)
        never.set()
        await dead.drain(5.0)

    assert took < 8.0
    assert await shared.ask(TURNS) == 1


async def pulled_the_plug(place: Place) -> None:
    """What a process leaves that died a while ago: no heartbeat, and a lease that nobody holds any more."""
    async with place.store.database.write() as connection:
        await connection.execute(sql("UPDATE conversation SET lease_until = 1, lease_token = 'of the dead'"))
        await connection.execute(sql(f"DELETE FROM {SCHEMA}.procrastinate_workers"))  # noqa: S608 - our own name


@pytest.mark.postgres
async def test_work_goes_on_when_the_database_comes_back(shared: Place) -> None:
    await shared.opened("c1")
    runner = shared.runner()

    async with running(runner):
        async with shared.store.database.write() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            await connection.execute(sql(f"{others} AND pid <> pg_backend_pid()"))
        await shared.store.receive(said("hello", "m1"))
        runner.wake("c1")
        await shared.until(LEFT, 0)

    assert await shared.ask(TURNS) == 1
