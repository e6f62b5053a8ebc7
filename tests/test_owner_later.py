"""A place told after the report decides whose matter it is, as if it had been told at once."""

import httpx
import pytest

from tests.web import resident


@pytest.mark.parametrize(
    ("report", "place", "owner"),
    [
        ("big pothole", "on storrow drive", "Department of Conservation and Recreation"),
        ("graffiti on the wall", "at ruggles station", "MBTA"),
        ("big pothole", "beacon st in brookline", "Brookline"),
    ],
)
async def test_a_place_told_later_names_its_owner(api: httpx.AsyncClient, report: str, place: str, owner: str) -> None:
    who = await resident(api)
    asked = await who.say(report)

    told = await who.say(place)

    assert asked["asking_for"] == "location"
    assert owner in told["replies"][0]["text"]


async def test_a_place_of_the_city_told_later_stays_the_city_s(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    await who.say("big pothole")

    told = await who.say("100 perham st west roxbury")

    assert told["draft"]["jurisdiction"]["city"]
    assert told["asking_for"] == "confirmation"


async def test_what_was_said_before_the_place_answers_the_owner_s_question(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    await who.say("graffiti on the wall")

    told = await who.say("at ruggles station")

    assert told["asking_for"] == "confirmation"
    assert "graffiti on the wall" in told["replies"][0]["text"]


async def test_a_bridge_that_tells_where_it_is_does_not_make_another_report(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    await who.say("big pothole")
    await who.say("on storrow drive")

    told = await who.say("near the bu bridge")

    assert "Back to your report" not in told["replies"][0]["text"]
    assert told["asking_for"] == "location"


@pytest.mark.parametrize(
    "words", ["street light is out", "graffiti", "missed trash", "broken sidewalk", "illegal dumping"]
)
async def test_words_that_only_name_what_is_wrong_begin_a_report(api: httpx.AsyncClient, words: str) -> None:
    told = await (await resident(api)).say(words)

    assert told["outcome"] == "asked"
    assert told["draft"]["service"] is not None


@pytest.mark.parametrize("words", ["dog license", "mattress disposal", "noise rules", "licencia de perro"])
async def test_words_that_only_name_a_topic_are_answered(api: httpx.AsyncClient, words: str) -> None:
    told = await (await resident(api)).say(words)

    assert told["outcome"] == "answered"
