"""The lint of articles names file, line and reason of what is missing, contradicts or has grown old."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.begin import Draft, begin_article
from knowledge.lint import Weight, lint
from knowledge.loader import BOSTON, ArticleBroken
from knowledge.reading_age import reading_age, syllables
from tools.catalogue import load_catalogue

GULLS = """---
id: gulls
title: Gulls
url: https://www.boston.gov/gulls
as_of: 2024-05-01
freshness: stable
owner: Animal Control
services: [gull_noise]
questions: [Are gulls allowed?]
---

Gulls may sit anywhere. A permit to feed gulls in a park costs $25 for each year.
"""
TODAY = date(2026, 3, 10)


def found(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return [
        f"{each.path.name}:{each.line} {each.weight.value} {each.what}"
        for each in lint(folder, services={"gull_noise"}, today=TODAY)
    ]


def test_the_city_s_own_articles_hold_no_error() -> None:
    services = load_catalogue().services

    wrong = [each for each in lint(BOSTON, services=services, today=TODAY) if each.weight is Weight.ERROR]

    assert wrong == []


def test_a_good_article_gives_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, gulls=GULLS) == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        pytest.param("as_of: 2024-05-01\n", "", "gulls.md:9 error 'as_of'", id="no date"),
        pytest.param("2024-05-01", "2027-05-01", "gulls.md:5 error its date 2027-05-01 lies", id="a date to come"),
        pytest.param("stable", "yearly", "gulls.md:6 error its facts change every year", id="yearly without expiry"),
        pytest.param("https://www.boston.gov/gulls", "the City", "gulls.md:4 error its source 'the City'", id="source"),
        pytest.param("gull_noise", "gulls_gone", "gulls.md:8 error there is no service 'gulls_gone'", id="service"),
        pytest.param("anywhere.", "[here](swans.md).", "gulls.md:12 error it links to the article 'swans'", id="link"),
        pytest.param("$25", "$25 at https://pay.example", "gulls.md:12 error 'https://pay.example'", id="site"),
        pytest.param("stable", "stable\nexpires: 2026-01-01", "gulls.md:7 notice it expired on", id="expired"),
        pytest.param("stable", "stable\nexpires: 2026-05-01", "gulls.md:7 notice it expires on 2026-05-01", id="soon"),
        pytest.param("title: Gulls", "title: [Gulls", "gulls.md:4 error its front matter is not YAML", id="broken"),
    ],
)  # fmt: skip
def test_a_finding_names_line_and_reason(tmp_path: Path, before: str, after: str, finding: str) -> None:
    text = GULLS.replace(before, after, 1)

    assert any(each.startswith(finding) for each in found(tmp_path, gulls=text))


def test_a_translation_with_another_fee_is_an_error(tmp_path: Path) -> None:
    spanish = GULLS.replace("freshness:", "language: es\nfreshness:")
    spanish = spanish.replace("Gulls may sit anywhere.", "Un permiso cuesta $30.").replace("A permit to feed", "\n")

    findings = found(tmp_path, gulls=GULLS, gaviotas=spanish)

    assert findings == [
        "gaviotas.md:13 error '$30' does not stand in the English article 'gulls'",
    ]


def test_two_articles_with_two_fees_for_one_thing_are_an_error(tmp_path: Path) -> None:
    parks = GULLS.replace("id: gulls", "id: parks").replace("$25 for each", "$40 for each")

    findings = found(tmp_path, gulls=GULLS, parks=parks)

    assert findings == ["parks.md:12 error 40 where the article 'gulls' says 25"]


def test_an_office_with_two_phone_numbers_is_an_error(tmp_path: Path) -> None:
    swans = GULLS.replace("id: gulls", "id: swans").replace(
        "A permit", "If unsure call Animal Control at 617-635-5348 now. A pass"
    )
    other = GULLS.replace("anywhere.", "anywhere; for more ask Animal Control at 617-635-0000.")

    findings = found(tmp_path, gulls=other, swans=swans)

    assert findings == [
        "swans.md:12 error 'Animal Control' has another phone number in the article 'gulls': 6176350000"
    ]


def test_two_fees_for_two_things_agree(tmp_path: Path) -> None:
    dogs = GULLS.replace("id: gulls", "id: dogs").replace(
        "A permit to feed gulls in a park costs $25", "A license for a dog that is not fixed costs $30"
    )

    assert found(tmp_path, gulls=GULLS, dogs=dogs) == []


def test_expiry_is_a_notice_and_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "gulls.md").write_text(GULLS.replace("stable", "yearly\nexpires: 2026-01-01"))

    assert {each.weight for each in lint(tmp_path, services={"gull_noise"}, today=TODAY)} == {Weight.NOTICE}


def test_short_words_read_younger_than_long_ones() -> None:
    easy = reading_age("Put the cart out by six. We pick it up. Take it in by night.")
    hard = reading_age(
        "Residential properties participating in municipal collection necessitate administrative authorization "
        "preceding installation of supplementary containers."
    )

    assert easy < 11
    assert hard > 22


@pytest.mark.parametrize(("word", "count"), [("cart", 1), ("recycle", 3), ("appointment", 3), ("the", 1), ("city", 2)])
def test_syllables_are_counted_by_ear(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_text_without_words_has_no_reading_age() -> None:
    assert reading_age("617-635-4500 https://boston.gov") == 0.0


def test_a_new_article_passes_the_lint(tmp_path: Path) -> None:
    draft = Draft(id="swans", title="Swans", url="https://www.boston.gov/swans", owner="Parks")

    begin_article(tmp_path / "en", draft, today=TODAY)

    assert found(tmp_path) == []


def test_a_new_article_overwrites_none(tmp_path: Path) -> None:
    draft = Draft(id="gulls", title="Gulls", url="https://www.boston.gov/gulls", owner="Parks")
    (tmp_path / "gulls.md").write_text(GULLS)

    with pytest.raises(ArticleBroken, match="exists already"):
        begin_article(tmp_path, draft, today=TODAY)
