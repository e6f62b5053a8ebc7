"""Texts by way of a Twilio that misbehaves: answered once, in order, opt-outs kept, photos fetched safely."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from assistant.bootstrap import Reading
from assistant.segments import segments
from assistant.switches import Switch
from channels.fake_faults import Fault
from tests.carrier import ANNA, BEN, Line, line
from tests.texting import statuses
from tools.clock import Clock
from tools.database import Database

POTHOLE = "there is a big pothole in the street at 100 Perham St, West Roxbury"


@pytest_asyncio.fixture
async def phones(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Line]:
    async with line(reading, sqlite, clock, tmp_path) as running:
        yield running


def photo() -> bytes:
    written = BytesIO()
    picture = Image.new("RGB", (40, 30), "red")
    exif = picture.getexif()
    exif[0x010E] = "secret caption"
    picture.save(written, "JPEG", exif=exif)
    return written.getvalue()


async def test_a_report_is_read_back_confirmed_and_numbered_by_text(phones: Line, sqlite: Database) -> None:
    asked = await phones.say(POTHOLE)
    filed = await phones.say("1")

    assert "100 Perham St" in asked[0]
    assert "case number" in filed[0]
    assert await statuses(sqlite) == ["delivered", "delivered"]


async def test_two_people_have_two_conversations(phones: Line) -> None:
    await phones.say(POTHOLE, phone=ANNA)

    answer = await phones.say("1", phone=BEN)

    assert "case number" not in answer[0]


async def test_one_text_delivered_many_times_at_once_is_one_turn(phones: Line, sqlite: Database) -> None:
    sid = "SM" + "1" * 32

    await asyncio.gather(*(phones.send("hello", sid=sid) for _ in range(30)))
    await phones.quiet()

    assert len(phones.heard()) == 1


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.TAKEN_THEN_ERROR, Fault.GARBAGE])
async def test_a_text_that_was_taken_without_a_word_is_sent_once(phones: Line, sqlite: Database, fault: Fault) -> None:
    phones.fake.faults.append(fault)

    said = await phones.say("hello")

    assert len(said) == 1
    assert await statuses(sqlite) == ["delivered"]


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.SHUT_OUT])
async def test_a_text_that_was_not_taken_waits_for_its_next_try(phones: Line, sqlite: Database, fault: Fault) -> None:
    phones.fake.faults.append(fault)
    await phones.send("hello")

    async with asyncio.timeout(20):
        while await phones.assistant.store.with_unanswered() or phones.fake.faults:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)

    assert phones.heard() == []
    assert await statuses(sqlite) == ["pending"]


async def test_a_stop_is_final_and_the_draft_survives_it(phones: Line, sqlite: Database) -> None:
    await phones.say(POTHOLE)

    stopped = await phones.say("STOP")
    silent = await phones.say("hello?")
    await phones.say("START")
    filed = await phones.say("1")

    assert stopped == []
    assert silent == []
    assert "case number" in filed[0]


async def test_with_advanced_opt_out_the_carrier_alone_answers_a_stop(phones: Line) -> None:
    phones.fake.advanced = True

    assert await phones.say("Stop") == []
    assert await phones.say("unstop") == []
    assert len(await phones.say("hello")) == 1


async def test_a_plain_wish_is_confirmed_once_by_us(phones: Line) -> None:
    confirmed = await phones.say("please stop texting me")

    assert "no more texts" in confirmed[0]
    assert await phones.say("are you there") == []


async def test_a_yes_still_confirms_a_report(phones: Line) -> None:
    await phones.say(POTHOLE)

    assert "case number" in (await phones.say("Yes"))[0]


async def test_no_answer_is_longer_than_its_budget(phones: Line) -> None:
    said = await phones.say("how do i get a resident parking permit")

    assert segments(said[0]) <= 2
    assert said[0].endswith("Reply 1 for more.")


async def test_whatsapp_is_a_conversation_of_its_own(phones: Line) -> None:
    await phones.say(POTHOLE)

    answer = await phones.say("1", phone=f"whatsapp:{ANNA}")

    assert "case number" not in answer[0]


async def test_a_number_from_far_away_is_not_answered(phones: Line) -> None:
    assert await phones.say("hello", phone="+442071838750") == []
    assert len(await phones.say("hola", phone="+17875550123")) == 1


async def test_a_photo_is_fetched_cleaned_kept_once_and_deleted_at_twilio(phones: Line, tmp_path: Path) -> None:
    await phones.send("pothole", photos=[photo(), photo()])
    await phones.send("another", photos=[photo()])
    async with asyncio.timeout(20):
        while phones.fake.media:
            await asyncio.sleep(0.02)

    kept = list((tmp_path / "media").rglob("*.jpg"))

    assert len(kept) == 1
    assert b"secret caption" not in kept[0].read_bytes()
    assert len(phones.fake.deleted) == 3


async def test_who_writes_far_too_much_is_told_once_and_danger_is_still_answered(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    async with line(reading, sqlite, clock, tmp_path, texts_per_sender=2) as phones:
        for words in ("hello", "thanks"):
            await phones.say(words)

        told = await phones.say("hello again")
        silent = await phones.say("and again")
        danger = await phones.say("my kitchen is on fire")

    assert "a lot of messages" in told[0]
    assert silent == []
    assert "911" in danger[0]


async def test_texting_that_is_switched_off_says_so_once_and_goes_on_when_it_is_on_again(phones: Line) -> None:
    switches = phones.assistant.switches
    await switches.turn(Switch.SMS, off=True, why="a test", by="tester")

    off = await phones.say("hello")
    again = await phones.say("hello?")
    await switches.turn(Switch.SMS, off=False, why="over", by="tester")
    on = await phones.say("when is trash day?")

    assert "switched off" in off[0]
    assert again == []
    assert len(on) == 1
    assert [(each.off, each.why) for each in await switches.changes()] == [(False, "over"), (True, "a test")]


async def test_a_switch_in_another_process_works_within_five_seconds(phones: Line, sqlite: Database) -> None:
    await phones.assistant.switches.off()
    other = type(phones.assistant.switches)(sqlite)
    await other.turn(Switch.SMS, off=True, why="a test", by="tester")

    await asyncio.sleep(2.5)

    assert "switched off" in (await phones.say("hello"))[0]
