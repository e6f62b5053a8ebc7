"""The runner for any number of processes on one Postgres database: wakes are jobs of Procrastinate, and only hints."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from importlib.metadata import version

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.jobs import Status
from procrastinate.types import TimeDeltaParams
from sqlalchemy import make_url, text

from assistant.message import Channel
from assistant.runner import LONGEST_PAUSE, Chore, nobody
from assistant.store import Store
from assistant.work import Worker
from tools.database import Database

log = logging.getLogger(__name__)

SCHEMA = "procrastinate_{}_{}".format(*version("procrastinate").split("."))
"""A schema a version: while servers are updated, old and new ones have queues of their own, and the sweep of each finds
what the others leave. Nothing in it is a record, so an old one may be dropped."""

QUEUE, WORK = "beacon", "work"
POLL_SECONDS = 0.5
"""A job for later is found by looking; new ones are told at once."""

RECOVER_SECONDS = 5.0
BUSY_SECONDS = 0.5
"""How soon a conversation that another process works on is looked at again."""

RESTART_SECONDS = 1.0
STOPPING_SECONDS = 18.0
"""What is under way may take so long when the process is told to stop; then it is broken off and left to others."""


class PostgresRunner:
    """Implements `assistant.runner.Runner`. Of each conversation one job runs and one waits, wherever it was woken.

    A runner that does not work (`works`) only wakes those of other processes. What a dead process held is taken up
    when its heartbeat has been missing for a lease, so its conversation is free by then.
    """

    def __init__(
        self,
        store: Store,
        worker: Worker,
        *,
        lease_seconds: float,
        chores: tuple[Chore, ...] = (),
        sweep_seconds: float = 30.0,
        at_once: int = 8,
        silent: Callable[[], Awaitable[frozenset[Channel]]] = nobody,
        works: bool = True,
    ) -> None:
        self._store = store
        self._worker = worker
        self._lease_seconds = lease_seconds
        self._at_once = at_once
        self._silent = silent
        self._works = works
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: list[asyncio.Task[None]] = []
        self._draining = False
        self._app = App(connector=_connector(store.database.url, at_once))
        self._job = self._app.task(name=WORK, queue=QUEUE)(self._work)
        for place, chore in enumerate((Chore("sweep", self.sweep, sweep_seconds), *chores)):
            self._regularly(chore, place)

    async def start(self) -> None:
        """Begin, with a sweep for what was left unanswered."""
        await self._prepare()
        if self._works:
            await self.sweep()
            self._running = [asyncio.create_task(self._run()), asyncio.create_task(self._recovering())]

    def wake(self, conversation_id: str, *, delay: float = 0.0) -> None:
        """Have the conversation worked off, here or elsewhere. One that waits already reads what came meanwhile."""
        if not self._draining:
            self._start(self._told(conversation_id, delay))

    async def drain(self, seconds: float) -> None:
        """Finish what is under way, within so many seconds, and start nothing new; others take up what waits."""
        self._draining = True
        for task in self._running:
            task.cancel()
        if under_way := {*self._running, *self._tasks}:
            await asyncio.wait(under_way, timeout=seconds)
        await self._app.close_async()

    def lives(self) -> bool:
        """Whether all that was started here still runs."""
        return not any(task.done() for task in self._running)

    async def sweep(self) -> None:
        """Wake every conversation that waits for an answer and that nobody was woken for."""
        waiting = {job.queueing_lock for job in await self._app.job_manager.list_jobs_async(queue=QUEUE, task=WORK)}
        for conversation_id in await self._store.with_unanswered(but=await self._silent()):
            if conversation_id not in waiting:
                await self._defer(conversation_id)

    async def recover(self) -> None:
        """Give what dead processes held to the living. The job was only a hint, so a new one takes its place."""
        stalled = await self._app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self._lease_seconds)
        for job in stalled:
            told = {"event": "stalled", "task": job.task_name}
            log.warning("Work of a process that is gone is taken up.", extra=told)
            with suppress(ConnectorException):  # another process was quicker
                await self._app.job_manager.finish_job_by_id_async(job.id or 0, Status.FAILED, delete_job=True)
            if job.task_name == WORK and job.lock is not None:
                await self._defer(job.lock)

    async def _prepare(self) -> None:
        """Open the pool, and make the tables if they are missing; several processes may start at once."""
        await self._app.open_async()
        async with self._store.database.write() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(312)"))
            there = text("SELECT to_regclass(:name)").bindparams(name=f"{SCHEMA}.procrastinate_jobs")
            if (await connection.execute(there)).scalar_one() is None:
                await self._app.connector.execute_query_async(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
                await self._app.schema_manager.apply_schema_async()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _told(self, conversation_id: str, delay: float) -> None:
        try:
            await self._defer(conversation_id, delay=delay)
        except (ProcrastinateException, psycopg.Error, OSError):
            log.exception("A conversation could not be woken; the sweep will find it.", extra={"event": "wake_failed"})

    async def _defer(self, conversation_id: str, *, delay: float = 0.0, failed: int = 0) -> None:
        later: TimeDeltaParams | None = {"milliseconds": round(delay * 1000)} if delay > 0 else None
        job = self._job.configure(lock=conversation_id, queueing_lock=conversation_id, schedule_in=later)
        with suppress(AlreadyEnqueued):
            await job.defer_async(conversation_id=conversation_id, failed=failed)

    async def _work(self, conversation_id: str, failed: int = 0) -> None:
        """One job. What failed is tried again, further apart each time; the store counts the tries."""
        try:
            turn = await self._worker.work(conversation_id)
        except asyncio.CancelledError:
            await self._defer(conversation_id, failed=failed)
            raise
        except Exception:
            told = {"event": "work_failed", "conversation_id": conversation_id}
            log.exception("A conversation could not be worked off.", extra=told)
            await self._defer(conversation_id, delay=min(LONGEST_PAUSE, 2.0 ** (failed + 1)), failed=failed + 1)
            return
        if turn is None and await self._store.unanswered(conversation_id):
            await self._defer(conversation_id, delay=BUSY_SECONDS)

    def _regularly(self, chore: Chore, place: int) -> None:
        """One process does it when it is due, whichever finds it first."""

        async def due(timestamp: int) -> None:
            del timestamp
            try:
                await chore.run()
            except Exception:
                told = {"event": "chore_failed", "chore": chore.name}
                log.exception("Regular work failed; it is tried again.", extra=told)

        task = self._app.task(name=chore.name, queue=QUEUE, queueing_lock=chore.name)(due)
        self._app.periodic(cron=_cron(chore.every, place), periodic_id=chore.name)(task)

    async def _run(self) -> None:
        """Work until drained, through every loss of the database.

        A stop that comes while a job's end cannot be written arrives here as that error and not as a cancellation.
        """
        while not self._draining:
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._at_once,
                    fetch_job_polling_interval=POLL_SECONDS,
                    abort_job_polling_interval=60.0,
                    shutdown_graceful_timeout=STOPPING_SECONDS,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=self._lease_seconds / 3,
                    stalled_worker_timeout=max(600.0, 10 * self._lease_seconds),
                )
            except Exception:
                log.exception("The queue cannot be read; this is tried again.", extra={"event": "queue_lost"})
            await asyncio.sleep(RESTART_SECONDS)

    async def _recovering(self) -> None:
        while not self._draining:
            await asyncio.sleep(RECOVER_SECONDS)
            try:
                await self.recover()
            except (ProcrastinateException, psycopg.Error, OSError):
                log.exception("Stalled work could not be looked for.", extra={"event": "recover_failed"})


async def alive(database: Database, lease_seconds: float) -> int:
    """How many workers there are whose heart beat within a lease."""
    workers = f"{SCHEMA}.procrastinate_workers"
    beats = "last_heartbeat > now() - :age * interval '1 second'"
    beating = text(f"SELECT count(*) FROM {workers} WHERE {beats}")  # noqa: S608 - our own name
    async with database.read() as connection:
        if (await connection.execute(text("SELECT to_regclass(:name)").bindparams(name=workers))).scalar_one() is None:
            return 0
        return int((await connection.execute(beating.bindparams(age=lease_seconds))).scalar_one())


def _connector(url: str, at_once: int) -> PsycopgConnector:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return PsycopgConnector(
        conninfo=address,
        kwargs={"options": f"-c search_path={SCHEMA}"},
        min_size=1,
        max_size=min(8, at_once + 2),
        timeout=10.0,
    )


def _cron(every: float, place: int) -> str:
    """Seconds between two runs as a rule for Procrastinate; hourly work is spread over the hour."""
    if every < 60:
        return f"* * * * * */{round(every)}"
    if every < 3600:
        return f"*/{round(every / 60)} * * * *"
    return f"{place * 7 % 60} */{round(every / 3600)} * * *"
