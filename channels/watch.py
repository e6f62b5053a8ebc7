"""What there is to watch: how the queue, the outbox, the case system and the disk stand, read out of the database, so
that any one server tells of all processes."""

import shutil
import time
from collections import Counter as Count
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select

from assistant.message import DeliveryStatus
from assistant.outcome import Outcome
from assistant.tables import conversations, deliveries, messages, model_spending, to_file, turns
from assistant.times import aware
from tools.database import Database

HOUR = timedelta(hours=1)
MOST_TURNS = 5_000
"""So many new turns are read at once; a first look at an old database counts from the newest ones only."""

STEP_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WARNED = (Outcome.EMERGENCY.value, Outcome.CRISIS.value)


class Watch:
    """Metrics of one assistant, brought up to date when they are asked for."""

    def __init__(self, database: Database, data_dir: Path, *, lease_seconds: float) -> None:
        self._database, self._data_dir, self._lease_seconds = database, data_dir, lease_seconds
        self.registry = CollectorRegistry()
        self._last: int | None = None
        self._now = {name: Gauge(name, told, registry=self.registry) for name, told in NOW.items()}
        self._texts = Gauge("beacon_texts", "Texts in the outbox.", ["status"], registry=self.registry)
        self._turns = Counter("beacon_turns", "Turns.", ["outcome", "engine"], registry=self.registry)
        self._rules = Counter("beacon_safety_rules", "Safety rules that fired.", ["rule"], registry=self.registry)
        self._fallbacks = Counter(
            "beacon_fallbacks", "What the embedded engine did for the model.", ["call", "why"], registry=self.registry
        )
        self._segments = Counter("beacon_segments", "Segments of texts written.", registry=self.registry)
        self._steps = Histogram(
            "beacon_step_seconds", "A step of a turn.", ["step"], buckets=STEP_SECONDS, registry=self.registry
        )

    async def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        await self._count_new_turns()
        for name, value in (await self._stand()).items():
            self._now[name].set(value)
        return generate_latest(self.registry)

    async def _count_new_turns(self) -> None:
        """Count what was committed since the last look, by whichever process."""
        newest = select(turns.c.id, turns.c.turn_id, turns.c.outcome, turns.c.engine, turns.c.record)
        if self._last is not None:
            newest = newest.where(turns.c.id > self._last)
        async with self._database.read() as connection:
            rows = (await connection.execute(newest.order_by(turns.c.id.desc()).limit(MOST_TURNS))).all()
            ids = [row.turn_id for row in rows]
            segments = select(func.sum(deliveries.c.segments)).where(deliveries.c.turn_id.in_(ids))
            self._segments.inc(int((await connection.execute(segments)).scalar_one() or 0) if ids else 0)
        self._last = max((row.id for row in rows), default=self._last or 0)
        for row in rows:
            self._turns.labels(row.outcome, row.engine).inc()
            for step in row.record.get("steps", ()):
                detail = step.get("detail", {})
                self._steps.labels(step["name"]).observe(step["ms"] / 1000)
                if row.outcome in WARNED and (rule := detail.get("rule")):
                    self._rules.labels(rule).inc()
                if why := detail.get("trouble"):
                    self._fallbacks.labels(detail["call"], why).inc()

    async def _workers(self) -> int:
        """Processes that answer texts; on SQLite the server itself."""
        if self._database.is_sqlite:
            return 1
        runner = import_module("assistant.postgres_runner")
        return int(await runner.alive(self._database, self._lease_seconds))

    async def _stand(self) -> dict[str, float]:
        now = time.time()
        open_ = deliveries.c.status.in_([DeliveryStatus.PENDING.value, DeliveryStatus.AMBIGUOUS.value])
        recent = deliveries.c.at >= datetime.now(UTC) - HOUR
        one = {
            "oldest": select(func.min(messages.c.at)).where(messages.c.turn_id.is_(None)),
            "beacon_messages_unanswered": select(func.count()).where(messages.c.turn_id.is_(None)),
            "late": select(func.min(deliveries.c.due)).where(open_),
            "beacon_leases_expired": select(func.count()).where(conversations.c.lease_until < now),
            "beacon_conversations_parked": select(func.count()).where(conversations.c.parked.is_(True)),
            "beacon_cases_unfiled": select(func.count()).select_from(to_file).where(to_file.c.case_id.is_(None)),
            "beacon_texts_failed_last_hour": select(func.count()).where(
                deliveries.c.status == DeliveryStatus.FAILED.value, recent
            ),
            "beacon_model_calls": select(func.sum(model_spending.c.calls)).where(OF_A_DAY),
            "beacon_model_tokens": select(func.sum(model_spending.c.tokens)).where(OF_A_DAY),
            "beacon_model_cost_usd": select(func.sum(model_spending.c.cost_usd)).where(OF_A_DAY),
        }
        found: dict[str, float] = {}
        async with self._database.read() as connection:
            told = {name: (await connection.execute(query)).scalar_one() for name, query in one.items()}
            rows = await connection.execute(
                select(deliveries.c.status, func.count())
                .where(deliveries.c.address.is_not(None), deliveries.c.status != DeliveryStatus.DELIVERED.value)
                .group_by(deliveries.c.status)
            )
            counts = Count({row[0]: row[1] for row in rows})
            since = select(turns.c.outcome, turns.c.started).order_by(turns.c.id.desc()).limit(MOST_TURNS)
            begun = datetime.now(UTC) - HOUR
            newest = [row.outcome for row in await connection.execute(since) if aware(row.started) >= begun]
        for status in DeliveryStatus:
            if status is not DeliveryStatus.DELIVERED:
                self._texts.labels(status.value).set(counts[status.value])
        oldest, late = told.pop("oldest"), told.pop("late")
        found["beacon_oldest_unanswered_seconds"] = max(0.0, now - aware(oldest).timestamp()) if oldest else 0.0
        found["beacon_oldest_text_seconds"] = max(0.0, now - late) if late else 0.0
        found["beacon_warnings_last_hour"] = sum(outcome in WARNED for outcome in newest)
        found["beacon_turns_failed_last_hour"] = newest.count(Outcome.FAILED.value)
        found["beacon_workers_alive"] = await self._workers()
        found["beacon_disk_free_bytes"] = shutil.disk_usage(self._data_dir).free
        return found | {name: float(value or 0) for name, value in told.items()}


OF_A_DAY = model_spending.c.account.like("day:%")
NOW = {
    "beacon_oldest_unanswered_seconds": "How long the longest waiting message has no answer.",
    "beacon_messages_unanswered": "Messages without an answer.",
    "beacon_oldest_text_seconds": "How long the most overdue text is overdue.",
    "beacon_leases_expired": "Conversations whose worker went silent.",
    "beacon_conversations_parked": "Conversations that the assistant failed in and left to a person.",
    "beacon_cases_unfiled": "Confirmed cases that the case system has not taken.",
    "beacon_texts_failed_last_hour": "Texts that will never arrive, in the last hour.",
    "beacon_warnings_last_hour": "Turns that told to call 911 or 988, in the last hour.",
    "beacon_turns_failed_last_hour": "Turns that failed, in the last hour.",
    "beacon_model_calls": "Calls of the model in the days kept.",
    "beacon_model_tokens": "Tokens of the model in the days kept.",
    "beacon_model_cost_usd": "Cost of the model in the days kept, in US dollars.",
    "beacon_workers_alive": "Processes whose heart beat within a lease.",
    "beacon_disk_free_bytes": "Room left where the data directory lies.",
}
