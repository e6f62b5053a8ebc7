"""Finds work that does not get on by itself, and sets it going again once its cause is cured."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from assistant.message import DeliveryStatus
from assistant.tables import conversations, deliveries, messages, to_file
from tools.database import Database
from tools.value import Value

WAITING = timedelta(minutes=5)
"""What is unanswered or unsent for longer is stuck."""

RECENT = timedelta(days=7)
PERMANENT = ("21610", "21211", "21614", "21408", "30006", "too_late", "opted_out")
"""Codes of texts that sending again cannot cure."""


class Stuck(Value):
    """One kind of stuck work: how much of it, and what it is in words."""

    kind: str
    count: int
    told: str


@dataclass(frozen=True)
class StuckWork:
    """Looks through the tables; `again` changes them."""

    database: Database

    async def found(self) -> tuple[Stuck, ...]:
        """Every kind of work that is stuck now."""
        long_ago = datetime.now(UTC) - WAITING
        recently = datetime.now(UTC) - RECENT
        lost = deliveries.c.status == DeliveryStatus.FAILED.value
        open_still = deliveries.c.status.in_([DeliveryStatus.PENDING.value, DeliveryStatus.AMBIGUOUS.value])
        counts = {
            "parked": select(func.count()).select_from(conversations).where(conversations.c.parked.is_(True)),
            "unanswered": select(func.count())
            .select_from(messages)
            .where(messages.c.turn_id.is_(None), messages.c.at < long_ago),
            "unsent": select(func.count()).select_from(deliveries).where(open_still, deliveries.c.at < long_ago),
            "failed": select(func.count()).select_from(deliveries).where(lost, deliveries.c.at > recently),
            "unfiled": select(func.count())
            .select_from(to_file)
            .where(to_file.c.case_id.is_(None), to_file.c.at < long_ago),
        }
        async with self.database.read() as connection:
            found = {kind: (await connection.execute(query)).scalar_one() for kind, query in counts.items()}
            codes = select(deliveries.c.error).where(lost, deliveries.c.at > recently).distinct().limit(10)
            why = sorted(str(code) for code in (await connection.execute(codes)).scalars())
        told = TOLD | {"failed": f"{TOLD['failed']} (codes {', '.join(why)})"}
        return tuple(Stuck(kind=kind, count=count, told=told[kind]) for kind, count in found.items() if count)

    async def again(self) -> int:
        """Set everything going that may get on now; how much that was. The running server finds it by its sweep."""
        async with self.database.write() as connection:
            parked = conversations.c.parked.is_(True)
            set_aside = select(conversations.c.parked_turn).where(parked)
            back = update(messages).where(messages.c.turn_id.in_(set_aside)).values(turn_id=None)
            going = (await connection.execute(back)).rowcount
            free = {"parked": False, "parked_turn": None, "failures": 0}
            await connection.execute(update(conversations).where(parked).values(free))
            curable = (
                (deliveries.c.status == DeliveryStatus.FAILED.value)
                & deliveries.c.error.not_in(PERMANENT)
                & (deliveries.c.at > datetime.now(UTC) - timedelta(hours=4))
            )
            fresh = {"status": DeliveryStatus.PENDING.value, "due": time.time(), "attempts": 0}
            going += (await connection.execute(update(deliveries).where(curable).values(fresh))).rowcount
            unfiled = to_file.c.case_id.is_(None)
            going += (await connection.execute(update(to_file).where(unfiled).values(attempts=0))).rowcount
        return going


TOLD = {
    "parked": "conversations whose message failed too often; a person should look at them",
    "unanswered": "messages without an answer for more than five minutes; is the server running?",
    "unsent": "texts that did not go out for more than five minutes; is the server running, and the carrier in reach?",
    "failed": "texts of the last seven days that never went out",
    "unfiled": "confirmed cases that the case system has not taken yet",
}
