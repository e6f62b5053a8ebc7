"""Draws live conversations for review, each with a known chance, so that rates over all conversations stay unbiased.

Whether one is drawn depends on a hash of its id alone: drawing again, or on another machine, draws the same ones. What
looks doubtful is drawn more often; a rate weighs every label by one over the chance (J. Hájek, 1971).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.outcome import Outcome
from assistant.tables import conversations, turns
from assistant.times import aware
from assistant.turn import Turn
from evals.label import Label, Verdict
from evals.label_tables import sampled
from tools.database import Database
from tools.value import Value

CHANCES = {"any": 0.05, "unsure": 0.3, "corrected": 0.3, "not_known": 0.5, "flagged": 1.0}
"""The chance of a conversation by why it may be worth reading; the greatest that applies counts."""

UNSURE = 0.5
"""A service read with less confidence than this makes a conversation worth reading."""

QUIET = timedelta(hours=1)
"""A conversation is drawn only when nothing happened in it for so long."""

FLAGGED = (Outcome.EMERGENCY, Outcome.CRISIS, Outcome.FAILED, Outcome.REFUSED, Outcome.HANDED_OFF)


class Drawn(Value):
    """A conversation that was drawn: why, with what chance (0 to 1), and when."""

    conversation_id: str
    reasons: tuple[str, ...]
    chance: float
    at: datetime


class Rate(Value):
    """How often something was OK over all conversations, estimated from the labelled ones."""

    question: str
    value: float
    labelled: int


def reasons(told: Iterable[Turn]) -> tuple[str, ...]:
    """Why a conversation may be worth reading; `any` always applies."""
    found = {"any"}
    for turn in told:
        if any(outcome in FLAGGED for outcome in turn.outcomes):
            found.add("flagged")
        if Outcome.NOT_KNOWN in turn.outcomes:
            found.add("not_known")
        if turn.reading is not None and turn.reading.corrects:
            found.add("corrected")
        if turn.draft is not None and turn.draft.service is not None and turn.draft.service.confidence < UNSURE:
            found.add("unsure")
    return tuple(name for name in CHANCES if name in found)


def is_drawn(conversation_id: str, chance: float) -> bool:
    """Whether a conversation with this chance is drawn."""
    digest = hashlib.sha256(f"review {conversation_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < chance


class Sample:
    """The live conversations of one database that were drawn for review."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draw(self, *, since: datetime, now: datetime) -> int:
        """Draw from the conversations that were last active in between and are quiet now; how many are new."""
        until = min(now, datetime.now(UTC)) - QUIET
        async with self._database.read() as connection:
            when = (conversations.c.updated >= since) & (conversations.c.updated <= until)
            known = set((await connection.execute(select(sampled.c.conversation_id))).scalars())
            quiet = (await connection.execute(select(conversations.c.conversation_id).where(when))).scalars().all()
            fresh = [each for each in quiet if each not in known]
            rows = [row for each in fresh if (row := await self._row(connection, each, now)) is not None]
        if rows:
            async with self._database.write() as connection:
                await connection.execute(insert(sampled), rows)
        return len(rows)

    async def drawn(self) -> tuple[Drawn, ...]:
        """Everything drawn, newest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(sampled).order_by(sampled.c.at.desc()))).mappings().all()
        return tuple(
            Drawn(
                conversation_id=row["conversation_id"],
                reasons=tuple(row["reasons"]),
                chance=row["chance"],
                at=aware(row["at"]),
            )
            for row in rows
        )

    async def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """The turns of a conversation, in order."""
        async with self._database.read() as connection:
            return await _turns(connection, conversation_id)

    async def _row(self, connection: AsyncConnection, conversation_id: str, now: datetime) -> dict[str, object] | None:
        why = reasons(await _turns(connection, conversation_id))
        chance = max(CHANCES[each] for each in why)
        if not is_drawn(conversation_id, chance):
            return None
        return {"conversation_id": conversation_id, "reasons": list(why), "chance": chance, "at": now}


async def _turns(connection: AsyncConnection, conversation_id: str) -> tuple[Turn, ...]:
    query = select(turns.c.record).where(turns.c.conversation_id == conversation_id).order_by(turns.c.id)
    records = (await connection.execute(query)).scalars().all()
    return tuple(Turn.model_validate(record) for record in records)


def rates(given: Sequence[Label], chances: Mapping[str, float]) -> tuple[Rate, ...]:
    """For each question the share OK among all conversations; `chances` are those of the labelled items."""
    told = []
    for question in dict.fromkeys(each.question for each in given):
        rows = [
            (each.verdict is Verdict.OK, 1 / chances[each.item])
            for each in given
            if each.question == question and each.item in chances and each.verdict is not Verdict.CANNOT_SAY
        ]
        if rows:
            weight = sum(each for _, each in rows)
            value = sum(each for ok, each in rows if ok) / weight
            told.append(Rate(question=question, value=round(value, 4), labelled=len(rows)))
    return tuple(told)
