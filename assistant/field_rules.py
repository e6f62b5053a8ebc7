"""Reads numbers, yes and no, and named things that a service asks for by the patterns of rules/fields.yaml."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.numbers import IN_WORDS, number_of
from tools.draft import Field, FieldValue, Source
from tools.location import Span
from tools.service import Attribute, AttributeType

RULES = Path(__file__).parent / "rules" / "fields.yaml"
SURE = 0.8
"""How sure a value is that a pattern found: the pattern is plain, but it knows nothing of the rest of the text."""

LATE_DENIAL = re.compile(r"\b(?:not|isnt|isn't|arent|aren't|never|no longer)\s$")


@dataclass(frozen=True)
class Answer:
    """A pattern and what it says where it is found. `cased` patterns look at the text as it was written."""

    pattern: re.Pattern[str]
    value: FieldValue | None = None
    number: bool = False
    cased: bool = False


def read_by_rules(attribute: Attribute, text: str, plain: str) -> Field | None:
    """The value that the earliest rule of a question finds; `plain` is the text in lower case without accents."""
    number = attribute.type is AttributeType.NUMBER
    for answer in _answers().get((attribute.code, _sort(attribute)), ()):
        match = answer.pattern.search(text if answer.cased else plain)
        if match is None or (not number and LATE_DENIAL.search(plain[: match.start()])):
            continue
        value = number_of(match[1]) if answer.number else answer.value
        if answer.number and value is None:
            continue
        start, end = _trimmed(text, *_named(match))
        return Field(
            value=text[start:end] if value is None else value,
            confidence=SURE,
            source=Source.SAID,
            evidence=Span.of(text, start, end),
        )
    return None


def _sort(attribute: Attribute) -> str:
    if attribute.type is AttributeType.NUMBER:
        return "numbers"
    return "answers" if attribute.choices else "words"


def _named(match: re.Match[str]) -> tuple[int, int]:
    """The group that was found, else the whole; a number is supported by its thing too."""
    groups = [place for place in range(1, match.re.groups + 1) if match[place]]
    return match.span(groups[0]) if groups and IN_WORDS not in match.re.pattern else match.span()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


@lru_cache
def _answers(path: Path = RULES) -> dict[tuple[str, str], tuple[Answer, ...]]:
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {
        **{(code, "numbers"): _numbers(row) for code, row in content["numbers"].items()},
        **{
            (code, "answers"): tuple(
                Answer(_whole(each), value=value)
                for value, patterns in sorted(row.items(), key=lambda entry: entry[0] != "no")
                for each in patterns
            )
            for code, row in content["answers"].items()
        },
        **{
            (code, "words"): tuple(Answer(_whole(each), cased="[A-Z]" in each) for each in rows)
            for code, rows in content["words"].items()
        },
    }


def _numbers(row: dict[str, Any]) -> tuple[Answer, ...]:
    counted = (Answer(_whole(each.replace("{n}", IN_WORDS)), number=True) for each in row.get("patterns", ()))
    fixed = (Answer(_whole(each), value=value) for each, value in row.get("fixed", {}).items())
    return (*counted, *fixed)


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
