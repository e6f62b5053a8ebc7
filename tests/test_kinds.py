"""What kind of message it is: a question without a question mark, a status, feedback, a joke, spam, a person wanted."""

import asyncio

import pytest
import yaml

from assistant.bootstrap import Reading
from assistant.reading import Asked
from assistant.requests import KINDS
from evals.figures import Figure
from evals.measure_kinds import MESSAGES, measure_kinds
from tools.draft import Kind


@pytest.fixture(scope="module")
def figures(reading: Reading) -> dict[str, Figure]:
    return {figure.what: figure for figure in measure_kinds(reading.engine)}


LEAST = {"question": 0.95, "report": 0.95, "status": 0.9, "feedback": 0.8, "other": 0.75, "person": 0.8}


@pytest.mark.parametrize("kind", LEAST)
def test_own_messages_are_taken_for_what_they_are(figures: dict[str, Figure], kind: str) -> None:
    figure = figures[f"own messages, kind: {kind}"]

    assert figure.value >= LEAST[kind], figure.against


PLAIN = {
    "a noun phrase": ("maximum height for a fence", "en", Kind.QUESTION),
    "a number asked for": ("animal control phone number", "en", Kind.QUESTION),
    "whom to complain to": ("who should i complain to about a cab driver", "en", Kind.QUESTION),
    "legal": ("is it legal to feed pigeons", "en", Kind.QUESTION),
    "vi": ("văn phòng mấy giờ đóng cửa", "vi", Kind.QUESTION),
    "zh": ("垃圾哪天收", "zh-Hans", Kind.QUESTION),
    "work wanted": ("can a crew come fix the swing", "en", Kind.REPORT),
    "hours that passed": ("a car alarm has been going for hours", "en", Kind.REPORT),
    "forbidden": ("cars park there all day and it is not allowed", "en", Kind.REPORT),
    "a form": ("What is the nature of the problem? : Sidewalk not shoveled", "en", Kind.REPORT),
    "a case": ("any word on the request i put in", "en", Kind.STATUS),
    "es, a case": ("mi solicitud sigue abierta desde mayo", "es", Kind.STATUS),
    "since": ("its been three weeks since i reported the dark lamp", "en", Kind.STATUS),
    "whether ever": ("did anybody ever come for the fallen branch", "en", Kind.STATUS),
    "not yet": ("have you fixed the hole on my block yet", "en", Kind.STATUS),
    "still waiting": ("still waiting on the sofa pickup i asked for monday", "en", Kind.STATUS),
    "since, nothing asked for": ("it has been dark here for three weeks since the storm", "en", Kind.REPORT),
    "promotion": ("check out our new podcast about city life", "en", Kind.OTHER),
    "spam": ("earn $900 a day from home", "en", Kind.OTHER),
}


@pytest.mark.parametrize(("text", "language", "kind"), PLAIN.values(), ids=PLAIN.keys())
def test_plain_words_tell_the_kind(reading: Reading, text: str, language: str, kind: Kind) -> None:
    found = reading.engine.requests.read(text, language=language)

    assert [each.kind for each in found] == [kind]


@pytest.mark.parametrize("text", ["knock knock", "my cat wants to be the mayor lol", "dime un chiste"])
def test_a_joke_is_known_as_one(reading: Reading, text: str) -> None:
    read = asyncio.run(reading.engine.read(text, Asked()))

    assert [request.joke for request in read.requests] == [True]


def test_a_report_is_no_joke(reading: Reading) -> None:
    read = asyncio.run(reading.engine.read("huge pothole at 12 Beacon St lol my tire is gone", Asked()))

    assert [request.joke for request in read.requests] == [False]


def test_no_measured_message_is_an_example_too() -> None:
    examples = {str(line) for lines in yaml.safe_load(KINDS.read_text(encoding="utf-8")).values() for line in lines}
    held = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    messages = {str(text) for kind in LEAST for texts in held[kind].values() for text in texts}

    assert messages & examples == set()
    assert len(messages) >= 150
