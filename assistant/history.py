"""Reads the record: finished turns, what was said in a conversation, and what comes next for a reader of its events."""

from typing import Any

from sqlalchemy import Select, Table, func, select

from assistant.store import Said
from assistant.tables import deliveries, messages, turns
from assistant.times import aware
from assistant.turn import Turn
from tools.database import Database
from tools.value import Value


class NumberedTurn(Value):
    """A turn with the number that readers of events resume from."""

    number: int
    turn: Turn


class History:
    """Reads what the store wrote. It never writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def turn(self, turn_id: str) -> Turn | None:
        """A finished turn."""
        async with self._database.glance() as connection:
            query = select(turns.c.record).where(turns.c.turn_id == turn_id)
            record = (await connection.execute(query)).scalar_one_or_none()
        return Turn.model_validate(record) if record is not None else None

    async def turn_of_message(self, conversation_id: str, message_id: str) -> Turn | None:
        """The finished turn that answered a message, or None while it is unanswered."""
        same = (messages.c.conversation_id == conversation_id) & (messages.c.message_id == message_id)
        query = select(turns.c.record).join(messages, messages.c.turn_id == turns.c.turn_id).where(same)
        async with self._database.glance() as connection:
            record = (await connection.execute(query)).scalar_one_or_none()
        return Turn.model_validate(record) if record is not None else None

    async def turns_after(self, conversation_id: str, number: int) -> tuple[NumberedTurn, ...]:
        """The turns of a conversation that came after a number, in order."""
        query = (
            select(turns.c.id, turns.c.record)
            .where(turns.c.conversation_id == conversation_id, turns.c.id > number)
            .order_by(turns.c.id)
        )
        async with self._database.glance() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(NumberedTurn(number=row.id, turn=Turn.model_validate(row.record)) for row in rows)

    async def last_turn(self, conversation_id: str) -> Turn | None:
        """The newest turn of a conversation."""
        query = select(turns.c.record).where(turns.c.conversation_id == conversation_id)
        async with self._database.glance() as connection:
            record = (await connection.execute(query.order_by(turns.c.id.desc()).limit(1))).scalar_one_or_none()
        return Turn.model_validate(record) if record is not None else None

    async def newest(self, conversation_id: str) -> int:
        """The number of the newest turn of a conversation; 0 before the first."""
        query = select(func.max(turns.c.id)).where(turns.c.conversation_id == conversation_id)
        async with self._database.glance() as connection:
            return (await connection.execute(query)).scalar_one() or 0

    async def newest_turns(self, *, most: int = 500) -> dict[int, str]:
        """The numbers of the newest turns of all conversations, each with its conversation. Numbers are given before
        turns are committed, so that a smaller one may appear after a larger one."""
        query = select(turns.c.id, turns.c.conversation_id).order_by(turns.c.id.desc()).limit(most)
        async with self._database.read() as connection:
            return {row.id: row.conversation_id for row in (await connection.execute(query)).all()}

    async def said(self, conversation_id: str) -> tuple[Said, ...]:
        """Everything said in a conversation, in order: each turn's messages, then its replies; unanswered ones last."""
        async with self._database.read() as connection:
            order = (await connection.execute(_turn_ids(conversation_id))).scalars().all()
            heard = (await connection.execute(_of(messages, conversation_id))).mappings().all()
            told = (await connection.execute(_of(deliveries, conversation_id))).mappings().all()
        lines: list[Said] = []
        for turn_id in (*order, None):
            lines += [
                Said(who="resident", text=row["text"], at=aware(row["at"]))
                for row in heard
                if row["turn_id"] == turn_id
            ]
            lines += [
                Said(who="city", text=row["text"], at=aware(row["at"]), language=row["language"])
                for row in told
                if row["turn_id"] == turn_id
            ]
        return tuple(lines)


def _turn_ids(conversation_id: str) -> Select[tuple[str]]:
    return select(turns.c.turn_id).where(turns.c.conversation_id == conversation_id).order_by(turns.c.id)


def _of(table: Table, conversation_id: str) -> Select[tuple[Any, ...]]:
    return select(table).where(table.c.conversation_id == conversation_id).order_by(table.c.sequence)
