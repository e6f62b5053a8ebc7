"""The catalogue: complete, consistent, and refused with a sentence that says where it is broken."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.catalogue import BOSTON, CatalogueBroken, load_catalogue
from tools.service import Attribute, Catalogue

REPORTED_IN = ("en", "es", "ht", "pt", "vi", "zh-Hans", "zh-Hant", "fr", "ru", "ar", "so", "kea")
"""Languages in which a whole report is asked for and shown."""

READ_BACK_IN = ("en", "es", "ht", "pt", "vi", "zh-Hans", "zh-Hant")
"""Languages in which also what was not asked for is read back."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue's files that may be broken."""
    for path in BOSTON.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    shutil.copytree(BOSTON / "translations", tmp_path / "translations")
    return tmp_path


def test_every_question_is_there_in_english_and_spanish(catalogue: Catalogue) -> None:
    questions = [each for service in catalogue.services.values() for each in service.attributes]

    assert [each.code for each in questions if not {"en", "es"} <= each.ask.keys()] == []


@pytest.mark.parametrize("language", READ_BACK_IN)
def test_whatever_a_report_says_is_read_back_in_the_language(catalogue: Catalogue, language: str) -> None:
    questions = [each for service in catalogue.services.values() for each in service.attributes]
    with_its_question = [each for each in questions if {"yes", "no"} <= {choice.key for choice in each.choices}]

    assert {choice.key for each in questions for choice in each.choices if not choice.names.get(language)} == set()
    assert [each.ask["en"] for each in with_its_question if not each.ask.get(language)] == []


@pytest.mark.parametrize("language", REPORTED_IN)
def test_a_report_is_named_asked_and_answered_in_the_language(catalogue: Catalogue, language: str) -> None:
    asked = [
        each
        for service in catalogue.services.values()
        for each in service.attributes
        if each.required or each.code in {code for other in service.attributes for code in _required_by(other)}
    ]
    told = [
        effect.tell
        for service in catalogue.services.values()
        for each in service.attributes
        for effect in each.effects
        if effect.tell
    ]

    assert [code for code, service in catalogue.services.items() if not service.names.get(language)] == []
    assert [each.ask["en"] for each in asked if not each.ask.get(language)] == []
    assert [each["en"] for each in told if not each.get(language)] == []
    assert {choice.key for each in asked for choice in each.choices if not choice.names.get(language)} == set()


def _required_by(attribute: Attribute) -> set[str]:
    return {code for effect in attribute.effects for code in effect.required}


def test_no_question_offers_two_answers_by_the_same_name(catalogue: Catalogue) -> None:
    doubled = [
        f"{code}.{each.code} in {language}: {names}"
        for code, service in catalogue.services.items()
        for each in service.attributes
        for language in REPORTED_IN
        for names in [[choice.names[language][0] for choice in each.choices if language in choice.names]]
        if len(set(names)) != len(names)
    ]

    assert doubled == []


def test_every_closure_code_means_something_in_english_and_spanish(catalogue: Catalogue) -> None:
    assert catalogue.closure_codes
    assert [code for code, each in catalogue.closure_codes.items() if not {"en", "es"} <= each.words.keys()] == []


def changed(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


BROKEN: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "a file is missing": (lambda folder: (folder / "agencies.yaml").unlink(), ("agencies.yaml", "missing")),
    "not YAML": (lambda folder: (folder / "choices.yaml").write_text("a: [", encoding="utf-8"), ("choices.yaml",)),
    "not text": (lambda folder: (folder / "choices.yaml").write_bytes(b"\xff\xfe\x00"), ("choices.yaml",)),
    "a list at the top": (
        lambda folder: (folder / "services.yaml").write_text("- a", encoding="utf-8"),
        ("services.yaml", "mapping"),
    ),
    "a key of the wrong kind": (
        changed("services.yaml", "priority: standard", "priority: whenever"),
        ("services.yaml", "missed_trash", "priority"),
    ),
    "an unknown choice": (
        changed("services.yaml", "choices: [trash,", "choices: [trahs,"),
        ("missed_trash", "waste_type", "trahs"),
    ),
    "an unknown look-alike": (
        changed("services.yaml", "look_alikes: [", "look_alikes: [nowhere, "),
        ("services.yaml", "nowhere"),
    ),
    "a question without words": (
        changed("services.yaml", "ask: What was not collected?", "ask: {en: What was not collected?}"),
        ("missed_trash", "waste_type", "English"),
    ),
    "a translation of what is not asked": (
        changed("translations/es.yaml", "What was not collected?:", "What was collected?:"),
        ("es.yaml", "What was collected?"),
    ),
    "a crosswalk to nowhere": (
        changed("crosswalk.yaml", "Request for Pothole Repair: pothole", "Request for Pothole Repair: potholes"),
        ("crosswalk.yaml", "potholes"),
    ),
}


@pytest.mark.parametrize(("break_it", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_catalogue_names_file_and_place(
    folder: Path, break_it: Callable[[Path], object], told: tuple[str, ...]
) -> None:
    break_it(folder)

    with pytest.raises(CatalogueBroken) as error:
        load_catalogue(folder)

    assert all(word in str(error.value) for word in told)
    assert "\n" not in str(error.value)


def test_what_a_closing_code_means_is_there_in_every_language() -> None:
    lacking = {code.code: set(REPORTED_IN) - set(code.words) for code in load_catalogue().closure_codes.values()}

    assert {code: missing for code, missing in lacking.items() if missing} == {}
