"""At a read-back residents add words, tell of a further matter, or ask how long it takes: nothing of it is lost."""

import pytest

from assistant.bootstrap import Reading
from assistant.outcome import Outcome
from tests.test_dialogue import Talk
from tools.case import Status


@pytest.fixture
def talk(reading: Reading) -> Talk:
    return Talk(reading)


@pytest.mark.parametrize(
    "added",
    [
        pytest.param("about four of them, wet mattresses", id="nothing-like-an-answer"),
        pytest.param("it is really deep and my mother fell", id="reads-like-a-correction"),
        pytest.param("tell them to bring cones", id="reads-like-another-service"),
        pytest.param("it's next to the school entrance", id="names-somebody-elses-building"),
    ],
)
async def test_words_that_answer_nothing_are_added_shown_and_filed(talk: Talk, added: str) -> None:
    await talk.say("pothole at 100 perham st")

    shown = await talk.say(added)
    await talk.say("1")

    case = next(iter(talk.crm.cases.values()))
    assert f'Also: "{added}".' in shown.replies[0].text
    assert shown.outcome is Outcome.READ_BACK
    assert case.service == "pothole"
    assert added in case.description


@pytest.mark.parametrize("said", ["i am waiting", "asdf qwer zxcv", "this is stupid", "what do you mean"])
async def test_what_says_nothing_of_the_matter_is_not_added(talk: Talk, said: str) -> None:
    await talk.say("pothole at 100 perham st")

    turn = await talk.say(said)

    assert "Also:" not in turn.replies[0].text


async def test_a_further_matter_at_another_place_is_noted_and_leaves_the_draft_where_it_is(talk: Talk) -> None:
    await talk.say("pothole at 100 perham st")

    noted = await talk.say("theres also a dead raccoon in front of 40 pender st")
    filed = await talk.say("1")

    case = next(iter(talk.crm.cases.values()))
    assert noted.replies[0].text.startswith("I noted that too.")
    assert case.location is not None
    assert case.location.value == "100 Perham St, West Roxbury"
    assert "dead raccoon" in filed.replies[0].text


@pytest.mark.parametrize("asked", ["how long does it take?", "how long will that take", "when will it be fixed"])
async def test_how_long_it_takes_is_answered_from_the_reports_own_promise(talk: Talk, asked: str) -> None:
    await talk.say("pothole at 100 perham st")

    before = await talk.say(asked)
    await talk.say("1")
    after = await talk.say(asked)

    assert before.replies[0].text.startswith("The City aims to do this within 1 business day")
    assert "Your report is not sent yet" in before.replies[0].text
    assert after.replies[0].text.startswith("The City aims to do this within 1 business day")


async def test_what_is_added_is_not_taken_up_once_more_as_a_matter_of_its_own(talk: Talk) -> None:
    await talk.all("pothole at 100 perham st", "tomorrow after 3 works for me")

    filed = await talk.say("1")

    assert "Next, you also wrote" not in filed.replies[0].text
    assert filed.outcome is Outcome.CASE_OPENED


async def test_what_is_wrong_is_not_asked_of_somebody_who_said_it_of_anothers_property(talk: Talk) -> None:
    turn = await talk.say("graffiti on the mailbox at hewlett and centre st roslindale")

    told = "\n".join(reply.text for reply in turn.replies)
    assert "US Postal Service" in told
    assert "graffiti on the mailbox" in told
    assert "Reply 1 or SUBMIT" in told


async def test_a_report_just_filed_is_taken_back_or_added_to_in_plain_words(talk: Talk) -> None:
    await talk.all("pothole at 100 perham st", "1", "can you add that its 2 feet wide", "yes")
    added = next(iter(talk.crm.cases.values()))

    await talk.all("actually cancel that", "yes")
    withdrawn = next(iter(talk.crm.cases.values()))

    assert "its 2 feet wide" in added.description
    assert withdrawn.status is Status.CLOSED


async def test_a_further_matter_without_a_place_is_noted_and_not_added(talk: Talk) -> None:
    await talk.say("pothole at 100 perham st")

    noted = await talk.say("theres a broken swing")
    filed = await talk.say("1")

    assert noted.replies[0].text.startswith("I noted that too.")
    assert "Also:" not in noted.replies[0].text
    assert 'Next, you also wrote: "theres a broken swing"' in filed.replies[0].text


async def test_how_long_without_any_report_asks_which_case_is_meant(talk: Talk) -> None:
    turn = await talk.say("how long does it take")

    assert turn.outcome is Outcome.ASKED
    assert "case number" in turn.replies[0].text


@pytest.mark.parametrize("place", ["12 Perham St West Roxbury", "100 perham st roslindale"])
async def test_a_place_and_nothing_else_is_asked_what_is_wrong_there(talk: Talk, place: str) -> None:
    asked = await talk.say(place)
    shown = await talk.say("big pothole")

    assert asked.asking_for == "service"
    assert shown.replies[0].text.startswith("Here is what I would send: Pothole.")


async def test_the_police_are_not_called_a_stranger_to_the_city(talk: Talk) -> None:
    _, turn = await talk.all("my neighbor keeps parking in front of my driveway what can i do", "12 Perham St")

    assert turn.replies[0].text.startswith("The Boston Police Department handles this.")


async def test_a_neighbors_tree_in_the_yard_is_no_emergency_but_one_on_the_neighbor_is(talk: Talk) -> None:
    yard = await talk.say("a tree from my neighbors yard fell in mine, who takes it away")
    neighbor = await talk.say("a tree fell on my neighbor")

    assert yard.outcome is not Outcome.EMERGENCY
    assert neighbor.outcome is Outcome.EMERGENCY


@pytest.mark.parametrize(
    ("said", "service", "detail"),
    [
        pytest.param("a tree fell on a parked car at 25 hewlett st", "Tree or branch down", "Car.", id="on-a-car"),
        pytest.param(
            "a tree is lying across the road at 25 hewlett st", "Tree or branch down", "Road.", id="on-a-road"
        ),
        pytest.param(
            "a limb is blocking the sidewalk at 25 hewlett st", "Tree or branch down", "Sidewalk", id="a-limb"
        ),
        pytest.param(
            "rats around the bins behind 25 hewlett st", "Rats or mice outdoors", "Live rats", id="rats-outside"
        ),
        pytest.param("the street is flooded at 25 hewlett st", "Water, sewer, drain", "Flooded street", id="flooded"),
    ],
)
async def test_what_was_said_already_is_not_asked_again(talk: Talk, said: str, service: str, detail: str) -> None:
    turn = await talk.say(said)

    told = "\n".join(reply.text for reply in turn.replies)
    assert turn.outcome in (Outcome.READ_BACK, Outcome.REFERRED)
    assert f"Here is what I would send: {service}" in told
    assert detail in told


async def test_a_plate_is_no_word_that_follows_the_word_plates(talk: Talk) -> None:
    await talk.all("a car without plates has been sitting at 25 hewlett st for weeks", "not sure", "public street")

    assert talk.conversation.work is not None
    assert "plate" not in talk.conversation.work.draft.fields
