"""Work that fails again and again is given to a person, told once, and can be set going again."""

import asyncio

import pytest
import pytest_asyncio

from assistant.conversation import Conversation
from assistant.history import History
from assistant.leases import PARKED_AFTER
from assistant.message import Channel, Message
from assistant.store import Store
from assistant.stuck import StuckWork
from assistant.work import Responded, Worker
from tests.test_turns import echo, said
from tools.database import Database


async def broken(_: Conversation, __: tuple[Message, ...]) -> Responded:
    raise RuntimeError("planted")


@pytest_asyncio.fixture
async def store(database: Database) -> Store:
    made = Store(database)
    await made.prepare()
    await made.open("c1", Channel.WEB, token_hash="h")
    return made


async def test_what_failed_five_times_is_given_to_a_person_and_the_resident_is_told_once(
    store: Store, database: Database
) -> None:
    async def told(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        responded = await echo(conversation, messages)
        return responded.model_copy(update={"conversation": conversation.model_copy(update={"handed_off": True})})

    await store.receive(said("hello", "m1"))
    worker = Worker(store, History(database), broken, lease_seconds=30, park=told)
    for _ in range(5):
        with pytest.raises(RuntimeError):
            await worker.work("c1")

    parked = await worker.work("c1")

    assert parked is not None
    assert await worker.work("c1") is None
    assert (await store.conversation("c1")).handed_off
    assert [each.kind for each in await StuckWork(database).found()] == ["parked"]


async def test_what_came_after_a_turn_that_failed_does_not_change_how_its_message_is_read(
    store: Store, database: Database
) -> None:
    read: list[list[str]] = []

    async def noted(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        read.append([message.text for message in messages])
        return await echo(conversation, messages)

    await store.receive(said("submit", "m1"))
    with pytest.raises(RuntimeError):
        await Worker(store, History(database), broken, lease_seconds=30).work("c1")
    await store.receive(said("thanks", "m2"))
    await store.receive(said("bye", "m3"))

    await Worker(store, History(database), noted, lease_seconds=30).work("c1")

    assert read == [["submit"], ["thanks", "bye"]]


async def test_messages_that_a_dead_worker_read_together_are_read_together_again(
    store: Store, database: Database
) -> None:
    read: list[list[str]] = []

    async def noted(conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        read.append([message.text for message in messages])
        return await echo(conversation, messages)

    await store.receive(said("no wait its 102", "m1"))
    await store.receive(said("submit", "m2"))
    await store.take_lease("c1", seconds=0.001)
    await store.receive(said("thanks", "m3"))
    await asyncio.sleep(0.01)

    await Worker(store, History(database), noted, lease_seconds=30).work("c1")

    assert read == [["no wait its 102", "submit"], ["thanks"]]


async def test_stuck_work_that_is_set_going_again_is_answered(store: Store, database: Database) -> None:
    await store.receive(said("hello", "m1"))
    worker = Worker(store, History(database), broken, lease_seconds=30, park=echo)
    for _ in range(5):
        with pytest.raises(RuntimeError):
            await worker.work("c1")
    await worker.work("c1")

    again = await StuckWork(database).again()

    assert again == 1
    assert [message.text for message in await store.unanswered("c1")] == ["hello"]
    assert await StuckWork(database).found() == ()


async def test_a_worker_that_dies_again_and_again_counts_as_failing(store: Store) -> None:
    await store.receive(said("hello", "m1"))
    for _ in range(5):
        await store.take_lease("c1", seconds=0.001)
        await asyncio.sleep(0.01)

    lease = await store.take_lease("c1", seconds=30)

    assert lease is not None
    assert lease.failures == PARKED_AFTER
