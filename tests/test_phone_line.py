"""Calls from beginning to end, over real HTTP with signed webhooks, by way of the fake Twilio."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from sqlalchemy import text

from assistant.bootstrap import Reading
from assistant.engine import Engine
from assistant.reading import Asked
from assistant.reading import Reading as MessageReading
from assistant.switches import Switch
from channels.fake_calls import STAFF, FakeCall, FakeCalls
from tests.carrier import ANNA, BEN, OURS, Line, line
from tools.clock import Clock
from tools.database import Database

POTHOLE = "there is a big pothole in the street at 100 Perham St, West Roxbury"
NUMBER = "B 3 1 1, 0 0 0, 0 0 1, 3"


class Phone:
    """Anna's telephone."""

    def __init__(self, running: Line, calls: FakeCalls) -> None:
        self.line = running
        self.carrier = calls

    async def call(self, *acts: str, caller: str = ANNA, proven: bool = True) -> FakeCall:
        """Call and do these things in turn: digits are pressed, "" is silence, anything else is said."""
        call = await self.carrier.call(caller, OURS, proven=proven)
        for act in acts:
            await self.act(call, act)
        return call

    async def act(self, call: FakeCall, act: str) -> list[str]:
        if act.isdigit():
            return await self.carrier.press(call, act)
        return await self.carrier.say(call, act) if act else await self.carrier.silence(call)

    async def count(self, table: str) -> int:
        async with self.line.assistant.store.database.read() as connection:
            return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608


@pytest_asyncio.fixture
async def phone(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Phone]:
    async with line(reading, sqlite, clock, tmp_path, staff_phone="+16175550199", phone_patience=2.0) as running:
        yield Phone(running, FakeCalls(running.fake))


async def test_a_report_is_spoken_read_back_and_confirmed_by_a_key(phone: Phone) -> None:
    call = await phone.call(POTHOLE)
    asked = call.said()
    filed = await phone.act(call, "1")

    assert "Where: 100 Perham Street, West Roxbury." in asked
    assert any(NUMBER in each for each in filed)
    assert filed[-1] == "Is there anything else?"
    assert await phone.count("crm_case") == 1


async def test_the_welcome_names_what_it_is_911_and_every_language_in_its_own_voice(phone: Phone) -> None:
    call = await phone.call()

    assert "9 1 1" in call.said()[0]
    assert "a computer" in call.said()[0]
    assert len({each.language for each in call.lines}) == 9


async def test_a_key_chooses_the_language_in_which_the_call_goes_on(phone: Phone) -> None:
    call = await phone.call("2", "hay un bache enorme en la calle en 100 Perham Street, West Roxbury", "1")

    assert {each.language for each in call.lines if each.who == "311"} >= {"es-US"}
    assert any("número de caso" in each and NUMBER in each for each in call.said())


async def test_danger_is_told_to_hang_up_and_dial_911_and_files_nothing(phone: Phone) -> None:
    call = await phone.call()
    said = await phone.carrier.say(call, "my kitchen is on fire", confidence=0.2)

    assert said[0] == "Please hang up and dial 9 1 1 now."
    assert not any("press" in each for each in said)
    assert await phone.count("crm_case") == 0


async def test_a_crisis_is_offered_988(phone: Phone) -> None:
    call = await phone.call()
    said = await phone.act(call, "i want to kill myself")

    assert any("9 8 8" in each for each in said)
    assert await phone.count("crm_case") == 0


async def test_words_that_were_hardly_heard_are_read_back_before_they_count(phone: Phone) -> None:
    call = await phone.call()
    doubted = await phone.carrier.say(call, POTHOLE, confidence=0.3)
    messages = await phone.count("message")
    again = await phone.act(call, "2")
    await phone.carrier.say(call, POTHOLE, confidence=0.3)
    taken = await phone.act(call, "yes")

    assert "I heard: there is a big pothole" in doubted[0]
    assert messages == 0
    assert again == ["Please say it again, a little slower."]
    assert "Here is what I would send: Pothole." in taken


async def test_a_person_hears_what_it_is_about_before_the_caller_is_put_through(phone: Phone) -> None:
    call = await phone.call(POTHOLE, "0")

    whispered = [each.text for each in call.lines if each.who == STAFF]
    assert "About: Pothole." in " ".join(whispered)
    assert "Perham" in " ".join(whispered)
    assert call.connected
    assert call.ended


async def test_where_nobody_takes_the_call_it_goes_on_where_it_was(phone: Phone) -> None:
    phone.carrier.staff_takes = False

    call = await phone.call(POTHOLE, "0")
    filed = await phone.act(call, "1")

    assert any("Nobody is free" in each for each in call.said())
    assert any(NUMBER in each for each in filed)


