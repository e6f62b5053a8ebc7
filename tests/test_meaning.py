"""Tests of the vectors that several languages share, and of what is found by them."""

from pathlib import Path

import numpy as np
import pytest

from assistant.bootstrap import Reading
from assistant.message import Channel
from assistant.outcome import Outcome
from evals.measure_knowledge import Asker
from evals.question_sets import Asked, Graded
from knowledge.tongues import Tongues
from tools.clock import Clock


async def ask(reading: Reading, clock: Clock, text: str) -> Graded:
    return await Asker(reading, clock=clock, channel=Channel.WEB).ask(Asked(id="test", text=text))


@pytest.fixture(scope="module")
def tongues(reading: Reading) -> Tongues:
    return reading.engine.tongues


@pytest.mark.parametrize(
    "asked",
    [
        "cuántas gallinas puedo tener",
        "quantas galinhas posso ter",
        "combien de poules puis-je avoir",
        "сколько кур можно держать",
        "可以养几只鸡",
        "كم دجاجة يمكنني تربيتها",
    ],
)
def test_the_same_question_lies_nearer_in_another_language_than_another_question(tongues: Tongues, asked: str) -> None:
    same, other = tongues.encode(["how many chickens may i keep", "when is my trash picked up"])

    assert tongues.encode_one(asked) @ same > tongues.encode_one(asked) @ other + 0.2


def test_a_text_has_one_vector_of_unit_length_whatever_is_encoded_beside_it(tongues: Tongues) -> None:
    alone = tongues.encode(["¿dónde pago mi multa?"])[0]
    beside = tongues.encode(["basura", "¿dónde pago mi multa?", "x" * 9000, "\udce9"])[1]

    assert np.allclose(alone, beside, atol=1e-5)
    assert np.isclose(np.linalg.norm(alone), 1, atol=1e-4)


def test_a_table_that_is_not_whole_is_laid_anew(tmp_path: Path, tongues: Tongues) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"{Tongues.version}.npy").write_bytes(b"cut off")

    again = Tongues(tmp_path).encode_one("calefacción")

    assert np.allclose(again, tongues.encode_one("calefacción"), atol=1e-6)


@pytest.mark.parametrize(
    ("text", "article", "fact"),
    [
        ("combien coûte la licence pour un chien", "dog-license", "$15"),
        ("сколько стоит лицензия на собаку", "dog-license", "$15"),
        ("怎么办图书馆卡", "library-card", "free"),
    ],
)
async def test_what_stands_in_english_only_is_told_in_english_and_said_to_be(
    reading: Reading, clock: Clock, text: str, article: str, fact: str
) -> None:
    row = await ask(reading, clock, text)

    assert row.articles == (article,)
    assert fact in row.said
    assert any(only in row.said for only in ("qu’en anglais", "только на английском", "只有英文资料"))


@pytest.mark.parametrize("text", ["como saco la visa para mi hermano", "donde puedo vacunarme contra la gripe"])
async def test_what_lies_near_several_articles_alike_is_not_answered(reading: Reading, clock: Clock, text: str) -> None:
    row = await ask(reading, clock, text)

    assert Outcome.ANSWERED not in row.outcomes
