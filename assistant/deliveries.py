"""The outbox: which text goes out next, and how far each got. A status only ever moves forward."""

import random
import time
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, exists, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.message import DeliveryStatus
from assistant.outbox import Contact, opt_out, opted_out_of
from assistant.pacing import Pace, allowance
from assistant.sender import OPTED_OUT, Outgoing, StatusReport
from assistant.tables import deliveries
from assistant.times import aware
from tools.crash_points import Point, reached
from tools.database import Database
from tools.value import Value

MOST_ATTEMPTS = 8
"""A text that was not taken so often is given up and shown to staff."""

TOO_LATE_SECONDS = 4 * 3600.0
"""An answer that could not be sent for so long does harm rather than good."""

CALLBACK_SECONDS = 5.0
"""How long a doubtful text waits for the carrier's report before we ask for it."""

STALLED_SECONDS = 60.0
"""A text that is being sent for longer than any time-out belongs to a process that died."""

LONGEST_WAIT = 3600.0
"""Seconds; no text of ours is ever put off so far."""

MOST_REPEATS, REPEAT_SECONDS = 3, 120.0
"""How often, and how long after, a text is sent again that the carrier took but could not deliver."""

BLOCKED_SECONDS = 5.0
"""How soon to look again when all that is due waits for an earlier text, which wakes us when it is through."""

_OPEN = (DeliveryStatus.PENDING.value, DeliveryStatus.SENDING.value, DeliveryStatus.AMBIGUOUS.value)
_RANK = {
    DeliveryStatus.PENDING: 0,
    DeliveryStatus.SENDING: 1,
    DeliveryStatus.AMBIGUOUS: 1,
    DeliveryStatus.SENT: 2,
    DeliveryStatus.DELIVERED: 3,
    DeliveryStatus.FAILED: 3,
    DeliveryStatus.CANCELLED: 3,
}


class Due(Value):
    """A text whose turn it is: to be sent, or (`doubtful`) to be looked for at the carrier."""

    text: Outgoing
    doubtful: bool
    attempts: int
    at: datetime


class Round(Value):
    """What may be done now, and the seconds until there may be more."""

    due: tuple[Due, ...] = ()
    wait: float | None = None


