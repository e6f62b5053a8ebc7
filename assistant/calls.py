"""Calls by telephone: who calls, how far each call got, and what was answered at each step, so that a repeat of a
webhook hears the same."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from assistant.message import Channel
from assistant.tables import call_answers, calls, conversations
from assistant.times import aware
from assistant.usage import Counted, over
from tools.database import Database
from tools.value import Value

UNDER_WAY = "in-progress"
ENDED = frozenset(("completed", "busy", "failed", "no-answer", "canceled"))
"""What a call has come to when nothing follows any more."""


class Call(Value):
    """One call. `proven` says that the caller's network vouches for their number; anybody can show any other.

    `language` is the one it is held in, once it was chosen; `silences` how often in a row nothing was heard; `heard`
    words that were hardly understood, until the caller says that they are right.
    """

    call_id: str
    caller: str
    our_number: str
    proven: bool
    at: datetime
    conversation_id: str | None = None
    language: str | None = None
    silences: int = 0
    heard: str | None = None
    status: str = UNDER_WAY


class Calls:
    """Calls on our tables. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, call: Call, *, counts: tuple[Counted, ...] = ()) -> str | None:
        """Note a call once, and count a new one: None within the limits, "told" or "silent" beyond them."""
        insertion = sqlite.insert(calls) if self._database.is_sqlite else postgresql.insert(calls)
        added = insertion.values(call.model_dump()).on_conflict_do_nothing().returning(calls.c.call_id)
        async with self._database.write() as connection:
            if (await connection.execute(added)).scalar_one_or_none() is None:
                return None
            return await over(connection, counts)

    async def get(self, call_id: str) -> Call | None:
        """The call as it stands."""
        async with self._database.glance() as connection:
            row = (await connection.execute(select(calls).where(calls.c.call_id == call_id))).mappings().one_or_none()
        if row is None:
            return None
        values = {name: row[name] for name in Call.model_fields if name != "at"}
        return Call(**values, at=aware(row["at"]))

    async def answered(self, call_id: str, step: str) -> str | None:
        """What was answered at a step already."""
        query = select(call_answers.c.answer).where(call_answers.c.call_id == call_id, call_answers.c.step == step)
        async with self._database.glance() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found

    async def answer(self, call: Call, step: str, answer: str) -> str:
        """Keep the answer to a step, and the call as it stands after it; the first answer counts and is given back."""
        row = {"call_id": call.call_id, "step": step, "answer": answer}
        insertion = sqlite.insert(call_answers) if self._database.is_sqlite else postgresql.insert(call_answers)
        added = insertion.values(row).on_conflict_do_nothing().returning(call_answers.c.step)
        changed = call.model_dump(include={"conversation_id", "language", "silences", "heard"})
        async with self._database.write() as connection:
            if (await connection.execute(added)).scalar_one_or_none() is not None:
                await connection.execute(update(calls).where(calls.c.call_id == call.call_id).values(changed))
                return answer
        return await self.answered(call.call_id, step) or answer

    async def reported(self, call_id: str, status: str, seconds: int | None) -> None:
        """What the carrier says became of a call: it may come twice and out of order, and an end is final."""
        here = (calls.c.call_id == call_id) & calls.c.status.not_in(ENDED)
        async with self._database.write() as connection:
            await connection.execute(update(calls).where(here).values(status=status, seconds=seconds))

    async def unfinished(self, call: Call) -> str | None:
        """The conversation in which this caller left a draft when they hung up; nobody else is told of it."""
        if not call.proven:
            return None
        query = (
            select(calls.c.conversation_id)
            .join(conversations, conversations.c.conversation_id == calls.c.conversation_id)
            .where(calls.c.caller == call.caller, calls.c.our_number == call.our_number, calls.c.proven.is_(True))
            .where(conversations.c.open_work.is_(True), conversations.c.channel == Channel.VOICE.value)
            .order_by(calls.c.at.desc())
            .limit(1)
        )
        async with self._database.glance() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found
