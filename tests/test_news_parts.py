"""The parts of news: changes since a mark, quiet hours, and words that fit into two segments in every language."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.segments import segments
from assistant.telling_news import Quiet
from assistant.wording import load_wording
from tests.creatio import creatio, site
from tests.test_crm import pothole
from tests.town import CASE
from tools.case import Change
from tools.clock import Clock
from tools.database import Database
from tools.joined_changes import JoinedChanges
from tools.local_crm import LocalCRM
from tools.memory_crm import Fault, MemoryCRM


@pytest.mark.parametrize(
    ("hour", "quiet"), [(20, False), (21, True), (23, True), (0, True), (7, True), (8, False), (12, False)]
)
def test_the_quiet_hours_go_over_midnight_by_the_citys_clock(hour: int, quiet: bool) -> None:
    at = datetime(2026, 7, 1, hour, 30, tzinfo=UTC) + timedelta(hours=4)

    assert Quiet(begins=21, ends=8).at(at) is quiet


@pytest.mark.parametrize("kind", ["local", "memory"])
async def test_changes_are_told_since_a_mark_in_order_and_none_is_left_out(
    kind: str, database: Database, clock: Clock
) -> None:
    crm = await _crm(kind, database, clock)
    begun = (await crm.changes(None)).mark
    await _three_changes(crm)

    first = await crm.changes(begun)
    then = await crm.changes(first.mark)

    assert [each.change for each in first.changes] == [Change.CREATED, Change.CLOSED, Change.REOPENED]
    assert then.mark == first.mark
    assert {each.change_id for each in then.changes} <= {each.change_id for each in first.changes}


@pytest.mark.parametrize(
    "language", sorted({"en", "es", "ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru"})
)
def test_what_is_told_of_a_case_fits_two_segments_and_is_there_in_every_language(language: str) -> None:
    wording = load_wording()
    values = {
        "case": CASE,
        "service": "Pothole",
        "team": "Public Works",
        "date": wording.date(date(2026, 9, 30), language),
    }
    names = ("news_assigned", "news_scheduled", "news_reopened", "news_created")

    texts = [
        "\n".join(wording.say(part, language, **values) for part in ("news_head", name, "news_mute")) for name in names
    ]
    alone = [wording.say(name, language, **values) for name in ("news_on", "news_off", "text_number")]

    assert max(map(segments, [*texts, *alone])) <= 2
    assert language in wording.languages("news_offer")


async def _crm(kind: str, database: Database, clock: Clock) -> LocalCRM | MemoryCRM:
    if kind == "memory":
        return MemoryCRM(clock)
    crm = LocalCRM(database, clock)
    await crm.prepare()
    return crm


async def _three_changes(crm: LocalCRM | MemoryCRM) -> None:
    case = await crm.create(pothole(), key="a")
    await crm.close(case.case_id, reason="Noted", key="b")
    await crm.reopen(case.case_id, reason="", key="c")


async def test_what_staff_close_in_creatio_is_told_with_its_reason(clock: Clock) -> None:
    at = site(clock)
    crm = creatio(at)
    case = await crm.create(pothole(), key="a")
    reader = crm.closings(clock)
    begun = (await reader.changes(None)).mark

    at.set_status(case.case_id, "Closed", closure="Noted")
    first = await reader.changes(begun)
    again = await reader.changes(first.mark)

    assert [(each.case_id, each.change, each.detail) for each in first.changes] == [
        (case.case_id, Change.CLOSED, {"reason": "Noted"})
    ]
    assert again.changes == first.changes


async def test_while_one_system_is_down_the_other_is_told_and_nothing_of_either_is_lost(clock: Clock) -> None:
    one, other = MemoryCRM(clock), MemoryCRM(clock, faults=[Fault(at="search", error="unavailable")])
    down = JoinedChanges({"one": one, "other": other})
    begun = (await down.changes(None)).mark
    up = (await down.changes(begun)).mark
    await one.create(pothole(), key="a")
    await other.create(pothole(), key="b")

    told = await down.changes(up)

    assert [each.change for each in told.changes] == [Change.CREATED, Change.CREATED]