class Deliveries:
    """Outgoing texts on our tables. Every change is one transaction; none is held while a carrier is asked."""

    def __init__(self, database: Database, pace: Pace) -> None:
        self._database = database
        self._pace = pace

    async def claim(self, *, most: int, whatsapp: bool = True) -> Round:
        """Take texts to send: the oldest first, in order within a conversation, as fast as our numbers may send."""
        now = time.time()
        async with self._database.glance() as connection:
            wait = await _until_next(connection, now)
        if wait is None or wait > 0:
            return Round(wait=wait)
        due: list[Due] = []
        waits: list[float] = []
        async with self._database.write() as connection:
            rows = (await connection.execute(_ready(now, most, whatsapp=whatsapp))).mappings().all()
            for number in dict.fromkeys(row["our_number"] for row in rows):
                ours = [row for row in rows if row["our_number"] == number]
                fresh = await _without_stopped(
                    connection, [row for row in ours if _is(row, DeliveryStatus.PENDING)], now
                )
                granted = await allowance(connection, number, len(fresh), self._pace, now)
                due += await _sending(connection, fresh[: granted.count], now)
                due += await _looked_for(connection, [row for row in ours if not _is(row, DeliveryStatus.PENDING)], now)
                waits += [granted.wait] if granted.wait is not None else []
            reached(Point.IN_CLAIM)
        return Round(due=tuple(due), wait=min(waits) if waits else 0.0 if rows else BLOCKED_SECONDS)

    async def taken(self, delivery_id: str, provider_id: str) -> None:
        """The carrier has it."""
        await self._settle(delivery_id, {"status": DeliveryStatus.SENT.value, "provider_id": provider_id, "due": None})

    async def again(self, due: Due, *, code: str, seconds: float | None = None, counts: bool = True) -> None:
        """It was not taken: try later, further apart each time, and give it up in the end if the attempt `counts`."""
        if counts and due.attempts >= MOST_ATTEMPTS:
            await self.failed(due, code=code)
            return
        wait = seconds if seconds is not None else min(300.0, 2.0**due.attempts) * random.uniform(0.75, 1.25)
        values = {"status": DeliveryStatus.PENDING.value, "due": time.time() + wait, "error": code}
        values |= {} if counts else {"attempts": due.attempts - 1}
        await self._settle(due.text.delivery_id, values)

    async def doubtful(self, due: Due, *, code: str) -> None:
        """It may have been taken: wait for the carrier's report, then look."""
        values = {"status": DeliveryStatus.AMBIGUOUS.value, "due": time.time() + CALLBACK_SECONDS, "error": code}
        await self._settle(due.text.delivery_id, values)

    async def failed(self, due: Due, *, code: str) -> None:
        """It will never go out. Who opted out with the carrier has opted out with us."""
        async with self._database.write() as connection:
            values = {"status": DeliveryStatus.FAILED.value, "due": None, "error": code}
            row = (deliveries.c.delivery_id == due.text.delivery_id) & deliveries.c.status.in_(_OPEN)
            await connection.execute(update(deliveries).where(row).values(values))
            if code == OPTED_OUT:
                contact = Contact(address=due.text.address, our_number=due.text.our_number)
                await opt_out(connection, contact, why="carrier")

    async def reported(self, delivery_id: str, report: StatusReport) -> bool:
        """What the carrier says became of a text: it may come twice, late, out of order, or for no text of ours."""
        if not await self._news(delivery_id, report):
            return False
        async with self._database.write() as connection:
            found = select(deliveries).where(deliveries.c.delivery_id == delivery_id).with_for_update()
            row = (await connection.execute(found)).mappings().one_or_none()
            values = _moved(row, report) if row is not None and row["address"] is not None else {}
            if row is not None and values:
                await connection.execute(
                    update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(values)
                )
            if row is not None and row["address"] is not None and report.code == OPTED_OUT:
                contact = _contact(row)
                await opt_out(connection, contact, why="carrier")
        return True

    async def _news(self, delivery_id: str, report: StatusReport) -> bool:
        """Whether a report may change anything; most do not, and need no transaction that writes."""
        async with self._database.glance() as connection:
            found = select(deliveries).where(deliveries.c.delivery_id == delivery_id)
            row = (await connection.execute(found)).mappings().one_or_none()
        if row is None or row["address"] is None:
            return False
        return report.code == OPTED_OUT or bool(_moved(row, report))

    async def known(self, provider_ids: tuple[str, ...]) -> frozenset[str]:
        """Those of the carrier's ids that belong to a text of ours already."""
        query = select(deliveries.c.provider_id).where(deliveries.c.provider_id.in_(provider_ids))
        async with self._database.glance() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def recover(self, *, older_than: float = STALLED_SECONDS) -> int:
        """Doubt every text that a process was sending when it died; how many there were."""
        now = time.time()
        stalled = (deliveries.c.status == DeliveryStatus.SENDING.value) & (
            (deliveries.c.due < now - older_than) | (deliveries.c.due > now + STALLED_SECONDS)
        )
        values = {"status": DeliveryStatus.AMBIGUOUS.value, "due": now, "error": "stalled"}
        async with self._database.write_one() as connection:
            return (await connection.execute(update(deliveries).where(stalled).values(values))).rowcount

    async def _settle(self, delivery_id: str, values: dict[str, object]) -> None:
        being_sent = (deliveries.c.delivery_id == delivery_id) & deliveries.c.status.in_(_OPEN)
        async with self._database.write_one() as connection:
            await connection.execute(update(deliveries).where(being_sent).values(values))


def _is(row: RowMapping, status: DeliveryStatus) -> bool:
    return bool(row["status"] == status.value)


