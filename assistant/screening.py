"""Screens every message before any engine reads it: life safety, crisis, and words about texting itself.

The rules are data (assistant/rules), reviewed by people and versioned; the same text always gives the same answer.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.message import Channel
from assistant.plain import plainly
from tools.location import Span
from tools.value import Value

FOLDER = Path(__file__).parent / "rules"
ENGLISH = re.compile(
    r"\b(?:the|is|are|was|and|of|on|in|to|at|my|has|have|been|there|with|for|it|this|that|from|by|not|please|street"
    r"|they|he|she)\b"
)
"""Words that show a clause to be English."""

DENIAL = re.compile(
    r"(?:\b(?:no|not|none|never|without|isn't|aren't|wasn't|don't|doesn't|didn't|nobody|ningun[ao]?|sin|nadie|nao|sem"
    r"|pa|pas|ne|aucune?|khong|ka|ma|ne)\b"
    r"[\w' ]{0,16}|(?:没有|沒有|没|沒|нет|не) ?|(?:لا|ليس|ما) ?)$"
)
"""Words before a finding in its own clause that say it is not so ("no, I don't smell gas")."""

LONGEST_CLAUSE = 600
"""A sentence longer than this is screened in pieces, so that no pattern ever runs over a long text."""


class RulesBroken(Exception):
    """A rules file cannot be used; the sentence names it and the rule."""


class Screened(Value):
    """What screening found. `span` are the words that fired in the original text; `rest` what stands beside their
    sentence."""

    safety: Literal["911", "988"] | None = None
    rule: str | None = None
    span: Span | None = None
    opt: Literal["out", "in", "help"] | None = None
    rest: str = ""


@dataclass(frozen=True)
class Rule:
    """A safety rule: fires on a clause in which one of `any` and none of `unless` is found."""

    id: str
    says: Literal["911", "988"]
    any: tuple[re.Pattern[str], ...]
    abroad: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def found(self, clause: str) -> re.Match[str] | None:
        """The words that fire the rule. A plainly English clause is spared the other languages' patterns."""
        patterns = self.any if len(ENGLISH.findall(clause)) >= 2 else (*self.any, *self.abroad)
        hit = next(
            (match for pattern in patterns for match in pattern.finditer(clause) if not _denied(clause, match)), None
        )
        return None if hit is None or any(pattern.search(clause) for pattern in self.unless) else hit


def _denied(clause: str, match: re.Match[str]) -> bool:
    """Whether the words just before, up to the last comma, deny what was found."""
    before = re.split(r"[,:]", clause[: match.start()])[-1]
    return DENIAL.search(before) is not None


@dataclass(frozen=True)
class Keywords:
    """Words of one wish about texting: whole messages, and patterns found anywhere."""

    exact: frozenset[str]
    plain: tuple[re.Pattern[str], ...]


class Screen:
    """The compiled rules."""

    def __init__(
        self, version: int, rules: tuple[Rule, ...], spelled: frozenset[str], keywords: dict[str, Keywords]
    ) -> None:
        self.version = version
        self._rules = rules
        self._spelled = spelled
        self._keywords = keywords

    def __call__(self, text: str, channel: Channel) -> Screened:
        """What must be dealt with before anything else. Danger goes before words about texting."""
        plain = plainly(text)
        for start, end in _clauses(plain):
            clause = self._corrected(plain[start:end])
            for rule in self._rules:
                if match := rule.found(clause):
                    return self._danger(text, start, end, match, rule)
        return Screened(opt=self._opt(plain) if channel is Channel.SMS else None)

    def calls_back(self, text: str) -> bool:
        """Whether somebody whom a person looks after asks for the assistant again."""
        return _bare(plainly(text)) in self._keywords["back"].exact

    def _danger(self, text: str, start: int, end: int, match: re.Match[str], rule: Rule) -> Screened:
        first, last = start + match.start(), min(start + match.end(), end)
        rest = f"{text[:start].strip()} {text[end:].strip(' .!?;')}".strip()
        return Screened(safety=rule.says, rule=rule.id, span=Span.of(text, first, max(first, last)), rest=rest)

    def _corrected(self, clause: str) -> str:
        """The clause with misspelled safety words put right; a correction never changes the length of the clause by
        much."""
        return re.sub(r"[a-z]{6,14}", self._spelling, clause)

    def _spelling(self, word: re.Match[str]) -> str:
        said = word[0]
        if said in self._spelled or said[0] not in self._initials:
            return said
        close = process.extractOne(said, self._spelled, scorer=DamerauLevenshtein.distance, score_cutoff=1)
        return close[0] if close else said

    @property
    def _initials(self) -> frozenset[str]:
        return frozenset(word[0] for word in self._spelled)

    def _opt(self, plain: str) -> Literal["out", "in", "help"] | None:
        whole = _bare(plain)
        wishes: tuple[Literal["out", "in", "help"], ...] = ("out", "in", "help")
        for wish in wishes:
            words = self._keywords[wish]
            if whole in words.exact or (len(plain) < 200 and any(pattern.search(plain) for pattern in words.plain)):
                return wish
        return None


def _bare(plain: str) -> str:
    return re.sub(r"[^\w\s'-]", "", plain).strip()


def _clauses(plain: str) -> list[tuple[int, int]]:
    """Sentences as offsets, long ones in pieces."""
    found: list[tuple[int, int]] = []
    for match in re.finditer(r"[^.!?;\n。！？；؟]+[.!?;\n。！？；؟]*", plain):
        starts = range(match.start(), match.end(), LONGEST_CLAUSE)
        found.extend((start, min(match.end(), start + LONGEST_CLAUSE + 40)) for start in starts)
    return found


def load_screen(folder: Path = FOLDER) -> Screen:
    """The screen with the rules of a folder. Raises RulesBroken."""
    safety, keywords = _read(folder / "safety.yaml"), _read(folder / "keywords.yaml")
    try:
        common = [_pattern(pattern) for pattern in safety["unless"]]
        rules = tuple(_rule(row, common) for row in safety["rules"])
        wishes = {wish: _keywords(keywords[wish]) for wish in ("out", "in", "help", "back")}
        return Screen(safety["version"], rules, frozenset(safety["spelled"]), wishes)
    except (KeyError, TypeError, re.error) as error:
        raise RulesBroken(
            f"The rules in {folder} are not complete ({error}). Please correct them or install Beacon again."
        ) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesBroken(
            f"The rules file {path} cannot be read. Please correct it or install Beacon again."
        ) from error
    if not isinstance(content, dict):
        raise RulesBroken(f"The rules file {path} should hold a mapping. Please correct it or install Beacon again.")
    return content


def _rule(row: dict[str, Any], common: list[str]) -> Rule:
    unless = [*common, *(_pattern(each) for each in row.get("unless", []))]
    return Rule(
        id=row["id"],
        says=row["says"],
        any=tuple(re.compile(_pattern(each)) for each in row["any"]),
        abroad=tuple(re.compile(_pattern(each)) for each in row.get("abroad", [])),
        unless=tuple(re.compile(each) for each in unless),
    )


def _keywords(row: dict[str, Any]) -> Keywords:
    exact = frozenset(plainly(str(each)) for each in row["exact"])
    return Keywords(exact=exact, plain=tuple(re.compile(_pattern(each)) for each in row["plain"]))


def _pattern(pattern: str) -> str:
    """A pattern in the form of the text it is matched on; classes such as \\W keep their capitals."""
    return "".join(part if part.startswith("\\") else plainly(part) for part in re.split(r"(\\[A-Za-z])", pattern))
