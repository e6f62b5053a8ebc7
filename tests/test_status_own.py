"""Asking how one's cases stand: which of several is meant, what else is open, and guessing numbers tells nothing."""

import time
from datetime import timedelta

import pytest

from assistant.bootstrap import Reading
from assistant.look_ups import MOST_NOT_FOUND, SAME_SECONDS
from assistant.outcome import Outcome
from assistant.own_cases import MOST_OTHERS, meant_case
from tests.conftest import NOW
from tests.test_dialogue import Talk
from tools.case import Case, Status
from tools.catalogue import load_catalogue


@pytest.fixture
def talk(reading: Reading) -> Talk:
    return Talk(reading)


def case_of(number: int, service: str, words: str, *, status: Status = Status.OPEN) -> Case:
    at = NOW - timedelta(days=10 - number)
    return Case(case_id=f"C-{number}", service=service, status=status, description=words, opened=at, updated=at)


OWN = (
    case_of(3, "street_light_outage", "the light is out"),
    case_of(2, "missed_trash", "they left my recycling"),
    case_of(1, "pothole", "huge hole by the school"),
)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        pytest.param("any news", "C-3", id="newest-when-nothing-is-named"),
        pytest.param("whats up with the pothole", "C-1", id="by-service"),
        pytest.param("did they come for the recycling yet", "C-2", id="by-own-words"),
    ],
)
def test_the_case_that_is_meant_is_found_by_what_is_said_of_it(words: str, number: str) -> None:
    meant, others = meant_case(OWN, words, load_catalogue())

    assert meant is not None
    assert meant.case_id == number
    assert {case.case_id for case in others} == {"C-1", "C-2", "C-3"} - {number}


def test_closed_cases_are_not_named_beside_the_one_that_is_meant() -> None:
    closed = case_of(0, "graffiti", "tags", status=Status.CLOSED)

    _, others = meant_case((*OWN, closed), "any news", load_catalogue())

    assert closed not in others
    assert len(others) <= MOST_OTHERS


async def test_somebody_with_two_cases_is_told_of_the_one_meant_and_named_the_other(talk: Talk) -> None:
    await talk.all("pothole at 100 perham st", "1", "graffiti on the wall of 21 perham st", "private", "1")
    cases = list(talk.crm.cases)

    turn = await talk.say("how is the pothole report going?")

    told = turn.replies[0].text
    assert turn.outcome is Outcome.STATUS_GIVEN
    assert told.startswith(f"Case {cases[0]}: Pothole")
    assert f"Your other open cases: {cases[1]} (" in told


async def test_a_number_that_is_nobodys_and_one_that_is_not_public_get_the_same_words_and_wait(talk: Talk) -> None:
    hidden = case_of(7, "external_bpd", "private matter").model_copy(update={"case_id": "BCS-00500013"})
    talk.crm.cases[hidden.case_id] = hidden
    began = time.perf_counter()

    for_hidden = await talk.say("status of BCS-00500013 please")
    halfway = time.perf_counter()
    for_nobodys = await talk.say("status of BCS-00500014 please")

    assert for_hidden.replies[0].text.replace("500013", "500014") == for_nobodys.replies[0].text
    assert min(halfway - began, time.perf_counter() - halfway) >= SAME_SECONDS


async def test_who_goes_on_guessing_numbers_is_sent_to_a_person(talk: Talk) -> None:
    shown = case_of(8, "pothole", "hole").model_copy(update={"case_id": "BCS-00500099"})
    talk.crm.cases[shown.case_id] = shown
    for number in range(MOST_NOT_FOUND):
        await talk.say(f"status of BCS-0050001{number} please")

    turn = await talk.say("status of BCS-00500099 please")

    assert turn.outcome is Outcome.NOT_KNOWN
    assert "617-635-4500" in turn.replies[0].text
    assert "Pothole" not in turn.replies[0].text
