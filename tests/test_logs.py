"""What a log line says of an error, in both styles: where it came from, and never what somebody wrote."""

import json
import logging

import pytest
from pydantic import TypeAdapter

from assistant.privacy import load_personal_data
from assistant.under_way import working_on
from channels.logs import JsonLines, Sentences
from tests.canary import PHONE, STORY, leaks

MASK = load_personal_data().mask


def record(message: str, *given: object, error: BaseException | None = None, **more: object) -> logging.LogRecord:
    """A record as a logger of ours makes it."""
    info = (type(error), error, error.__traceback__) if error else None
    return logging.Logger("channels.x").makeRecord(
        "channels.x", logging.ERROR, "x.py", 1, message, given, info, extra=more
    )


def failure() -> BaseException:
    """An error whose message repeats what a resident wrote, raised in a place of ours."""
    try:
        TypeAdapter(int).validate_python(STORY)
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("style", [Sentences(MASK), JsonLines(MASK)], ids=["sentences", "json"])
def test_an_error_is_told_by_its_kind_and_place_and_not_by_its_words(style: logging.Formatter) -> None:
    told = style.format(record("A request failed.", error=failure()))

    assert leaks(str(failure()))
    assert leaks(told) == []
    assert "A request failed." in told
    assert "ValidationError" in told
    assert "in failure" in told


@pytest.mark.parametrize("style", [Sentences(MASK), JsonLines(MASK)], ids=["sentences", "json"])
def test_the_machine_s_own_reason_is_told(style: logging.Formatter) -> None:
    told = style.format(record("A file cannot be read.", error=OSError(28, "No space left on device")))

    assert "OSError (No space left on device)" in told


@pytest.mark.parametrize("style", [Sentences(MASK), JsonLines(MASK)], ids=["sentences", "json"])
def test_what_a_caller_should_not_have_passed_is_masked(style: logging.Formatter) -> None:
    told = style.format(record("A text to %s failed.", PHONE, event="failed", address=PHONE))

    assert leaks(told) == []
    assert "A text to [phone] failed." in told


def test_a_line_is_one_object_with_the_turn_under_way() -> None:
    with working_on("c1", "t1"):
        told = JsonLines(MASK).format(record("Two\nlines", event="two", count=2))

    assert json.loads(told) | {"at": None} == {
        "at": None,
        "level": "error",
        "logger": "channels.x",
        "message": "Two\nlines",
        "conversation_id": "c1",
        "turn_id": "t1",
        "event": "two",
        "count": 2,
    }
    assert "\n" not in told
