"""The store: conversations, their inbox, the lease that serialises turns, and the one commit that ends a turn.

StoreError
├── ConversationNotFound   no conversation has this id
├── DraftNotFound          no draft has this id
└── LeaseLost              another worker took the conversation over; nothing of this turn was written
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.conversation import Conversation
from assistant.leases import Lease, Leases, held
from assistant.message import Channel, Inbound, Message, Reply
from assistant.news_rows import NO_NEWS, NewsWritten, write_news
from assistant.outbox import Contact, opt_in, opt_out, write_replies
from assistant.photos_by_text import expect_photos
from assistant.progress import ToFile
from assistant.tables import conversations, messages, to_file, turns
from assistant.times import aware
from assistant.turn import Turn
from assistant.usage import Counted, over
from tools.crash_points import Point, reached
from tools.migrate import current, migrate
from tools.value import Value

MIGRATIONS = Path(__file__).parent / "migrations"


class StoreError(Exception):
    """The store cannot do what was asked."""


class ConversationNotFound(StoreError):
    """No conversation has this id."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"There is no conversation {conversation_id!r}.")


class LeaseLost(StoreError):
    """Another worker took the conversation over; nothing of this turn was written."""


class Received(Value):
    """What became of an inbound message: `new` is False for one that was there already."""

    sequence: int
    new: bool
    turn_id: str | None


class Said(Value):
    """One line of a conversation's history."""

    who: str
    text: str
    at: datetime
    language: str | None = None


