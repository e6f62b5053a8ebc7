"""One turn at a time, nothing lost: the inbox, the lease and the one commit, on SQLite and Postgres."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import update

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.conversation import Conversation
from assistant.history import History
from assistant.message import Channel, Inbound, Message, Reply
from assistant.outcome import Outcome
from assistant.settings import Settings
from assistant.store import ConversationNotFound, LeaseLost, Store
from assistant.tables import conversations
from assistant.turn import Turn
from assistant.work import Responded, Worker
from tools.clock import Clock
from tools.database import Database


def said(text: str, message_id: str, conversation_id: str = "c1") -> Inbound:
    return Inbound(
        conversation_id=conversation_id,
        channel=Channel.WEB,
        message_id=message_id,
        text=text,
        at=datetime.now(UTC),
    )


async def echo(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
    """A turn that says what it heard."""
    heard = " / ".join(message.text for message in messages)
    turn = Turn(
        turn_id=f"turn-{messages[0].message_id}",
        conversation_id=conversation.conversation_id,
        started=datetime.now(UTC),
        message_ids=tuple(message.message_id for message in messages),
        outcome=Outcome.ACKNOWLEDGED,
        outcomes=(Outcome.ACKNOWLEDGED,),
        replies=(Reply(text=heard, language="en"),),
    )
    return Responded(turn=turn, conversation=conversation.model_copy(update={"turns": conversation.turns + 1}))


@pytest_asyncio.fixture
async def store(database: Database) -> Store:
    made = Store(database)
    await made.prepare()
    await made.open("c1", Channel.WEB, token_hash="h")
    return made


@pytest_asyncio.fixture
async def assistant(database: Database, reading: Reading, data_dir: object, clock: Clock) -> AsyncIterator[Assistant]:
    built = await build_assistant(Settings(), reading=reading, clock=clock, database=database)
    yield built
    await built.close(seconds=5)


async def test_a_message_is_recorded_once_and_numbered_in_order(store: Store) -> None:
    received = [await store.receive(said(f"text {place}", f"m{place}")) for place in (1, 2)]
    again = await store.receive(said("text 1", "m1"))

    assert [each.sequence for each in received] == [1, 2]
    assert (again.sequence, again.new) == (1, False)
    assert [message.text for message in await store.unanswered("c1")] == ["text 1", "text 2"]


async def test_a_message_to_an_unknown_conversation_is_refused(store: Store) -> None:
    with pytest.raises(ConversationNotFound):
        await store.receive(said("hello", "m1", conversation_id="nobody"))


async def test_only_one_worker_holds_a_lease_until_it_is_given_back(store: Store) -> None:
    lease = await store.take_lease("c1", seconds=30)

    assert lease is not None
    assert await store.take_lease("c1", seconds=30) is None
    await store.release(lease)
    assert await store.take_lease("c1", seconds=30) is not None


async def test_a_worker_whose_lease_ran_out_commits_nothing(store: Store, database: Database) -> None:
    await store.receive(said("hello", "m1"))
    stale = await store.take_lease("c1", seconds=0.01)
    await asyncio.sleep(0.05)
    fresh = await store.take_lease("c1", seconds=30)
    responded = await echo(await store.conversation("c1"), await store.unanswered("c1"))

    assert stale is not None
    assert fresh is not None
    with pytest.raises(LeaseLost):
        await store.commit(stale, responded.turn, responded.conversation)

    assert [message.text for message in await store.unanswered("c1")] == ["hello"]
    assert await History(database).last_turn("c1") is None
    assert (await store.conversation("c1")).turns == 0


async def test_a_burst_is_answered_as_one_turn(store: Store, database: Database) -> None:
    for place in range(3):
        await store.receive(said(f"text {place}", f"m{place}"))

    turn = await Worker(store, History(database), echo, lease_seconds=30).work("c1")

    assert turn is not None
    assert turn.replies[0].text == "text 0 / text 1 / text 2"
    assert await store.unanswered("c1") == ()


async def test_a_message_that_comes_during_a_turn_is_answered_by_the_next(store: Store, database: Database) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        started.set()
        await go_on.wait()
        return await echo(conversation, messages)

    worker = Worker(store, History(database), slow, lease_seconds=30)
    await store.receive(said("first", "m1"))
    working = asyncio.create_task(worker.work("c1"))
    await started.wait()
    await store.receive(said("second", "m2"))
    go_on.set()
    await working

    lines = [line.text for line in await History(database).said("c1")]
    assert lines == ["first", "first", "second", "second"]


async def test_the_lease_is_kept_while_a_long_turn_runs(store: Store, database: Database) -> None:
    async def long(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        await asyncio.sleep(0.8)
        return await echo(conversation, messages)

    await store.receive(said("hello", "m1"))
    working = asyncio.create_task(Worker(store, History(database), long, lease_seconds=0.3).work("c1"))
    await asyncio.sleep(0.6)
    stolen = await store.take_lease("c1", seconds=30)

    assert stolen is None
    assert await working is not None


async def test_a_turn_that_cannot_be_stored_leaves_the_message_waiting_and_is_counted(
    store: Store, database: Database
) -> None:
    async def broken(_: Conversation, __: tuple[Message, ...]) -> Responded:
        raise RuntimeError("planted")

    await store.receive(said("hello", "m1"))
    worker = Worker(store, History(database), broken, lease_seconds=30)
    for _ in range(20):
        with pytest.raises(RuntimeError):
            await worker.work("c1")

    assert [message.text for message in await store.unanswered("c1")] == ["hello"]
    assert await store.with_unanswered() == ("c1",)


async def test_a_clock_that_was_put_back_does_not_lock_a_conversation(store: Store, database: Database) -> None:
    await store.take_lease("c1", seconds=30)
    async with database.write() as connection:
        await connection.execute(update(conversations).values(lease_until=time.time() + 3600))

    assert await store.take_lease("c1", seconds=30) is not None


async def test_the_sweep_finds_what_no_wake_told_of(store: Store) -> None:
    await store.receive(said("hello", "m1"))

    assert await store.with_unanswered() == ("c1",)


async def test_ten_texts_sent_at_once_are_answered_in_order(assistant: Assistant) -> None:
    opened = await assistant.open(Channel.WEB)
    texts = [
        f"how do i get rid of {thing}"
        for thing in "a couch,a mattress,paint,a tv,leaves,oil,a tree,tires,bricks,a fridge".split(",")
    ]

    turns = await asyncio.gather(
        *(
            assistant.take(said(text, f"m{place}", opened.conversation_id), wait_seconds=60)
            for place, text in enumerate(texts)
        )
    )

    assert all(turn is not None for turn in turns)
    answered = [message for turn in _in_order(turns) for message in turn.message_ids]
    assert len(answered) == 10
    lines = await assistant.history.said(opened.conversation_id)
    heard = [line.text for line in lines if line.who == "resident"]
    assert sorted(heard) == sorted(texts)
    async with assistant.store.database.read() as connection:
        recorded = await connection.exec_driver_sql("SELECT text FROM message ORDER BY sequence")
        assert heard == [row[0] for row in recorded]


def _in_order(turns: list[Turn | None]) -> list[Turn]:
    kept = {turn.turn_id: turn for turn in turns if turn is not None}
    return sorted(kept.values(), key=lambda turn: turn.started)


async def test_the_same_message_a_hundred_times_is_one_turn_and_one_case(assistant: Assistant) -> None:
    opened = await assistant.open(Channel.WEB)
    first = await assistant.take(
        said("pothole in front of 100 perham st", "m1", opened.conversation_id), wait_seconds=60
    )
    confirmed = [said("yes", "m2", opened.conversation_id)] * 100

    turns = await asyncio.gather(*(assistant.take(each, wait_seconds=60) for each in confirmed))

    assert first is not None
    assert first.outcome is Outcome.READ_BACK
    assert len({turn.turn_id for turn in turns if turn}) == 1
    assert turns[0] is not None
    assert turns[0].outcome is Outcome.CASE_OPENED
    case = turns[0].case
    assert case is not None
    nearby = (
        await assistant.ports.crm.near("pothole", case.location, radius_m=50, since=datetime(2020, 1, 1, tzinfo=UTC))
        if case.location
        else ()
    )
    assert [each.case_id for each in nearby] == [case.case_id]


async def test_one_conversation_never_waits_for_another(store: Store, database: Database) -> None:
    await store.open("c2", Channel.WEB, token_hash="h")
    held = asyncio.Event()

    async def stuck_in_the_first(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        if conversation.conversation_id == "c1":
            await held.wait()
        return await echo(conversation, messages)

    worker = Worker(store, History(database), stuck_in_the_first, lease_seconds=30)
    await store.receive(said("one", "m1"))
    await store.receive(said("two", "m2", conversation_id="c2"))
    stuck = asyncio.create_task(worker.work("c1"))

    assert await asyncio.wait_for(worker.work("c2"), timeout=10) is not None
    held.set()
    await stuck
