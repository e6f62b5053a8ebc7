"""Inbox, lease and outbox under every order of events that hypothesis can think of, on both databases."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import RowMapping, select, update

from assistant.deliveries import Deliveries, Due
from assistant.leases import Lease
from assistant.message import Channel, DeliveryStatus, Inbound, Message, Reply
from assistant.outbox import Contact
from assistant.outcome import Outcome
from assistant.sender import StatusReport
from assistant.store import LeaseLost, Store
from assistant.tables import conversations, deliveries, messages, turns
from assistant.turn import Turn
from tests.texting import FAST, OURS
from tools.database import Database

Answer = TypeVar("Answer")
CLOSED = {"sent", "delivered", "failed", "cancelled"}
RANK = {"pending": 0, "sending": 1, "ambiguous": 1, "sent": 2, "delivered": 3, "failed": 3, "cancelled": 3}
REPORTS = st.sampled_from([DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED])


@dataclass
class Begun:
    """A worker in the middle of a turn: its lease, and what it read."""

    lease: Lease
    read: tuple[Message, ...]
    lost: bool = False


class Conversations(RuleBasedStateMachine):
    """Two residents, any number of workers that may die or lose their lease, and a carrier that reports as it likes."""

    begun = Bundle("begun")
    claimed = Bundle("claimed")

    def __init__(self, url: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._database = Database(url)
        self._store = Store(self._database)
        self._out = Deliveries(self._database, FAST)
        self._run = uuid4().hex[:8]
        self._arrived: dict[str, list[str]] = {"a": [], "b": []}
        self._holders: dict[str, Begun] = {}
        self._ranks: dict[str, int] = {}

    def wait(self, work: Coroutine[None, None, Answer]) -> Answer:
        return self._loop.run_until_complete(work)

    @initialize()
    def open(self) -> None:
        self.wait(self._store.prepare())
        for place, who in enumerate("ab"):
            contact = Contact(address=f"+1617555{self._run}{place}"[:30], our_number=OURS)
            self.wait(self._store.open(self._name(who), Channel.SMS, token_hash="h", contact=contact))

    def _name(self, who: str) -> str:
        return f"{self._run}-{who}"

    @rule(who=st.sampled_from("ab"), number=st.integers(0, 9))
    def text_comes(self, who: str, number: int) -> None:
        message_id = f"{self._name(who)}-{number}"
        inbound = Inbound(
            conversation_id=self._name(who),
            channel=Channel.SMS,
            message_id=message_id,
            text="hello",
            at=datetime.now(UTC),
        )
        received = self.wait(self._store.receive(inbound))

        assert received.new is (message_id not in self._arrived[who])
        if received.new:
            self._arrived[who].append(message_id)

    @rule(target=begun, who=st.sampled_from("ab"))
    def worker_begins(self, who: str) -> object:
        lease = self.wait(self._store.take_lease(self._name(who), seconds=300))
        assert (lease is None) is (self._name(who) in self._holders)
        if lease is None:
            return multiple()
        found = Begun(lease=lease, read=self.wait(self._store.unanswered(self._name(who))))
        self._holders[self._name(who)] = found
        return found

    @rule(who=st.sampled_from("ab"))
    def lease_runs_out(self, who: str) -> None:
        async def age() -> None:
            async with self._database.write() as connection:
                here = conversations.c.conversation_id == self._name(who)
                await connection.execute(update(conversations).where(here).values(lease_until=time.time() - 1))

        if holder := self._holders.pop(self._name(who), None):
            holder.lost = True
            self.wait(age())
            lease = self.wait(self._store.take_lease(self._name(who), seconds=300))
            assert lease is not None
            self.wait(self._store.release(lease))

    @rule(work=consumes(begun), replies=st.integers(0, 3))
    def worker_commits(self, work: Begun, replies: int) -> None:
        before = self.wait(self._counted())
        turn = self._turn(work, replies)
        conversation = self.wait(self._store.conversation(work.lease.conversation_id))
        try:
            self.wait(self._store.commit(work.lease, turn, conversation))
        except LeaseLost:
            assert work.lost
            assert self.wait(self._counted()) == before
            return
        assert not work.lost
        self._holders.pop(work.lease.conversation_id)
        self.wait(self._store.release(work.lease))

    def _turn(self, work: Begun, replies: int) -> Turn:
        return Turn(
            turn_id=uuid4().hex,
            conversation_id=work.lease.conversation_id,
            started=datetime.now(UTC),
            message_ids=tuple(message.message_id for message in work.read),
            outcome=Outcome.ACKNOWLEDGED,
            outcomes=(Outcome.ACKNOWLEDGED,),
            replies=tuple(Reply(text=f"reply {place}", language="en") for place in range(replies)),
        )

    @rule(target=claimed)
    def sender_claims(self) -> object:
        due = self.wait(self._out.claim(most=4)).due
        rows = self.wait(self._texts())
        for each in due:
            own = rows[each.text.delivery_id]
            earlier = [row for row in rows.values() if row["conversation_id"] == own["conversation_id"]]
            assert all(row["status"] in CLOSED for row in earlier if row["sequence"] < own["sequence"])
        return multiple(*due)

    @rule(due=consumes(claimed), answer=st.sampled_from(["taken", "doubtful", "again", "dead"]))
    def carrier_answers(self, due: Due, answer: str) -> None:
        match answer:
            case "taken":
                self.wait(self._out.taken(due.text.delivery_id, f"SM{due.text.delivery_id}"))
            case "doubtful":
                self.wait(self._out.doubtful(due, code="no_answer"))
            case "again":
                self.wait(self._out.again(due, code="20429", seconds=0.0))
            case "dead":
                self.wait(self._out.recover(older_than=0.0))

    @rule(due=claimed, status=REPORTS)
    def carrier_reports(self, due: Due, status: DeliveryStatus) -> None:
        report = StatusReport(provider_id=f"SM{due.text.delivery_id}", status=status)
        self.wait(self._out.reported(due.text.delivery_id, report))

    @invariant()
    def every_text_is_kept_once_in_order(self) -> None:
        for who, arrived in self._arrived.items():
            rows = self.wait(self._inbox(self._name(who)))
            assert [row["message_id"] for row in rows] == arrived
            answered = [row["turn_id"] is not None for row in rows]
            assert answered == sorted(answered, reverse=True)

    @invariant()
    def what_is_through_stays_through(self) -> None:
        for name, row in self.wait(self._texts()).items():
            rank = RANK[row["status"]]
            assert not (self._ranks.get(name, 0) >= 2 > rank)
            self._ranks[name] = rank

    async def _inbox(self, name: str) -> list[RowMapping]:
        query = select(messages).where(messages.c.conversation_id == name).order_by(messages.c.sequence)
        async with self._database.read() as connection:
            return list((await connection.execute(query)).mappings())

    async def _texts(self) -> dict[str, RowMapping]:
        query = select(deliveries).where(deliveries.c.conversation_id.like(f"{self._run}%"))
        async with self._database.read() as connection:
            return {row["delivery_id"]: row for row in (await connection.execute(query)).mappings()}

    async def _counted(self) -> int:
        async with self._database.read() as connection:
            told = (await connection.execute(select(turns.c.id))).all()
            texts = (await connection.execute(select(deliveries.c.delivery_id))).all()
        return len(told) + len(texts)

    def teardown(self) -> None:
        async def end() -> None:
            async with self._database.write() as connection:
                await connection.execute(update(deliveries).values(status="delivered", due=None))
            await self._database.close()

        self.wait(end())


def test_no_order_of_events_loses_doubles_or_reorders_anything(database_url: str) -> None:
    few = settings(
        max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    with asyncio.Runner() as runner:
        run_state_machine_as_test(lambda: Conversations(database_url, runner.get_loop()), settings=few)  # type: ignore[arg-type] # any maker of machines will do
