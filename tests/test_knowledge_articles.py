"""Articles are read from Markdown files, and a broken one is named with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.loader import ArticleBroken, load_articles, parse_article
from knowledge.passages import WORDS, passages_of
from knowledge.sentences import sentences_of
from tests.sample_articles import article, sample_articles

GOOD = """---
id: gulls
title: Gulls
url: https://www.boston.gov/gulls
as_of: 2024-05-01
freshness: stable
owner: Animal Control
questions: [Are gulls allowed?]
---

Gulls may sit anywhere.
"""


def test_articles_are_read_with_their_language() -> None:
    found = {(each.id, each.language) for each in sample_articles()}

    assert ("street-sweeping", "en") in found
    assert ("street-sweeping", "es") in found


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param("Gulls.\n", 1, "front matter", id="no front matter"),
        pytest.param(GOOD.replace("as_of: 2024-05-01", "as_of: soon"), 5, "as_of", id="a date that is none"),
        pytest.param(GOOD.replace("owner: Animal Control\n", ""), 8, "owner", id="a missing key"),
        pytest.param(GOOD.replace("owner:", "colour: red\nowner:"), 7, "colour", id="an unknown key"),
        pytest.param(GOOD.replace("title: Gulls", "title: [Gulls"), 4, "YAML", id="broken YAML"),
        pytest.param(GOOD.replace("Gulls may sit anywhere.\n", ""), 11, "no body", id="no body"),
        pytest.param(GOOD.replace("[Are gulls allowed?]", "[]"), 8, "questions", id="no questions"),
        pytest.param(GOOD.replace("stable", "fresh"), 6, "freshness", id="an unknown freshness"),
    ],
)
def test_a_broken_article_is_named_with_line_and_reason(text: str, line: int, why: str) -> None:
    with pytest.raises(ArticleBroken, match=rf"gulls\.md' is broken at line {line}:.*{why}"):
        parse_article(text, Path("gulls.md"))


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "gulls.md").write_bytes(GOOD.encode() + b"\nand \xff\n")

    with pytest.raises(ArticleBroken, match="line 13: it is not UTF-8"):
        load_articles(tmp_path)


def test_two_articles_of_one_id_and_language_are_refused(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(GOOD)

    with pytest.raises(ArticleBroken, match=r"b\.md.*'gulls'.*already taken by.*a\.md"):
        load_articles(tmp_path)


def test_one_id_in_two_languages_is_welcome(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    (tmp_path / "b.md").write_text(GOOD.replace("owner:", "language: es\nowner:"))

    assert len(load_articles(tmp_path)) == 2


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArticleBroken, match="nowhere"):
        load_articles(tmp_path / "nowhere")


def test_passages_follow_headings_and_carry_their_path() -> None:
    passages = passages_of(next(each for each in sample_articles() if each.id == "mattresses"))

    assert [(each.id, each.heading) for each in passages] == [
        ("mattresses#1", "Mattresses and box springs"),
        ("mattresses#2", "Mattresses and box springs > On the day"),
        ("mattresses#3", "Mattresses and box springs > On the day > Futons"),
    ]


def test_a_heading_of_the_same_level_ends_the_one_before() -> None:
    passages = passages_of(article("# A sample\n\n## One\n\nFirst.\n\n## Two\n\nSecond."))

    assert [each.heading for each in passages] == ["A sample > One", "A sample > Two"]


def test_a_link_keeps_its_address_once() -> None:
    body = "See [the page](https://boston.gov/x) or [boston.gov/y](https://www.boston.gov/y) or <https://boston.gov/z>."

    text = passages_of(article(body))[0].text

    assert text == "See the page (https://boston.gov/x) or boston.gov/y or https://boston.gov/z."


def test_a_table_becomes_lines_that_read_alone() -> None:
    text = passages_of(article("Fines:\n\n| What | Fine |\n|---|---|\n| Bus stop | $100 |\n| Hydrant | $100 |"))[0].text

    assert text == "Fines:\n- Bus stop: $100\n- Hydrant: $100"


def test_a_long_section_is_cut_between_sentences_and_a_list_is_not() -> None:
    sentence = "This sentence has exactly eight words in it. "
    items = "\n".join(f"- item number {n} of a rather long list of things" for n in range(40))

    passages = passages_of(article(f"{sentence * 60}\n\nBring:\n\n{items}"))

    assert all(len(each.text.split()) <= WORDS for each in passages[:-1])
    assert all(each.text.endswith(("it.", "things")) for each in passages)
    assert passages[-1].text.count("- item") == 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open at 9 a.m. on Mondays. Closed Sundays.", ("Open at 9 a.m. on Mondays.", "Closed Sundays.")),
        ("Open until 5 p.m. Bring an ID.", ("Open until 5 p.m.", "Bring an ID.")),
        ("Go to 1 Mass. Ave. near St. James.", ("Go to 1 Mass. Ave. near St. James.",)),
        ("Visit boston.gov/pay. It costs $2.50 extra!", ("Visit boston.gov/pay.", "It costs $2.50 extra!")),
        ("¿Dónde? En la calle. Gratis.", ("¿Dónde?", "En la calle.", "Gratis.")),
        ("请在早上6点前放好。不要放在周末。", ("请在早上6点前放好。", "不要放在周末。")),
        ("Bring:\n- an ID\n- a lease\nThen wait.", ("Bring:\n- an ID\n- a lease", "Then wait.")),
        ("- Call us.\n- Write to us.", ("Call us.", "Write to us.")),
    ],
)
def test_sentences_can_be_said_alone(text: str, expected: tuple[str, ...]) -> None:
    assert sentences_of(text) == expected


@given(st.text(max_size=300))
def test_every_sentence_is_a_slice_of_its_text(text: str) -> None:
    assert all(sentence in text and sentence.strip() for sentence in sentences_of(text))
