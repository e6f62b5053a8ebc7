"""Questions with the facts a right answer must hold, and how the answer of the real graph is graded on them."""

import hashlib
import json
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field as Limits

from assistant.outcome import Outcome
from assistant.turn import Turn
from tools.value import Value

OWN = Path(__file__).parent / "questions"
"""The project's own questions, a file a matter."""


_DECLINED = (Outcome.NOT_KNOWN, Outcome.REFERRED, Outcome.HANDED_OFF, Outcome.REFUSED)


class Expect(StrEnum):
    """What should become of a question."""

    ANSWER = "answer"
    ABSTAIN = "abstain"
    HANDOFF = "handoff"
    REPORT = "report"
    EMERGENCY = "emergency"


class Asked(Value):
    """A question. Every pattern of `must` and none of `must_not` is found in a right answer (without case).

    `articles` are those that a right answer may rest on; `reason` the gate's reason where it is to decline; `group`
    joins ways to ask the same thing; `earlier` are questions asked before it in the same conversation.
    """

    id: str
    text: str
    language: str = "en"
    expect: Expect = Expect.ANSWER
    articles: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    reason: str | None = None
    group: str | None = None
    earlier: tuple[str, ...] = Limits(default=())

    @property
    def in_report_half(self) -> bool:
        """Whether it is kept for reporting; the other half is there to develop on. A group stays together."""
        digest = hashlib.sha256((self.group or self.id).encode()).digest()
        return digest[0] % 2 == 1


class Graded(Value):
    """What the assistant made of a question."""

    asked: Asked
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    said: str
    cited: tuple[str, ...]
    articles: tuple[str, ...]
    reason: str | None
    ms: float

    @cached_property
    def holds(self) -> bool:
        """Whether every pattern that must be found is, and none that must not."""
        return all(_found(each, self.said) for each in self.asked.must) and not self.says_wrong

    @cached_property
    def says_wrong(self) -> bool:
        """Whether it says something that it must not."""
        return any(_found(each, self.said) for each in self.asked.must_not)

    @property
    def answered(self) -> bool:
        """Whether an answer was given from articles."""
        return Outcome.ANSWERED in self.outcomes

    @property
    def declined(self) -> bool:
        """Whether no answer was given and nothing was made up: not known, referred, or passed to a person."""
        asked_back = self.reason == "ambiguous"
        return not self.answered and (asked_back or self.outcome in _DECLINED)

    @property
    def wrong(self) -> bool:
        """Whether what was said is wrong: a thing it must not say, or facts of a matter that was not asked about."""
        elsewhere = self.answered and not self.holds and not set(self.articles) & set(self.asked.articles)
        return self.says_wrong or (self.asked.expect is Expect.ANSWER and elsewhere)

    @property
    def facts(self) -> tuple[str, ...]:
        """All words found for each pattern: what has to be the same however it is asked, in any order."""
        found = ({match[0] for match in re.finditer(each, self.said, re.IGNORECASE)} for each in self.asked.must)
        return tuple(" ".join(sorted({re.sub(r"\W", "", word.casefold()) for word in words})) for words in found)

    def told(self) -> str:
        """Everything about it, for a person to judge."""
        why = f" ({self.reason})" if self.reason else ""
        sources = ", ".join(self.articles) or "nothing"
        missing = [each for each in self.asked.must if not _found(each, self.said)]
        head = f"{self.asked.id} [{self.asked.expect}] {self.asked.text!r} -> {self.outcome}{why}, from {sources}"
        return f"{head}; missing {missing}: {self.said}"


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def graded(asked: Asked, turn: Turn, *, ms: float) -> Graded:
    """A finished turn as the grade of a question."""
    reasons = (step.detail.get("reason") for step in turn.steps if step.name == "answer")
    return Graded(
        asked=asked,
        outcome=turn.outcome,
        outcomes=turn.outcomes,
        said="\n".join(reply.text for reply in turn.replies),
        cited=tuple(each.url for each in turn.citations),
        articles=tuple(dict.fromkeys(each.article for each in turn.passages if each.used)),
        reason=next((str(reason) for reason in reasons if reason), None),
        ms=ms,
    )


def read_public(path: Path) -> tuple[Asked, ...]:
    """Questions of the public set: a line of JSON each, grouped by `paraphrase_of`."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    first = {row["paraphrase_of"] for row in rows if "paraphrase_of" in row}
    return tuple(_public(row, first) for row in rows)


def _public(row: dict[str, Any], first: Iterable[str]) -> Asked:
    return Asked(
        id=row["id"],
        text=row["text"],
        language=row["lang"],
        expect=Expect(row["expect"]),
        articles=(row["topic"],),
        must=tuple(row["must"]),
        must_not=tuple(row["must_not"]),
        group=row.get("paraphrase_of") or (row["id"] if row["id"] in first else None),
    )


def read_own(folder: Path = OWN) -> tuple[Asked, ...]:
    """The project's own questions, in the order of files and lines. An id is the file's name and a number."""
    found: list[Asked] = []
    for path in sorted(folder.glob("*.yaml")):
        rows = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for number, row in enumerate(rows, 1):
            found += _own(row, f"{path.stem}-{number:03d}")
    return tuple(found)


def _own(row: dict[str, Any], name: str) -> list[Asked]:
    """One question, or one a way of asking it; several ways are a group."""
    ways = row["ask"] if isinstance(row["ask"], list) else [row["ask"]]
    told = {key: value for key, value in row.items() if key != "ask"}
    if "articles" in told:
        told["articles"] = told["articles"].split()
    group = name if len(ways) > 1 else None
    several = len(ways) > 1
    return [
        Asked.model_validate(
            {"id": f"{name}{chr(97 + place)}" if several else name, "text": way, "group": group} | told
        )
        for place, way in enumerate(ways)
    ]
