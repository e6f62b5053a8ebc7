"""How fast each of our numbers may send: a bucket of tokens a number, in the database, for all processes together."""

import math

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.tables import paces
from tools.value import Value


class Pace(Value):
    """Texts a second that a number may send, and how many it may send at once after a rest."""

    per_second: float
    at_once: float


class Allowance(Value):
    """How many texts may go now, and the seconds until one more may (None if as many go as were wanted)."""

    count: int
    wait: float | None = None


async def allowance(connection: AsyncConnection, our_number: str, wanted: int, pace: Pace, now: float) -> Allowance:
    """Take tokens for as many of the wanted texts as may go now."""
    if not wanted:
        return Allowance(count=0)
    full = max(1.0, pace.at_once)
    query = select(paces.c.tokens, paces.c.at).where(paces.c.our_number == our_number).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    # A clock that was put back gives no tokens for a while of zero, never for the hours between.
    tokens = full if row is None else min(full, row.tokens + max(0.0, now - row.at) * pace.per_second)
    count = min(wanted, math.floor(tokens + 1e-9))
    left = tokens - count
    here = paces.c.our_number == our_number
    if row is None:
        await connection.execute(insert(paces).values(our_number=our_number, tokens=left, at=now))
    else:
        await connection.execute(update(paces).where(here).values(tokens=left, at=now))
    return Allowance(count=count, wait=None if count == wanted else (1.0 - left) / pace.per_second)
