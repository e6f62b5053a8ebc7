"""The live queue: who waits, one person at a time, replies in order, silence of the assistant, and back again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from assistant.assistant import Assistant
from assistant.bootstrap import Reading
from assistant.message import Channel, Inbound
from assistant.outbox import Contact
from assistant.tables import deliveries
from channels.accounts import Accounts
from channels.live_queue import PRESENT_SECONDS, LiveQueue, QueueRefused
from channels.staff_access import form_token
from tests.web import resident, web
from tools.clock import Clock
from tools.database import Database


class World:
    """The web, somebody who asked for a person, and the queue with a clock that a test moves."""

    def __init__(self, client: httpx.AsyncClient, assistant: Assistant) -> None:
        self.client, self.assistant, self.now = client, assistant, 1_000_000.0
        self.queue = LiveQueue(assistant.store, assistant.post, assistant.ports.clock, lambda: self.now)


async def test_a_person_answers_and_gives_the_conversation_back(
    reading: Reading, database: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, database, clock, tmp_path) as (client, assistant):
        await Accounts(database).prepare()
        world, ana = World(client, assistant), await resident(client)
        await ana.say("I want to talk to a person")
        waiting = await world.queue.waiting()

        await world.queue.take_over(ana.conversation_id, "bob")
        held = await ana.say("hello?")
        await world.queue.reply(ana.conversation_id, "Hello, this is Bob.", by="bob")
        await world.queue.give_back(ana.conversation_id, by="bob")
        answered = await ana.say("when does street sweeping run?")

        assert [each.conversation_id for each in waiting] == [ana.conversation_id]
        assert held["replies"] == []
        assert ("city", "Hello, this is Bob.") in await ana.heard()
        assert answered["replies"] != []
        assert await world.queue.waiting() == ()


async def test_whoever_waits_in_another_language_is_shown_with_it_and_needs_an_interpreter(
    api: httpx.AsyncClient,
) -> None:
    ana = await resident(api)
    await ana.say("mwen vle pale ak yon moun")
    await api.post("/staff/key", data={"key": "desk-key"})

    listed = (await api.get("/desk/queue")).text
    one = (await api.get(f"/desk/queue/{ana.conversation_id}")).text

    assert "Haitian Creole" in listed
    assert "interpreter needed" in listed
    assert "Language: Haitian Creole." in one


async def test_two_people_never_hold_one_conversation_until_one_is_gone(
    reading: Reading, database: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, database, clock, tmp_path) as (client, assistant):
        await Accounts(database).prepare()
        world, ana = World(client, assistant), await resident(client)
        await ana.say("I want to talk to a person")
        await world.queue.take_over(ana.conversation_id, "bob")

        with pytest.raises(QueueRefused):
            await world.queue.take_over(ana.conversation_id, "eve")
        with pytest.raises(QueueRefused):
            await world.queue.reply(ana.conversation_id, "me too", by="eve")
        world.now += PRESENT_SECONDS + 1
        await world.queue.take_over(ana.conversation_id, "eve")

        assert await world.queue.holder(ana.conversation_id) == "eve"


async def test_a_reply_to_a_texter_goes_out_as_a_text(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, sqlite, clock, tmp_path) as (client, assistant):
        await Accounts(sqlite).prepare()
        world = World(client, assistant)
        contact = Contact(address="+16175550123", our_number="+16175550100")
        conversation = await assistant.conversation_with(contact)
        said = Inbound(
            conversation_id=conversation, channel=Channel.SMS, message_id="m1", text="agent please", at=clock()
        )
        await assistant.take(said, wait_seconds=20)

        await world.queue.take_over(conversation, "bob")
        await world.queue.reply(conversation, "Bob here.", by="bob")
        async with sqlite.read() as connection:
            query = select(deliveries.c.address, deliveries.c.status).where(deliveries.c.text == "Bob here.")
            sent = (await connection.execute(query)).one()

        assert sent.address == "+16175550123"
        assert sent.status == "pending"


async def test_the_pages_take_over_reply_and_keep_notes_on_record(api: httpx.AsyncClient) -> None:
    ana = await resident(api)
    await ana.say("I want to talk to a person")
    await api.post("/staff/key", data={"key": "desk-key"})
    form = {"form_token": form_token(api.cookies["beacon_staff"])}
    at = f"/desk/queue/{ana.conversation_id}"

    early = await api.post(f"{at}/reply", data=form | {"text": "too early"})
    await api.post(f"{at}/take", data=form)
    await api.post(f"{at}/reply", data=form | {"text": "<b>Hello</b> from the desk"})
    await api.post(f"{at}/note", data=form | {"text": "Will call back"})
    page = (await api.get(at)).text
    log = (await api.get("/staff/audit")).text

    assert early.status_code == 409
    assert "&lt;b&gt;Hello&lt;/b&gt; from the desk" in page
    assert "Will call back" in page
    assert ana.conversation_id in (await api.get("/desk/queue")).text
    assert "conversation_reply" in log
    assert "Hello" not in log


async def test_who_waits_long_with_nobody_answering_is_urgent_and_one_who_is_answered_is_not(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, sqlite, clock, tmp_path) as (client, assistant):
        await Accounts(sqlite).prepare()
        ana = await resident(client)
        await ana.say("I want to talk to a person")
        later = LiveQueue(assistant.store, assistant.post, lambda: datetime.now(UTC) + timedelta(minutes=23))

        alone = (await later.waiting())[0]
        await later.take_over(ana.conversation_id, "bob")
        answered = (await later.waiting())[0]

        assert (alone.long, alone.minutes) == (True, 23)
        assert (answered.long, answered.holder) == (False, "bob")


async def test_closing_lets_go_of_what_was_begun_and_takes_the_conversation_off_the_list(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with web(reading, sqlite, clock, tmp_path) as (client, assistant):
        await Accounts(sqlite).prepare()
        world, ana = World(client, assistant), await resident(client)
        await ana.say("pothole at 100 perham st")
        await ana.say("I want to talk to a person")

        with pytest.raises(QueueRefused):
            await world.queue.close(ana.conversation_id, by="bob")
        await world.queue.take_over(ana.conversation_id, "bob")
        await world.queue.close(ana.conversation_id, by="bob")
        after = await ana.say("1")

        assert await world.queue.waiting() == ()
        assert "case_opened" not in after["outcomes"]
