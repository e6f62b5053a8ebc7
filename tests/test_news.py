"""News of a case: wished in plain words, told once, by day, in one text, in their language, never after a no."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from assistant.bootstrap import Reading
from assistant.tables import news_wishes
from assistant.telling_news import NewsTeller
from tests.texting import ANNA, BEN
from tests.town import CASE, POTHOLE, Town, due_now, town_of
from tools.case_changes import CaseChanges, Changes
from tools.clock import Clock
from tools.crm import CRMUnavailable
from tools.database import Database

NIGHT = datetime(2026, 3, 11, 2, 30, tzinfo=UTC)


@pytest_asyncio.fixture
async def town(sqlite: Database, reading: Reading) -> AsyncIterator[Town]:
    made = await town_of(reading, sqlite)
    yield made
    await made.assistant.close(seconds=5)


async def test_news_is_offered_in_one_sentence_once_a_case_is_filed_and_wished_by_a_digit(town: Town) -> None:
    await town.say(POTHOLE)
    filed = await town.say("1")
    agreed = await town.say("5")

    assert filed[0].endswith("Reply 5 for a text when it moves on.")
    assert agreed == ["Done: I will text you when case B311-000001-3 moves on. Send MUTE to get no more of these."]


async def test_the_consent_is_on_record_with_its_turn(town: Town, sqlite: Database) -> None:
    await town.reported()

    async with sqlite.read() as connection:
        row = (await connection.execute(select(news_wishes))).one()
    turn = await town.assistant.history.turn(row.turn_id)
    assert (row.case_id, row.address, row.language, row.stopped) == (CASE, ANNA.address, "en", None)
    assert turn is not None
    assert turn.replies[0].text.startswith("Done: I will text you")


async def test_closed_is_not_called_fixed(town: Town) -> None:
    await town.reported()

    await town.close("Noted")
    told = await town.told()

    assert len(told) == 1
    assert told[0].startswith("Boston 311, case B311-000001-3 (Pothole):\nIt was closed on March 10, 2026.")
    assert "does not mean that any work was done" in told[0]
    assert "fixed" not in told[0]


async def test_what_happens_is_told_once_however_often_it_is_read(reading: Reading, database: Database) -> None:
    town = await town_of(reading, database)
    await town.reported()
    await town.close()
    first = await town.told()

    async with database.write() as connection:
        await connection.execute(text("UPDATE crm_mark SET mark = '0'"))
    town.teller.seen.clear()
    again = await town.told() + await town.told()
    await town.assistant.close(seconds=5)

    assert len(first) == 1
    assert again == []


async def test_two_tellers_at_once_tell_once(reading: Reading, database: Database) -> None:
    town = await town_of(reading, database)
    await town.reported()
    await town.close()

    await asyncio.gather(*(town.teller.run() for _ in range(4)))
    await town.assistant.post.settled()
    await town.assistant.close(seconds=5)

    assert len([each for each in town.carrier.texts if "It was closed" in each.text]) == 1


async def test_whoever_did_not_ask_is_not_told(town: Town) -> None:
    await town.say(POTHOLE)
    await town.say("1")
    await town.say("ok thanks")

    await town.close()

    assert await town.told() == []


async def test_several_changes_are_told_in_one_text_without_what_was_overtaken(
    reading: Reading, sqlite: Database
) -> None:
    town = await town_of(reading, sqlite, news_fold_seconds=600.0)
    await town.reported()
    await town.crm.schedule(CASE, day=date(2026, 3, 12), key="s1")
    await town.crm.schedule(CASE, day=date(2026, 3, 13), key="s2")
    waiting = await town.told()

    await due_now(sqlite)
    told = await town.told()
    await town.crm.close(CASE, reason="Resolved", key="c")
    await town.crm.reopen(CASE, reason="", key="r")
    await town.told()
    await due_now(sqlite)
    later = await town.told()
    await town.assistant.close(seconds=5)

    assert waiting == []
    assert [each.splitlines()[1:] for each in told] == [
        ["The work is planned for March 13, 2026. That can still change.", "Send MUTE for no more news of it."]
    ]
    assert [each.splitlines()[1:] for each in later] == [["It was opened again."]]


async def test_nobody_is_texted_by_night(town: Town) -> None:
    await town.reported()
    town.clock.now = NIGHT
    await town.close()
    by_night = await town.told()

    town.clock.now = NIGHT + timedelta(hours=12)
    by_day = await town.told()

    assert by_night == []
    assert len(by_day) == 1


@pytest.mark.parametrize("words", ["MUTE", "no more updates", "please stop the updates of this case"])
async def test_news_of_one_case_is_ended_in_plain_words(town: Town, words: str) -> None:
    await town.reported()

    said = await town.say(words)
    await town.close()

    assert said == ["All right, no more news of case B311-000001-3. You can still ask me how it stands."]
    assert await town.told() == []


async def test_a_stop_of_all_texts_ends_news_too(town: Town) -> None:
    await town.reported()
    await town.say("STOP")

    await town.close()

    assert await town.told() == []


async def test_news_is_told_in_the_language_of_the_report(town: Town) -> None:
    await town.say("hay un bache enorme en la calle en 100 Perham St, West Roxbury")
    await town.say("si")
    await town.say("5")
    await town.told()
    town.clock.now += timedelta(hours=1)

    await town.crm.schedule(CASE, day=date(2026, 3, 12), key="s")
    told = await town.told()

    assert "Trabajo previsto: 12 de marzo de 2026 (puede cambiar)." in told[0]


async def test_a_reply_to_news_is_about_that_case(town: Town) -> None:
    await town.reported()
    await town.close()
    await town.told()

    said = await town.say("whats the status of my case")

    assert CASE in said[0]


async def test_two_reporters_are_told_each(town: Town) -> None:
    await town.reported()
    await town.say("big pothole in the road at 100 Perham St, West Roxbury", BEN)
    await town.say("1", BEN)
    await town.say("5", BEN)
    town.clock.now += timedelta(hours=1)

    await town.close()

    assert len(await town.told()) == 2


async def test_a_case_system_that_fails_is_asked_again_later_and_nothing_is_lost(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    town = await town_of(reading, sqlite)
    await town.reported()
    await town.close()
    failing = Failing(town.crm)
    teller = NewsTeller(**{**vars(town.teller), "changes": failing})

    await teller.run()
    await teller.run()
    asked = failing.asked
    teller.backoff.until = 0.0
    await teller.run()
    await town.assistant.close(seconds=5)

    assert asked == 1
    assert len([each for each in town.carrier.texts if "It was closed" in each.text]) <= 1
    assert failing.asked >= 2


class Failing:
    """A case system whose changes cannot be had the first time."""

    def __init__(self, changes: CaseChanges) -> None:
        self._changes = changes
        self.asked = 0

    async def changes(self, mark: str | None, *, most: int = 200) -> Changes:
        self.asked += 1
        if self.asked == 1:
            raise CRMUnavailable("The case system does not answer.")
        return await self._changes.changes(mark, most=most)