class Store(Leases):
    """Everything a conversation needs to survive a crash at any instant. Leases run on real time."""

    async def prepare(self) -> None:
        """Bring the tables up to date."""
        await self.database.check(whole=False)
        if not await current(self.database, "assistant", MIGRATIONS):
            await migrate(self.database, "assistant", MIGRATIONS)

    async def is_current(self) -> bool:
        """Whether the tables are those of this release."""
        return await current(self.database, "assistant", MIGRATIONS)

    async def open(
        self,
        conversation_id: str,
        channel: Channel,
        *,
        token_hash: str,
        language: str | None = None,
        phone: str | None = None,
        contact: Contact | None = None,
        texts_from: str | None = None,
    ) -> None:
        """Begin a conversation; nothing happens if it is there already, or if there is one with this contact."""
        state = Conversation(
            conversation_id=conversation_id,
            channel=channel,
            language=language or "en",
            language_chosen=language is not None,
            phone=phone,
            texts_from=texts_from,
        )
        now = datetime.now(UTC)
        values = {
            "conversation_id": conversation_id,
            "channel": channel.value,
            "token_hash": token_hash,
            "state": state.model_dump(mode="json"),
            "created": now,
            "updated": now,
            "received": 0,
            "replied": 0,
            "failures": 0,
            "parked": False,
            **(contact.model_dump() if contact else {}),
        }
        async with self.database.write_one() as connection:
            await connection.execute(self._insert(conversations).values(values).on_conflict_do_nothing())

    async def conversation_with(self, channel: Channel, contact: Contact) -> str | None:
        """The conversation with somebody who writes by text."""
        same = (conversations.c.channel == channel.value) & (conversations.c.address == contact.address)
        query = select(conversations.c.conversation_id).where(same, conversations.c.our_number == contact.our_number)
        async with self.database.glance() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found

    async def token_fits(self, conversation_id: str, token_hash: str) -> bool:
        """Whether the token opens the conversation; compared in constant time."""
        async with self.database.glance() as connection:
            query = select(conversations.c.token_hash).where(conversations.c.conversation_id == conversation_id)
            known = (await connection.execute(query)).scalar_one_or_none()
        return hmac.compare_digest(known or "", token_hash)

    async def receive(self, inbound: Inbound, *, counts: tuple[Counted, ...] = ()) -> Received:
        """Record a message once, in order, and count a new one. Raises ConversationNotFound."""
        async with self.database.write() as connection:
            known = await _known(connection, inbound)
            if known is not None:
                return known
            sequence = await _next_sequence(connection, inbound.conversation_id)
            values = inbound.model_dump(mode="python") | {"channel": inbound.channel.value, "sequence": sequence}
            added = self._insert(messages).values(values | {"media": list(inbound.media)}).on_conflict_do_nothing()
            if (await connection.execute(added.returning(messages.c.sequence))).scalar_one_or_none() is not None:
                await expect_photos(connection, inbound)
                if limited := await over(connection, counts):
                    here = (messages.c.channel == inbound.channel.value) & (messages.c.message_id == inbound.message_id)
                    await connection.execute(update(messages).where(here).values(limited=limited))
                reached(Point.IN_INSERT)
                return Received(sequence=sequence, new=True, turn_id=None)
            known = await _known(connection, inbound)
        return known or Received(sequence=sequence, new=False, turn_id=None)

    async def conversation(self, conversation_id: str) -> Conversation:
        """The conversation as it stands. Raises ConversationNotFound."""
        async with self.database.glance() as connection:
            query = select(conversations.c.state).where(conversations.c.conversation_id == conversation_id)
            state = (await connection.execute(query)).scalar_one_or_none()
        if state is None:
            raise ConversationNotFound(conversation_id)
        return Conversation.model_validate(state)

    async def unanswered(self, conversation_id: str) -> tuple[Message, ...]:
        """The messages that no turn has answered, in order."""
        query = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.turn_id.is_(None))
            .order_by(messages.c.sequence)
        )
        async with self.database.glance() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(
            Message(**{name: row[name] for name in Message.model_fields if name != "at"}, at=aware(row["at"]))
            for row in rows
        )

    async def commit(
        self,
        lease: Lease,
        turn: Turn,
        conversation: Conversation,
        *,
        texts: tuple[Reply, ...] | None = None,
        opt: str | None = None,
        cases: tuple[ToFile, ...] = (),
        filed: Mapping[str, str] | None = None,
        parked: bool = False,
        news: NewsWritten = NO_NEWS,
    ) -> int:
        """Write the whole turn in one transaction if the lease still holds; else raises LeaseLost, nothing written.

        Returns up to which message the next turn of this lease may read.

        `texts` are what goes out, by default the replies as they are; `opt` is "out" or "in" if the resident asked for
        it in this turn. `cases` are still to be filed; `filed` are queued ones that have their number now, by key;
        `news` is what this turn changes about news of cases.
        """
        sent = turn.replies if texts is None else texts
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            changed = held(lease).values(
                state=conversation.model_dump(mode="json"),
                updated=now,
                replied=conversations.c.replied + len(sent),
                failures=0,
                reads_to=conversations.c.received,
                open_work=conversation.work is not None,
                **({"parked": True, "parked_turn": turn.turn_id} if parked else {}),
            )
            columns = (
                conversations.c.replied,
                conversations.c.address,
                conversations.c.our_number,
                conversations.c.reads_to,
            )
            row = (await connection.execute(changed.returning(*columns))).one_or_none()
            if row is None:
                raise LeaseLost(f"The conversation {lease.conversation_id!r} was taken over by another worker.")
            await connection.execute(insert(turns).values(turn_row(turn)))
            to = Contact(address=row.address, our_number=row.our_number) if row.address else None
            if to is not None and opt is not None:
                await (opt_out(connection, to, why="asked") if opt == "out" else opt_in(connection, to))
            first = row.replied - len(sent) + 1
            await write_news(connection, news, turn, conversation, to=to or _caller(conversation))
            last_word = conversation.opted_out and bool(turn.message_ids)
            await write_replies(connection, turn, sent, first=first, to=to, last_word=last_word)
            answered = messages.c.message_id.in_(turn.message_ids) & (
                messages.c.conversation_id == turn.conversation_id
            )
            await connection.execute(update(messages).where(answered).values(turn_id=turn.turn_id))
            for key, case_id in (filed or {}).items():
                await connection.execute(update(to_file).where(to_file.c.key == key).values(case_id=case_id))
            for each in cases:
                record = {"key": each.key, "record": each.case.model_dump(mode="json"), "at": now, "attempts": 0}
                await connection.execute(insert(to_file).values(record | {"conversation_id": turn.conversation_id}))
            reached(Point.BEFORE_COMMIT)
        return int(row.reads_to)

    async def opt(self, contact: Contact, wish: str) -> None:
        """Let a resident's wish about texts ("out" or "in") take effect at once."""
        async with self.database.write() as connection:
            await (opt_out(connection, contact, why="asked") if wish == "out" else opt_in(connection, contact))

    async def settle(self, lease: Lease, conversation: Conversation) -> None:
        """Change what is remembered of a conversation outside of any turn, if the lease still holds."""
        values = {"state": conversation.model_dump(mode="json"), "open_work": conversation.work is not None}
        async with self.database.write_one() as connection:
            await connection.execute(held(lease).values(values))

    async def with_unanswered(self, *, but: frozenset[Channel] = frozenset()) -> tuple[str, ...]:
        """Conversations that wait for an answer, the longest waiting first, `but` those of these channels."""
        query = (
            select(messages.c.conversation_id)
            .join(conversations, conversations.c.conversation_id == messages.c.conversation_id)
            .where(messages.c.turn_id.is_(None), messages.c.channel.not_in([each.value for each in but]))
            .order_by(messages.c.at)
        )
        async with self.database.glance() as connection:
            return tuple(dict.fromkeys((await connection.execute(query)).scalars()))

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(table) if self.database.is_sqlite else postgresql.insert(table)


def _caller(conversation: Conversation) -> Contact | None:
    """Whom texts of a call go to."""
    if conversation.phone is None or conversation.texts_from is None:
        return None
    return Contact(address=conversation.phone, our_number=conversation.texts_from)


async def _known(connection: AsyncConnection, inbound: Inbound) -> Received | None:
    same = (messages.c.channel == inbound.channel.value) & (messages.c.message_id == inbound.message_id)
    row = (await connection.execute(select(messages.c.sequence, messages.c.turn_id).where(same))).one_or_none()
    return None if row is None else Received(sequence=row.sequence, new=False, turn_id=row.turn_id)


async def _next_sequence(connection: AsyncConnection, conversation_id: str) -> int:
    counted = (
        update(conversations)
        .where(conversations.c.conversation_id == conversation_id)
        .values(received=conversations.c.received + 1)
        .returning(conversations.c.received)
    )
    sequence = (await connection.execute(counted)).scalar_one_or_none()
    if sequence is None:
        raise ConversationNotFound(conversation_id)
    return int(sequence)


def turn_row(turn: Turn) -> dict[str, object]:
    """The columns of a finished turn."""
    return {
        "turn_id": turn.turn_id,
        "conversation_id": turn.conversation_id,
        "started": turn.started,
        "outcome": turn.outcome.value,
        "engine": turn.engine,
        "record": turn.model_dump(mode="json", exclude_defaults=True),
    }
