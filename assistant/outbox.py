"""Writes the replies of a turn as deliveries, in the turn's own transaction, and stops texts to who opted out."""

import time
from collections.abc import Collection
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.message import DeliveryStatus, Reply
from assistant.segments import segments
from assistant.tables import deliveries, opt_outs
from assistant.turn import Turn
from tools.value import Value


class Contact(Value):
    """Whom a conversation by text is with: their address, and the number of ours that they wrote to."""

    address: str
    our_number: str


async def write_replies(
    connection: AsyncConnection,
    turn: Turn,
    texts: tuple[Reply, ...],
    *,
    first: int,
    to: Contact | None,
    last_word: bool,
) -> None:
    """A row a reply. Without a contact it is delivered by being committed; nothing is sent to who opted out."""
    status = DeliveryStatus.DELIVERED if to is None else DeliveryStatus.PENDING
    if to is not None and not last_word and await opted_out(connection, to):
        status = DeliveryStatus.CANCELLED
    for sequence, reply in enumerate(texts, start=first):
        row = {
            "delivery_id": uuid4().hex,
            "conversation_id": turn.conversation_id,
            "turn_id": turn.turn_id,
            "sequence": sequence,
            "at": datetime.now(UTC),
            "status": status.value,
            "attempts": 0,
            "last_word": last_word,
            **reply.model_dump(),
        }
        if to is not None:
            row |= {**to.model_dump(), "segments": segments(reply.text), "due": time.time()}
        await connection.execute(insert(deliveries).values(row))


async def opted_out_of(connection: AsyncConnection, contacts: Collection[Contact]) -> frozenset[Contact]:
    """Those of the contacts that want no texts from the number beside them."""
    if not contacts:
        return frozenset()
    pair = tuple_(opt_outs.c.address, opt_outs.c.our_number)
    query = select(opt_outs.c.address, opt_outs.c.our_number)
    rows = await connection.execute(query.where(pair.in_([(each.address, each.our_number) for each in contacts])))
    return frozenset(Contact(address=row.address, our_number=row.our_number) for row in rows)


async def opted_out(connection: AsyncConnection, contact: Contact) -> bool:
    """Whether this contact wants no texts from this number."""
    return contact in await opted_out_of(connection, (contact,))


async def opt_out(connection: AsyncConnection, contact: Contact, *, why: str) -> None:
    """Send nothing more to a contact, and cancel what still waits; the last word that says so is let through."""
    if not await opted_out(connection, contact):
        row = {**contact.model_dump(), "at": datetime.now(UTC), "why": why}
        await connection.execute(insert(opt_outs).values(row))
    waiting = (
        (deliveries.c.address == contact.address)
        & (deliveries.c.our_number == contact.our_number)
        & deliveries.c.status.in_([DeliveryStatus.PENDING.value])
        & deliveries.c.last_word.is_(False)
    )
    stopped = {"status": DeliveryStatus.CANCELLED.value, "error": "opted_out"}
    await connection.execute(update(deliveries).where(waiting).values(stopped))


async def opt_in(connection: AsyncConnection, contact: Contact) -> None:
    """Text a contact again."""
    here = (opt_outs.c.address == contact.address) & (opt_outs.c.our_number == contact.our_number)
    await connection.execute(delete(opt_outs).where(here))
