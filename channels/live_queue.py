"""The live queue: conversations that wait for a person, who holds each, and what a person says in them.

QueueRefused   what was asked cannot be done just now; the sentence says why
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from assistant.conversation import Conversation
from assistant.delivering import Post
from assistant.message import Reply
from assistant.outcome import Outcome
from assistant.reading import Asked
from assistant.store import Store
from assistant.tables import conversations
from assistant.times import aware
from assistant.turn import Step, Turn
from channels.account_tables import desk_claims, desk_notes
from tools.clock import Clock
from tools.value import Value

LEASE_SECONDS = 30.0
PRESENT_SECONDS = 600.0
"""Who holds a conversation and does nothing for so long gives it back to the queue: nothing stays stuck with somebody
who went home."""

LONG_SECONDS = 600.0
"""Who waits for so long without anybody answering is shown as urgent."""

MOST = 200
LONGEST_REPLY = 1_000


class QueueRefused(Exception):
    """What was asked cannot be done just now."""


class Waiting(Value):
    """A conversation that waits for a person. `holder` is who answers it now; `long` if nobody has for too long."""

    conversation_id: str
    channel: str
    language: str
    updated: datetime
    parked: bool
    service: str | None
    place: str | None
    holder: str | None
    minutes: int = 0
    long: bool = False


class Note(Value):
    """A note among staff; residents never see it."""

    by: str
    at: float
    text: str


@dataclass(frozen=True)
class LiveQueue:
    """Reads and changes the queue. A reply is committed like a turn: whole, in order, and sent by the post."""

    store: Store
    post: Post
    clock: Clock
    now: Callable[[], float] = time.time

    async def waiting(self) -> tuple[Waiting, ...]:
        """The conversations that a person should answer, the one that waits longest first."""
        handed = conversations.c.state["handed_off"].as_boolean()
        query = (
            select(conversations, desk_claims.c.login, desk_claims.c.seen)
            .join(desk_claims, desk_claims.c.conversation_id == conversations.c.conversation_id, isouter=True)
            .where(handed | conversations.c.parked)
            .order_by(conversations.c.updated)
            .limit(MOST)
        )
        async with self.store.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(self._waiting(row) for row in rows)

    def _waiting(self, row: RowMapping) -> Waiting:
        state, updated, holder = Conversation.model_validate(row["state"]), aware(row["updated"]), self._held(row)
        draft = state.work.draft if state.work else None
        waited = max(0.0, (self.clock() - updated).total_seconds())
        return Waiting(
            conversation_id=state.conversation_id,
            channel=state.channel.value,
            language=state.language,
            updated=updated.astimezone(UTC),
            parked=row["parked"],
            service=draft.service.name if draft and draft.service else None,
            place=draft.location.value if draft and draft.location else None,
            holder=holder,
            minutes=int(waited // 60),
            long=holder is None and waited > LONG_SECONDS,
        )

    def _held(self, row: RowMapping) -> str | None:
        present = row["login"] is not None and self.now() - row["seen"] < PRESENT_SECONDS
        return str(row["login"]) if present else None

    async def holder(self, conversation_id: str) -> str | None:
        """Who answers a conversation now."""
        query = select(desk_claims).where(desk_claims.c.conversation_id == conversation_id)
        async with self.store.database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return self._held(row) if row else None

    async def take_over(self, conversation_id: str, login: str) -> None:
        """Hold a conversation: the assistant is silent in it until it is released. Raises QueueRefused if somebody
        else holds it; of two at once, one wins."""
        conversation = await self.store.conversation(conversation_id)
        dialect = sqlite if self.store.database.is_sqlite else postgresql
        row = {"conversation_id": conversation_id, "login": login, "seen": self.now()}
        free = (desk_claims.c.login == login) | (desk_claims.c.seen <= self.now() - PRESENT_SECONDS)
        taken = dialect.insert(desk_claims).values(row)
        taken = taken.on_conflict_do_update(
            index_elements=["conversation_id"], set_={"login": login, "seen": self.now()}, where=free
        )
        async with self.store.database.write() as connection:
            won = await connection.execute(taken.returning(desk_claims.c.login))
            mine = won.scalar_one_or_none() is not None
        if not mine:
            raise QueueRefused("Somebody else is answering this conversation.")
        if not conversation.handed_off:
            await self._commit(conversation_id, "took over the conversation", by=login, handed_off=True)

    async def reply(self, conversation_id: str, text: str, *, by: str) -> None:
        """Say something to the resident, on the channel they use. Raises QueueRefused."""
        await self._hold(conversation_id, by)
        said = text.strip()
        if not said or len(said) > LONGEST_REPLY:
            raise QueueRefused(f"Please write a reply of at most {LONGEST_REPLY} characters.")
        if (await self.store.conversation(conversation_id)).opted_out:
            raise QueueRefused("This person asked for no more texts, so nothing can be sent.")
        await self._commit(conversation_id, "a person replied", by=by, handed_off=True, text=said)

    async def give_back(self, conversation_id: str, *, by: str) -> None:
        """Let the assistant answer again from the next message on. Raises QueueRefused."""
        await self._hold(conversation_id, by)
        await self._commit(conversation_id, "gave the conversation back to the assistant", by=by, handed_off=False)
        await self._release(conversation_id)

    async def close(self, conversation_id: str, *, by: str) -> None:
        """End it: what was begun and not filed is let go, and the assistant answers a new message. Raises
        QueueRefused."""
        await self._hold(conversation_id, by)
        await self._commit(conversation_id, "closed the conversation", by=by, handed_off=False, ends=True)
        await self._release(conversation_id)

    async def note(self, conversation_id: str, text: str, *, by: str) -> None:
        """Leave a note for colleagues."""
        row = {"conversation_id": conversation_id, "login": by, "at": self.now(), "text": text.strip()[:2000]}
        if row["text"]:
            async with self.store.database.write() as connection:
                await connection.execute(insert(desk_notes).values(row))

    async def notes(self, conversation_id: str) -> tuple[Note, ...]:
        """The notes of a conversation, in order."""
        query = select(desk_notes).where(desk_notes.c.conversation_id == conversation_id).order_by(desk_notes.c.id)
        async with self.store.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(Note(by=row["login"], at=row["at"], text=row["text"]) for row in rows)

    async def _hold(self, conversation_id: str, login: str) -> None:
        """Raises QueueRefused for somebody who does not hold the conversation; notes that they are still there."""
        if await self.holder(conversation_id) != login:
            raise QueueRefused("Please take the conversation over first; somebody else may be answering it.")
        mine = (desk_claims.c.conversation_id == conversation_id) & (desk_claims.c.login == login)
        async with self.store.database.write() as connection:
            await connection.execute(update(desk_claims).where(mine).values(seen=self.now()))

    async def _release(self, conversation_id: str) -> None:
        async with self.store.database.write() as connection:
            await connection.execute(delete(desk_claims).where(desk_claims.c.conversation_id == conversation_id))

    async def _commit(
        self, conversation_id: str, did: str, *, by: str, handed_off: bool, text: str = "", ends: bool = False
    ) -> None:
        lease = await self.store.take_lease(conversation_id, seconds=LEASE_SECONDS)
        if lease is None:
            raise QueueRefused("The assistant is answering at this moment. Please try again in a few seconds.")
        try:
            before = await self.store.conversation(conversation_id)
            replies = (Reply(text=text, language=before.language),) if text else ()
            turn = Turn(
                turn_id=uuid4().hex,
                conversation_id=conversation_id,
                started=self.clock(),
                message_ids=(),
                outcome=Outcome.HANDED_OFF if handed_off else Outcome.ACKNOWLEDGED,
                outcomes=(Outcome.HANDED_OFF if handed_off else Outcome.ACKNOWLEDGED,),
                replies=replies,
                handed_off=handed_off,
                steps=(Step(name="desk", did=did, ms=0, detail={"by": by}),),
            )
            ended = {"work": None, "waiting": (), "change": None} if ends else {}
            after = before.model_copy(update={"handed_off": handed_off, "asked": Asked(), **ended})
            await self.store.commit(lease, turn, after)
            self.post.wake()
        finally:
            await self.store.release(lease)
