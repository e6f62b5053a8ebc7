"""Rules that tell services apart which are easily mistaken for each other, and the questions for close ones."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.jurisdiction import owners
from tools.service import Catalogue

RULES = Path(__file__).parent / "rules" / "look_alikes.yaml"
UNSAID = -4.0
"""What a service loses when a text holds none of the words it needs: too much to come first by chance."""

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Rule:
    """What a text (lower case, without accents) must and must not say, and how much that speaks for each service."""

    id: str
    when: Pattern
    unless: Pattern | None
    speaks: dict[str, float]
    why: str

    def fits(self, plain: str) -> bool:
        """Whether the rule holds for a text."""
        return self.when.search(plain) is not None and not (self.unless and self.unless.search(plain))


@dataclass(frozen=True)
class LookAlikes:
    """The rules of one version, with the questions by pair of services and language."""

    version: int
    cues: dict[str, Pattern]
    rules: tuple[Rule, ...]
    questions: dict[frozenset[str], dict[str, str]]

    def speaks(self, plain: str) -> dict[str, float]:
        """What the rules add to the logits of services for a text."""
        found = {code: UNSAID for code, cue in self.cues.items() if not cue.search(plain)}
        for rule in self.rules:
            if rule.fits(plain):
                for code, much in rule.speaks.items():
                    found[code] = found.get(code, 0.0) + much
        return found

    def question(self, one: str, other: str, catalogue: Catalogue, *, language: str) -> str | None:
        """What tells two services apart: a question of its own, or the two summaries where the catalogue says that one
        is taken for the other. None where we cannot say it in the language."""
        ask = self.questions.get(frozenset((one, other)), {}).get(language)
        if ask is not None or language != "en":
            return ask
        first, second = catalogue.services[one], catalogue.services[other]
        if other not in first.look_alikes and one not in second.look_alikes:
            return None
        return f"Which is nearer? {first.summary} Or: {second.summary}"


@lru_cache
def load_look_alikes(path: Path = RULES) -> LookAlikes:
    """The rules of a file."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return LookAlikes(
        version=content["version"],
        cues={code: _cue(row) for code, row in content["needs_a_cue"].items()},
        rules=tuple(_rule(row) for row in content["rules"]),
        questions={
            frozenset(row["pair"]): {language: ask for language, ask in row.items() if language != "pair"}
            for row in content["questions"]
        },
    )


def _cue(row: dict[str, Any]) -> Pattern:
    return owners()[row["owner"]].pattern if "owner" in row else _words(row["cues"])


def _rule(row: dict[str, Any]) -> Rule:
    unless = _words(row["unless"]) if "unless" in row else None
    return Rule(id=row["id"], when=_words(row["when"]), unless=unless, speaks=row["for"], why=row["why"])


def _words(patterns: list[str]) -> Pattern:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.DOTALL)