def _ready(now: float, most: int, *, whatsapp: bool) -> Select[tuple[Any, ...]]:
    """Texts that are due and stand behind no open one of their conversation."""
    before = deliveries.alias()
    blocked = exists().where(
        before.c.conversation_id == deliveries.c.conversation_id,
        before.c.sequence < deliveries.c.sequence,
        before.c.status.in_(_OPEN),
    )
    waiting = deliveries.c.status.in_([DeliveryStatus.PENDING.value, DeliveryStatus.AMBIGUOUS.value])
    # A clock that was put back leaves texts due in an hour or more; none of ours ever waits that long.
    due = (deliveries.c.due <= now) | (deliveries.c.due > now + LONGEST_WAIT)
    wanted = true() if whatsapp else deliveries.c.address.not_like("whatsapp:%")
    ready = select(deliveries).where(waiting, due, wanted, ~blocked).order_by(deliveries.c.due).limit(most)
    return ready.with_for_update(skip_locked=True)


async def _until_next(connection: AsyncConnection, now: float) -> float | None:
    waiting = deliveries.c.status.in_([DeliveryStatus.PENDING.value, DeliveryStatus.AMBIGUOUS.value])
    soonest = select(func.min(deliveries.c.due), func.max(deliveries.c.due)).where(waiting)
    first, last = (await connection.execute(soonest)).one()
    if first is None:
        return None
    return 0.0 if last > now + LONGEST_WAIT else max(0.0, first - now)


async def _without_stopped(connection: AsyncConnection, rows: list[RowMapping], now: float) -> list[RowMapping]:
    """The texts that may still go; those that nobody wants any more, or that come too late, are cancelled."""
    late = {row["delivery_id"]: "too_late" for row in rows if now - aware(row["at"]).timestamp() > TOO_LATE_SECONDS}
    gone = await opted_out_of(connection, {_contact(row) for row in rows if not row["last_word"]})
    stopped = {row["delivery_id"]: "opted_out" for row in rows if not row["last_word"] and _contact(row) in gone}
    for delivery_id, why in (late | stopped).items():
        values = {"status": DeliveryStatus.CANCELLED.value, "due": None, "error": why}
        await connection.execute(update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(values))
    return [row for row in rows if row["delivery_id"] not in late | stopped]


def _contact(row: RowMapping) -> Contact:
    return Contact(address=row["address"], our_number=row["our_number"])


async def _sending(connection: AsyncConnection, rows: list[RowMapping], now: float) -> list[Due]:
    ids = [row["delivery_id"] for row in rows]
    values = {"status": DeliveryStatus.SENDING.value, "due": now, "attempts": deliveries.c.attempts + 1}
    if ids:
        await connection.execute(update(deliveries).where(deliveries.c.delivery_id.in_(ids)).values(values))
    return [_due(row, attempts=row["attempts"] + 1, doubtful=False) for row in rows]


async def _looked_for(connection: AsyncConnection, rows: list[RowMapping], now: float) -> list[Due]:
    """Doubtful texts; nobody else looks for them for a while."""
    ids = [row["delivery_id"] for row in rows]
    if ids:
        later = update(deliveries).where(deliveries.c.delivery_id.in_(ids)).values(due=now + STALLED_SECONDS)
        await connection.execute(later)
    return [_due(row, attempts=row["attempts"], doubtful=True) for row in rows]


def _due(row: RowMapping, *, attempts: int, doubtful: bool) -> Due:
    text = Outgoing(
        delivery_id=row["delivery_id"], address=row["address"], our_number=row["our_number"], text=row["text"]
    )
    return Due(text=text, doubtful=doubtful, attempts=attempts, at=aware(row["at"]))


def _moved(row: RowMapping, report: StatusReport) -> dict[str, object]:
    """What a report changes. One that speaks of an earlier attempt counts only if that one arrived after all."""
    now, said = DeliveryStatus(row["status"]), report.status
    of_this_attempt = row["provider_id"] in (None, report.provider_id)
    if _RANK[said] <= _RANK[now] or not (of_this_attempt or said is DeliveryStatus.DELIVERED):
        return {}
    if said is DeliveryStatus.FAILED and report.again and row["attempts"] < MOST_REPEATS:
        return {"status": DeliveryStatus.PENDING.value, "due": time.time() + REPEAT_SECONDS, "error": report.code}
    return {"status": said.value, "provider_id": report.provider_id, "due": None, "error": report.code}
