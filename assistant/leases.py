"""The lease on a conversation: one worker at a time, by a token that expires if the worker dies. Leases run on real
time."""

import time
from uuid import uuid4

from sqlalchemy import Update, and_, case, or_, update

from assistant.tables import conversations
from tools.database import Database
from tools.value import Value

PARKED_AFTER = 5
"""A conversation whose messages failed this often is left for a person."""

LONGEST_SECONDS = 600.0
"""No lease is taken for longer."""


class Lease(Value):
    """The right to work on a conversation until it expires or is given back. `failures` are the tries before this one
    that came to nothing, whoever made them; `reads_to` is the last message, by its sequence, that a turn may read.

    A try that came to nothing may have filed a case, so the next one reads the same messages: what came since must not
    change its yes.
    """

    conversation_id: str
    token: str
    failures: int = 0
    reads_to: int = 0


class Leases:
    """Takes, holds and gives back leases."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def take_lease(self, conversation_id: str, *, seconds: float) -> Lease | None:
        """The right to work on the conversation, or None while another worker has it."""
        token, now = uuid4().hex, time.time()
        until = conversations.c.lease_until
        # One that runs for longer than any lease was made before the clock was put back.
        free = or_(until.is_(None), until < now, until > now + LONGEST_SECONDS)
        left_behind = case((conversations.c.lease_token.is_(None), 0), else_=1)
        clean = and_(conversations.c.lease_token.is_(None), conversations.c.failures == 0)
        reads_to = case(
            (or_(clean, conversations.c.reads_to.is_(None)), conversations.c.received), else_=conversations.c.reads_to
        )
        values = {
            "lease_token": token,
            "lease_until": now + seconds,
            "failures": conversations.c.failures + left_behind,
            "reads_to": reads_to,
        }
        taken = (
            update(conversations)
            .where(conversations.c.conversation_id == conversation_id, free)
            .values(values)
            .returning(conversations.c.failures, conversations.c.reads_to)
        )
        async with self.database.write_one() as connection:
            row = (await connection.execute(taken)).one_or_none()
        if row is None:
            return None
        return Lease(conversation_id=conversation_id, token=token, failures=row.failures, reads_to=row.reads_to)

    async def renew(self, lease: Lease, *, seconds: float) -> bool:
        """Hold the lease for longer; False if it was lost."""
        async with self.database.write_one() as connection:
            longer = held(lease).values(lease_until=time.time() + seconds)
            return (await connection.execute(longer)).rowcount == 1

    async def release(self, lease: Lease) -> None:
        """Give the lease back."""
        async with self.database.write_one() as connection:
            await connection.execute(held(lease).values(lease_token=None, lease_until=None))

    async def void_leases(self) -> None:
        """Take every lease back; for the one server of a SQLite file at its start, when any holder must be dead."""
        async with self.database.write_one() as connection:
            left = update(conversations).where(conversations.c.lease_token.is_not(None))
            values = {"lease_token": None, "lease_until": None, "failures": conversations.c.failures + 1}
            await connection.execute(left.values(values))

    async def record_failure(self, conversation_id: str) -> None:
        """Count a turn that could not even be stored; parking a conversation goes by that."""
        async with self.database.write_one() as connection:
            row = conversations.c.conversation_id == conversation_id
            values = {"failures": conversations.c.failures + 1}
            await connection.execute(update(conversations).where(row).values(values))


def held(lease: Lease) -> Update:
    """An update of the conversation that does nothing once the lease is lost."""
    return update(conversations).where(
        conversations.c.conversation_id == lease.conversation_id, conversations.c.lease_token == lease.token
    )
