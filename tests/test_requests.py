"""What a message asks for: how it is split into requests, and what kind each of them is."""

import asyncio

import pytest

from assistant.bootstrap import Reading
from assistant.reading import Asked
from evals.awkward import awkward_texts
from evals.measure_reading import spans_hold
from tools.draft import Kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param(
            "There is a pothole at 12 Beacon St. Also there is a pothole at 40 Park St.",
            [Kind.REPORT, Kind.REPORT],
            id="two potholes in two places",
        ),
        pytest.param(
            "The street light on our block is out. What day is recycling collected?",
            [Kind.REPORT, Kind.QUESTION],
            id="complaint and question",
        ),
        pytest.param(
            "Thanks! What is the status of case 101004567890?",
            [Kind.STATUS],
            id="thanks and status",
        ),
        pytest.param("parking meter wont take my card\nat 40 hereford st", [Kind.REPORT], id="the place sent after it"),
        pytest.param("my car keys fell in the storm drain. 40 clark st north end", [Kind.REPORT], id="a bare address"),
        pytest.param(
            "pothole at 61 montvale st and another pothole at 25 etna st",
            [Kind.REPORT, Kind.REPORT],
            id="another one at another address",
        ),
        pytest.param(
            "the street light at 61 montvale st is out. also they didnt pick up my trash",
            [Kind.REPORT, Kind.REPORT],
            id="they who did not come are no reference",
        ),
        pytest.param("there is trash and broken glass all over", [Kind.REPORT], id="two things in one place"),
        pytest.param("thank you so much! any news on BCS-00600001?", [Kind.STATUS], id="news of a case"),
        pytest.param(
            "streetlight pole number 2231 on washington st is flickering", [Kind.REPORT], id="a pole's number"
        ),
        pytest.param("will it rain tomorrow afternoon", [Kind.QUESTION], id="the weather"),
        pytest.param("the operator was so rude to me", [Kind.FEEDBACK], id="feedback"),
        pytest.param("hello", [Kind.OTHER], id="greeting"),
    ],
)
def test_a_message_holds_the_requests_that_it_makes(reading: Reading, text: str, kinds: list[Kind]) -> None:
    found = reading.engine.requests.read(text, language="en")

    assert [each.kind for each in found] == kinds
    assert all(text[each.words.start : each.words.end] == each.words.quote for each in found)


def test_the_text_of_a_form_stays_one_request(reading: Reading) -> None:
    text = "What is the nature of the problem?: light out | Pole number: 12 | Is anyone hurt?: No"

    found = reading.engine.requests.read(text, language="en")

    assert [each.words.quote for each in found] == [text]


@pytest.mark.parametrize("name", awkward_texts())
def test_an_awkward_text_is_read_with_true_offsets(reading: Reading, name: str) -> None:
    text = awkward_texts()[name]

    read = asyncio.run(reading.engine.read(text, Asked()))

    assert spans_hold(text, read)


def test_a_place_at_the_end_of_a_long_message_is_found_where_it_stands(reading: Reading) -> None:
    text = f"{'this has gone on for weeks and nobody has come. ' * 20}the pothole is at 1 City Hall Square"

    read = asyncio.run(reading.engine.read(text, Asked()))

    assert read.location is not None
    assert read.location.evidence is not None
    assert read.location.evidence.quote == text[read.location.evidence.start : read.location.evidence.end]
    assert read.location.number == "1"


TOLD_APART = {
    "things that are not so": ("a big branch fell across the walk at 9 Elm St. no wires, nobody hurt", 1),
    "more about the same thing": ("railing at 15 Oak St. at the bottom of the back stairs", 1),
    "a wish about the same thing": ("leaves cover the whole path. can parks come and rake them", 1),
    "an announced list": ("3 things at Ronan Park: the swing is torn, the bin is full, and the lamps are out", 3),
    "a list of another length": ("3 things, all about one pothole: it is deep, it is wide", 1),
    "numbered": ("1) there is a pothole on Adams St 2) the street light on Park St is out", 2),
    "a question and a report that is its reason": (
        "what day do they sweep the street? asking because 16 Brown Ave puts trash out three days early every week",
        2,
    ),
    "an aside of one's own": ("since I was a child this lot has been full of trash, it is never cleaned", 1),
    "Chinese": ("路灯不亮了，另外请问旧沙发怎么扔？", 2),
}


@pytest.mark.parametrize(("text", "count"), TOLD_APART.values(), ids=TOLD_APART.keys())
def test_a_message_is_split_where_another_matter_begins(reading: Reading, text: str, count: int) -> None:
    language = reading.engine.languages.detect(text).language

    found = reading.engine.requests.read(text, language=language)

    assert len(found) == count


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a whole tree fell across the road at 20 Elm St. nobody hurt and no wires", id="tree"),
        pytest.param("a car knocked over the lamp post at 20 Elm St, no wires showing", id="pole"),
        pytest.param("se cayó un árbol en la calle, no hay cables sueltos", id="es"),
    ],
)
def test_wires_that_are_not_there_are_nobody_s(reading: Reading, text: str) -> None:
    read = asyncio.run(reading.engine.read(text, Asked()))

    assert [request.jurisdiction.city for request in read.requests] == [True]