async def test_silence_is_asked_again_twice_and_then_gets_a_person(phone: Phone) -> None:
    call = await phone.call(POTHOLE)
    first, second = await phone.act(call, ""), await phone.act(call, "")
    await phone.act(call, "")

    assert first == second
    assert first[0] == "I did not hear anything."
    assert call.connected


async def test_somebody_who_has_all_they_wanted_hears_good_bye(phone: Phone) -> None:
    call = await phone.call("when is trash day?", "", "")

    assert call.said()[-1] == "Thank you for calling. Goodbye."
    assert call.ended
    assert not call.connected


async def test_a_draft_outlives_the_call_for_a_caller_whose_number_is_vouched_for(phone: Phone) -> None:
    first = await phone.call(POTHOLE)
    await phone.carrier.hang_up(first)

    stranger = await phone.call(proven=False)
    again = await phone.call()
    filed = await phone.act(again, "1")

    assert not any("Perham" in each for each in stranger.said())
    assert any("Perham" in each for each in again.said())
    assert any(NUMBER in each for each in filed)


async def test_a_webhook_that_is_repeated_gets_the_same_answer_and_does_nothing_twice(phone: Phone) -> None:
    call = await phone.call(POTHOLE)
    url = call.listening
    form = {"AccountSid": phone.line.fake.account, "CallSid": call.sid, "From": ANNA, "To": OURS, "Digits": "1"}

    answers = await asyncio.gather(*(phone.line.fake.told(phone.line.fake.signed(url, form)) for _ in range(8)))
    late = await phone.line.fake.told(phone.line.fake.signed(url, form | {"Digits": "0"}))

    assert len({each.text for each in (*answers, late) if each}) == 1
    assert await phone.count("crm_case") == 1


async def test_while_a_turn_takes_long_the_caller_is_told_to_hold_on(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    slow = SlowEngine(reading.engine)
    async with line(reading, sqlite, clock, tmp_path, engine=slow, phone_patience=0.2) as running:
        phone = Phone(running, FakeCalls(running.fake))

        call = await phone.call("when is trash day?")

    assert "One moment, please." in call.said()
    assert call.said()[-1] == "Is there anything else?"


async def test_too_many_calls_of_one_number_get_the_number_of_a_person(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with line(reading, sqlite, clock, tmp_path, calls_per_caller=1) as running:
        phone = Phone(running, FakeCalls(running.fake))

        calls = [await phone.call(), await phone.call(), await phone.call(caller=BEN)]

    assert [call.ended for call in calls] == [False, True, False]
    assert "6 1 7, 6 3 5, 4 5 0 0" in calls[1].said()[0]


async def test_the_switch_ends_calls_with_a_sentence_and_the_number(phone: Phone) -> None:
    before = await phone.call()
    await phone.line.assistant.switches.turn(Switch.VOICE, off=True, why="a test", by="ben")

    under_way = await phone.act(before, POTHOLE)
    after = await phone.call()

    assert "switched off" in under_way[0]
    assert "switched off" in after.said()[0]
    assert before.ended
    assert await phone.count("message") == 0


async def test_without_a_staff_number_a_person_is_named_by_number(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with line(reading, sqlite, clock, tmp_path) as running:
        phone = Phone(running, FakeCalls(running.fake))

        call = await phone.call("0")

    assert "6 1 7, 6 3 5, 4 5 0 0" in call.said()[-1]
    assert not call.ended


async def test_a_caller_gets_the_number_by_text_on_request_and_news_is_offered_there(phone: Phone) -> None:
    call = await phone.call(POTHOLE, "1")
    offered = call.said()[-2]
    agreed = await phone.act(call, "5")
    await phone.line.assistant.teller.run()  # type: ignore[union-attr]
    await phone.line.quiet()

    assert offered == "To get the number as a text message, press 5."
    assert agreed[0].startswith("The number will come as a text message")
    assert phone.line.heard() == [
        "Boston 311: your case number is B311-000001-3 (Pothole). Reply 5 for a text when it moves on."
    ]
    assert await phone.line.say("5") == [
        "Done: I will text you when case B311-000001-3 moves on. Send MUTE to get no more of these."
    ]


async def test_nobody_is_offered_a_text_to_a_number_that_nobody_vouches_for(phone: Phone) -> None:
    call = await phone.call(POTHOLE, "1", proven=False)

    assert not any("text message" in each for each in call.said())


async def test_how_a_call_ended_is_on_record(phone: Phone, sqlite: Database) -> None:
    call = await phone.call()
    await phone.carrier.hang_up(call)

    async with sqlite.read() as connection:
        row = (await connection.execute(text("SELECT status, seconds FROM call"))).one()
    assert tuple(row) == ("completed", 42)


class SlowEngine:
    """An engine that takes a second to read."""

    name = "embedded"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.word = engine.word

    async def read(self, message: str, asked: Asked) -> MessageReading:
        await asyncio.sleep(1.0)
        return await self._engine.read(message, asked)
