"""The store: conversations, their inbox, the lease that serialises turns, and the one commit that ends a turn.

StoreError
├── ConversationNotFound   no conversation has this id
├── DraftNotFound          no draft has this id
└── LeaseLost              another worker took the conversation over; nothing of this turn was written
"""

import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Table, Update, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.conversation import Conversation
from assistant.message import Channel, DeliveryStatus, Inbound, Message
from assistant.progress import ToFile
from assistant.tables import conversations, deliveries, messages, to_file, turns
from assistant.turn import Turn
from tools.database import Database
from tools.migrate import current, migrate
from tools.value import Value

MIGRATIONS = Path(__file__).parent / "migrations"
PARKED_AFTER = 5
"""A conversation whose messages failed this often is left for a person."""


class StoreError(Exception):
    """The store cannot do what was asked."""


class ConversationNotFound(StoreError):
    """No conversation has this id."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"There is no conversation {conversation_id!r}.")


class LeaseLost(StoreError):
    """Another worker took the conversation over; nothing of this turn was written."""


class Lease(Value):
    """The right to work on a conversation until it expires or is given back."""

    conversation_id: str
    token: str


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


class Store:
    """Everything a conversation needs to survive a crash at any instant. Leases run on real time."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def prepare(self) -> None:
        """Bring the tables up to date."""
        await self.database.check(whole=False)
        if not await current(self.database, "assistant", MIGRATIONS):
            await migrate(self.database, "assistant", MIGRATIONS)

    async def open(
        self,
        conversation_id: str,
        channel: Channel,
        *,
        token_hash: str,
        language: str | None = None,
        phone: str | None = None,
    ) -> None:
        """Begin a conversation; nothing happens if it is there already."""
        state = Conversation(
            conversation_id=conversation_id,
            channel=channel,
            language=language or "en",
            language_chosen=language is not None,
            phone=phone,
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
        }
        async with self.database.write() as connection:
            await connection.execute(self._insert(conversations).values(values).on_conflict_do_nothing())

    async def token_fits(self, conversation_id: str, token_hash: str) -> bool:
        """Whether the token opens the conversation; compared in constant time."""
        async with self.database.read() as connection:
            query = select(conversations.c.token_hash).where(conversations.c.conversation_id == conversation_id)
            known = (await connection.execute(query)).scalar_one_or_none()
        return hmac.compare_digest(known or "", token_hash)

    async def receive(self, inbound: Inbound) -> Received:
        """Record a message once, in order. Raises ConversationNotFound."""
        async with self.database.write() as connection:
            known = await _known(connection, inbound)
            if known is not None:
                return known
            sequence = await _next_sequence(connection, inbound.conversation_id)
            values = inbound.model_dump(mode="python") | {"channel": inbound.channel.value, "sequence": sequence}
            added = self._insert(messages).values(values | {"media": list(inbound.media)}).on_conflict_do_nothing()
            if (await connection.execute(added.returning(messages.c.sequence))).scalar_one_or_none() is not None:
                return Received(sequence=sequence, new=True, turn_id=None)
            known = await _known(connection, inbound)
        return known or Received(sequence=sequence, new=False, turn_id=None)

    async def take_lease(self, conversation_id: str, *, seconds: float) -> Lease | None:
        """The right to work on the conversation, or None while another worker has it."""
        lease = Lease(conversation_id=conversation_id, token=uuid4().hex)
        now = time.time()
        free = or_(conversations.c.lease_until.is_(None), conversations.c.lease_until < now)
        taken = (
            update(conversations)
            .where(conversations.c.conversation_id == conversation_id, free)
            .values(lease_token=lease.token, lease_until=now + seconds)
        )
        async with self.database.write() as connection:
            return lease if (await connection.execute(taken)).rowcount == 1 else None

    async def renew(self, lease: Lease, *, seconds: float) -> bool:
        """Hold the lease for longer; False if it was lost."""
        async with self.database.write() as connection:
            held = _held(lease).values(lease_until=time.time() + seconds)
            return (await connection.execute(held)).rowcount == 1

    async def release(self, lease: Lease) -> None:
        """Give the lease back."""
        async with self.database.write() as connection:
            await connection.execute(_held(lease).values(lease_token=None, lease_until=None))

    async def void_leases(self) -> None:
        """Take every lease back; for the one server of a SQLite file at its start, when any holder must be dead."""
        async with self.database.write() as connection:
            await connection.execute(update(conversations).values(lease_token=None, lease_until=None))

    async def conversation(self, conversation_id: str) -> Conversation:
        """The conversation as it stands. Raises ConversationNotFound."""
        async with self.database.read() as connection:
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
        async with self.database.read() as connection:
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
        deliver: bool = False,
        cases: tuple[ToFile, ...] = (),
        filed: Mapping[str, str] | None = None,
    ) -> None:
        """Write the whole turn in one transaction if the lease still holds; else raises LeaseLost, nothing written.

        `cases` are still to be filed; `filed` are queued ones that have their number now, by key.
        """
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            count = len(turn.replies)
            changed = _held(lease).values(
                state=conversation.model_dump(mode="json"),
                updated=now,
                replied=conversations.c.replied + count,
                failures=0,
            )
            replied = (await connection.execute(changed.returning(conversations.c.replied))).scalar_one_or_none()
            if replied is None:
                raise LeaseLost(f"The conversation {lease.conversation_id!r} was taken over by another worker.")
            await connection.execute(insert(turns).values(_turn_row(turn)))
            for place, reply in enumerate(turn.replies, start=replied - count + 1):
                status = DeliveryStatus.PENDING if deliver else DeliveryStatus.DELIVERED
                row = {"delivery_id": uuid4().hex, "sequence": place, "at": now, "status": status.value, "attempts": 0}
                owner = {"conversation_id": turn.conversation_id, "turn_id": turn.turn_id}
                await connection.execute(insert(deliveries).values(row | owner | reply.model_dump()))
            answered = messages.c.message_id.in_(turn.message_ids) & (
                messages.c.conversation_id == turn.conversation_id
            )
            await connection.execute(update(messages).where(answered).values(turn_id=turn.turn_id))
            for key, case_id in (filed or {}).items():
                await connection.execute(update(to_file).where(to_file.c.key == key).values(case_id=case_id))
            for each in cases:
                record = {"key": each.key, "record": each.case.model_dump(mode="json"), "at": now, "attempts": 0}
                await connection.execute(insert(to_file).values(record | {"conversation_id": turn.conversation_id}))

    async def record_failure(self, conversation_id: str) -> None:
        """Count a turn that could not even be stored; after too many the conversation is parked for a person."""
        async with self.database.write() as connection:
            failures = conversations.c.failures + 1
            values = {"failures": failures, "parked": failures >= PARKED_AFTER}
            row = conversations.c.conversation_id == conversation_id
            await connection.execute(update(conversations).where(row).values(values))

    async def with_unanswered(self) -> tuple[str, ...]:
        """Conversations that wait for an answer, the longest waiting first; parked ones are left out."""
        query = (
            select(messages.c.conversation_id)
            .join(conversations, conversations.c.conversation_id == messages.c.conversation_id)
            .where(messages.c.turn_id.is_(None), conversations.c.parked.is_(False))
            .order_by(messages.c.at)
        )
        async with self.database.read() as connection:
            return tuple(dict.fromkeys((await connection.execute(query)).scalars()))

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(table) if self.database.is_sqlite else postgresql.insert(table)


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


def _held(lease: Lease) -> Update:
    return update(conversations).where(
        conversations.c.conversation_id == lease.conversation_id, conversations.c.lease_token == lease.token
    )


def _turn_row(turn: Turn) -> dict[str, object]:
    return {
        "turn_id": turn.turn_id,
        "conversation_id": turn.conversation_id,
        "started": turn.started,
        "outcome": turn.outcome.value,
        "engine": turn.engine,
        "record": turn.model_dump(mode="json", exclude_defaults=True),
    }


def aware(at: datetime) -> datetime:
    """SQLite forgets the zone; everything stored is UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
