"""Everyday matters are no emergencies in any language; Vietnamese marks tell a fire from a truck that drives by."""

import re
from pathlib import Path
from unicodedata import normalize

import pytest
import yaml

from assistant.message import Channel
from assistant.plain import plain_text
from assistant.screening import load_screen
from assistant.tones import forgiving, with_marks

DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[tuple[str, str]]:
    content = yaml.safe_load((DATA / name).read_text("utf-8"))
    return [(language, said) for language, each in content.items() for said in each]


ORDINARY, DANGERS = lines("ordinary.yaml"), lines("dangers.yaml")


@pytest.mark.parametrize(
    ("language", "said"), ORDINARY, ids=[f"{language}-{n}" for n, (language, _) in enumerate(ORDINARY)]
)
def test_an_ordinary_matter_is_no_emergency(language: str, said: str) -> None:
    assert load_screen()(said, Channel.SMS).safety is None


@pytest.mark.parametrize(
    ("language", "said"), DANGERS, ids=[f"{language}-{n}" for n, (language, _) in enumerate(DANGERS)]
)
def test_a_danger_near_an_ordinary_matter_is_sent_to_911(language: str, said: str) -> None:
    assert load_screen()(said, Channel.SMS).safety == "911"


@pytest.mark.parametrize(
    "said",
    [
        "nhà tôi đang cháy",
        "nha toi dang chay",
        "nhà tôi đang chay",
        "nhà tôi ĐANG CHÁY!!",
        "em bé bị hóc",
        "em be bi hoc",
    ],
)
def test_a_danger_is_heard_with_its_marks_or_without(said: str) -> None:
    assert load_screen()(said, Channel.SMS).safety == "911"


def test_marks_are_heard_in_either_form_and_at_either_place() -> None:
    pattern = re.compile(forgiving("cứu hỏa"))
    for said in ("cứu hỏa", "cứu hoả", "cứu hõa", "cuu hoa", "CỨU HỎA", normalize("NFD", "cứu hỏa")):
        assert pattern.search(with_marks(plain_text(said), said)), said
    assert pattern.search(with_marks(plain_text("cứu hoá"), "cứu hoá")) is None
