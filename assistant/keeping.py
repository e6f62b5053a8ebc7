"""Forgets in time: a draft that was left alone, and a conversation that the city need not keep any longer."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.reading import Asked
from assistant.store import Store
from assistant.tables import (
    call_answers,
    calls,
    conversations,
    deliveries,
    holds,
    messages,
    news_items,
    news_wishes,
    text_photos,
    to_file,
    turns,
)

log = logging.getLogger(__name__)

BATCH = 200
LEASE_SECONDS = 30.0


async def nothing(_conversation_id: str) -> None:
    """Nothing else is kept of a conversation."""


@dataclass(frozen=True)
class Keeping:
    """What is forgotten when. `also` forgets what is kept of a conversation outside of the tables."""

    store: Store
    draft_hours: float
    keep_days: float | None
    also: Callable[[str], Awaitable[None]] = nothing

    async def expire(self) -> None:
        """Forget drafts that were left alone; what was said stays, and so does the language."""
        left = datetime.now(UTC) - timedelta(hours=self.draft_hours)
        for conversation_id in await self._ids(conversations.c.open_work.is_(True), left):
            lease = await self.store.take_lease(conversation_id, seconds=LEASE_SECONDS)
            if lease is None:
                continue
            try:
                conversation = await self.store.conversation(conversation_id)
                forgotten: dict[str, object] = {"work": None, "asked": Asked(), "reasks": {}, "waiting": (), "more": ""}
                await self.store.settle(lease, conversation.model_copy(update=forgotten))
            finally:
                await self.store.release(lease)

    async def erase(self) -> None:
        """Erase conversations that are older than the city keeps them. Cases, and who opted out, are not touched."""
        if self.keep_days is None:
            return
        old = datetime.now(UTC) - timedelta(days=self.keep_days)
        unfiled = exists().where(
            to_file.c.conversation_id == conversations.c.conversation_id, to_file.c.case_id.is_(None)
        )
        held = exists().where(or_(holds.c.phone == "all", _of_the_phone(holds.c.phone)))
        for conversation_id in await self._ids(~unfiled & ~held, old):
            async with self.store.database.write() as connection:
                await erase_conversation(connection, conversation_id)
            await self.also(conversation_id)
        log.info("Old conversations were erased.", extra={"event": "conversations_erased"})

    async def _ids(self, which: ColumnElement[bool], before: datetime) -> tuple[str, ...]:
        query = select(conversations.c.conversation_id).where(which, conversations.c.updated < before).limit(BATCH)
        async with self.store.database.read() as connection:
            return tuple((await connection.execute(query)).scalars())


def _of_the_phone(phone: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a conversation is with a number."""
    called = select(calls.c.conversation_id).where(calls.c.caller == phone, calls.c.conversation_id.is_not(None))
    return or_(
        conversations.c.address == phone,
        conversations.c.address == literal("whatsapp:").concat(phone),
        conversations.c.conversation_id.in_(called),
    )


async def erase_conversation(connection: AsyncConnection, conversation_id: str) -> None:
    """Take everything that our tables hold of a conversation away, within a transaction of the caller's."""
    tables: tuple[Table, ...] = (news_wishes, deliveries, messages, turns, to_file, text_photos, conversations)
    own = select(calls.c.call_id).where(calls.c.conversation_id == conversation_id)
    told = select(turns.c.turn_id).where(turns.c.conversation_id == conversation_id)
    await connection.execute(delete(news_items).where(news_items.c.turn_id.in_(told)))
    await connection.execute(delete(call_answers).where(call_answers.c.call_id.in_(own)))
    await connection.execute(delete(calls).where(calls.c.conversation_id == conversation_id))
    for table in tables:
        await connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
