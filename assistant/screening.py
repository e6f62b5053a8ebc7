"""Screens every message before any engine reads it: life safety, crisis, and words about texting itself.

The rules are data (assistant/rules), reviewed by people and versioned; the same text always gives the same answer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.danger import SCRIPTS, TONED, Danger, Rule, RulesBroken, load_danger, plain_pattern, read_rules
from assistant.message import Channel
from assistant.plain import PlainText, plain_text, plainly, respelled, unstretched
from assistant.tones import with_marks
from tools.location import Span
from tools.value import Value

__all__ = ["RulesBroken", "Screen", "Screened", "load_screen"]

FOLDER = Path(__file__).parent / "rules"
ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|and|of|on|in|to|at|my|has|have|had|been|there|with|for|it|this|that|from|by|not|please"
    r"|street|they|he|she|his|her|we|you|your|our|will|would|can|could|when|what|who|very|just|into|out|off|down|up|or"
    r"|get|got|need|do|does|did|because|about|near|behind|front)\b"
)
"""Words that show a sentence to be English."""

DENIAL = re.compile(
    r"(?:\b(?:no|not|none|never|without|isn't|aren't|wasn't|don't|dont|doesn't|didn't|nobody|ningun[ao]?|sin|nadie|nao"
    r"|sem|pa|pas|ne|aucune?|khong|ka|ma|ne)\b"
    r"[\w' ]{0,16}|(?:没有|沒有|没|沒|нет|не) ?|(?:لا|ليس|ما) ?)$"
)
"""Words before a finding in its own clause that say it is not so ("no, I don't smell gas")."""

LONGEST_SENTENCE = 500
OVERLAP = 60
AROUND = 90
"""Characters on each side of a finding in which it can be taken back."""
"""A longer sentence is screened in overlapping pieces, so that no pattern ever runs over a long text."""

Wish = Literal["out", "in", "help"]


class Screened(Value):
    """What screening found. `span` are the words that fired in the original text.

    `beside` is what stands beside their sentence, at its own offsets: the sentence is blanked out.
    """

    safety: Literal["911", "988"] | None = None
    rule: str | None = None
    span: Span | None = None
    opt: Wish | None = None
    beside: str = ""

    @property
    def rest(self) -> str:
        """What stands beside the sentence of danger, without the blanks."""
        return " ".join(self.beside.split())


@dataclass(frozen=True)
class Keywords:
    """Words of one wish about texting: whole messages, and patterns found anywhere in a short one. `marked` are whole
    messages that mean it only when they are written with their marks."""

    exact: frozenset[str]
    marked: frozenset[str]
    plain: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence where it stands: whole, without what is set aside, and that again with the marks of its letters."""

    start: int
    whole: str
    searched: str
    toned: str
    languages: tuple[str, ...]


class Screen:
    """The compiled rules."""

    def __init__(self, danger: Danger, keywords: Mapping[str, Keywords]) -> None:
        self.version = danger.version
        self._danger = danger
        self._keywords = keywords
        self._by_initial = {
            letter: [word for word in danger.spelled if word[0] == letter]
            for letter in {word[0] for word in danger.spelled}
        }
        self._spelling = lru_cache(maxsize=50_000)(self._spelled)

    def __call__(self, text: str, channel: Channel) -> Screened:
        """What must be dealt with before anything else. Danger goes before words about texting."""
        plain = respelled(plain_text(text), self._spelling)
        return self._in_danger(text, plain) or Screened(opt=self._opt(text) if channel is Channel.SMS else None)

    def wish(self, text: str, channel: Channel) -> Wish | None:
        """What a message wishes about texting itself, if that is all that it says."""
        return self._opt(text) if channel is Channel.SMS else None

    def wants_more(self, text: str) -> bool:
        """Whether a message asks for the rest of a long reply."""
        return _bare(plainly(text)) in self._keywords["more"].exact

    def wants_news(self, text: str) -> bool:
        """Whether a message asks to be told when a case moves on."""
        return self._says("news", text)

    def wants_no_news(self, text: str) -> bool:
        """Whether a message asks for no more news of a case."""
        return self._says("no_news", text)

    def _says(self, name: str, text: str) -> bool:
        plain, words = plainly(text), self._keywords[name]
        return _bare(plain) in words.exact or (len(plain) < 80 and any(each.search(plain) for each in words.plain))

    def calls_back(self, text: str) -> bool:
        """Whether somebody whom a person looks after asks for the assistant again."""
        return _bare(plainly(text)) in self._keywords["back"].exact

    def _in_danger(self, text: str, plain: PlainText) -> Screened | None:
        """The weightiest danger of the message: the first rule that any of its sentences sets off. A sentence that is
        said again is looked at once."""
        toned = with_marks(plain, text)
        first: dict[str, int] = {}
        for start, end in _sentences(plain.text):
            first.setdefault(toned[start:end], start)
        spoken = [self._sentence(plain.text, said, start) for said, start in first.items()]
        for rule in self._danger.rules:
            for sentence in spoken:
                if found := self._found(rule, sentence):
                    at = (sentence.start + found[0], sentence.start + found[1])
                    return _screened(text, plain, rule, at)
        return None

    def _sentence(self, plain: str, toned: str, start: int) -> Sentence:
        """A sentence without what is set aside."""
        sentence = plain[start : start + len(toned)]
        languages = self._languages(sentence)
        searched = sentence
        for language in languages:
            for pattern in self._danger.aside[language]:
                searched = pattern.sub(lambda found: "|" * len(found[0]), searched)
        toned = "".join("|" if aside == "|" else letter for aside, letter in zip(searched, toned, strict=True))
        return Sentence(start, sentence, searched, toned, languages)

    def _found(self, rule: Rule, sentence: Sentence) -> tuple[int, int] | None:
        """Where a rule's words stand in a sentence, unless what stands around them takes them back."""
        for language in sentence.languages:
            for pattern in rule.patterns.get(language, ()):
                for start, end in pattern.found(sentence.toned if language == TONED else sentence.searched):
                    if not _denied(sentence.searched, start) and not self._taken_back(
                        rule, language, sentence, sentence.whole[max(0, start - AROUND) : end + AROUND]
                    ):
                        return start, end
        return None

    def _taken_back(self, rule: Rule, language: str, sentence: Sentence, around: str) -> bool:
        """Whether the words around a finding tell of a film, or of the past, or of help that is there already.

        Words that look alike in two languages ("ambulance") are taken back in any of them.
        """
        told = ("en",) if language == "en" else sentence.languages
        lists = (self._danger.unless,) if rule.says == "988" else (self._danger.unless, self._danger.over)
        return any(pattern.search(around) for words in lists for each in told for pattern in words[each])

    def _languages(self, sentence: str) -> tuple[str, ...]:
        """The languages whose patterns are looked for in a sentence."""
        english = len(ENGLISH.findall(sentence)) >= 2
        return tuple(
            language
            for language in self._danger.aside
            if (SCRIPTS[language].search(sentence) if language in SCRIPTS else language == "en" or not english)
        )

    def _spelled(self, word: str) -> str:
        """A word of danger put right when it is drawn out or one letter is wrong."""
        said = unstretched(word, self._danger.spelled)
        if not 6 <= len(said) <= 14 or said in self._danger.spelled or said in self._danger.kept:
            return said
        likely = self._by_initial.get(said[0], ())
        close = process.extractOne(said, likely, scorer=DamerauLevenshtein.distance, score_cutoff=1)
        return close[0] if close and len(close[0]) >= 6 else said

    def _opt(self, text: str) -> Wish | None:
        plain = plainly(text)
        whole, marked = _bare(plain), _bare(normalize("NFC", text).casefold())
        wishes: tuple[Wish, ...] = ("out", "in", "help")
        for wish in wishes:
            words = self._keywords[wish]
            if whole in words.exact or marked in words.marked:
                return wish
            if len(plain) < 200 and any(pattern.search(plain) for pattern in words.plain):
                return wish
        return None


def _denied(sentence: str, start: int) -> bool:
    """Whether the words just before, up to the last comma, deny what was found."""
    return DENIAL.search(re.split(r"[,:]", sentence[:start])[-1]) is not None


def _screened(text: str, plain: PlainText, rule: Rule, at: tuple[int, int]) -> Screened:
    """What was found, with the words as they were written and what stands beside their sentence."""
    start, end = plain.original(*at)
    first, last = next(
        plain.original(*sentence) for sentence in _sentences(plain.text, longest=len(text) + 1) if sentence[1] > at[0]
    )
    beside = f"{text[:first]}{' ' * (last - first)}{text[last:]}"
    return Screened(safety=rule.says, rule=rule.id, span=Span.of(text, start, end), beside=beside)


def _bare(plain: str) -> str:
    """The words alone, without marks and emoji around them."""
    return " ".join(re.sub(r"[^\w\s'-]", " ", plain).split())


def _sentences(plain: str, *, longest: int = LONGEST_SENTENCE) -> Iterator[tuple[int, int]]:
    """Sentences as offsets, long ones in pieces."""
    for match in re.finditer(r"[^.!?;\n。！？；؟]+(?:[.](?=\w)[^.!?;\n。！？；؟]+)*[.!?;\n。！？；؟]*", plain):
        for start in range(match.start(), match.end(), longest):
            yield start, min(match.end(), start + longest + OVERLAP)


@lru_cache
def load_screen(folder: Path = FOLDER) -> Screen:
    """The screen with the rules of a folder. Raises RulesBroken."""
    danger, words = load_danger(folder), read_rules(folder / "keywords.yaml")
    try:
        return Screen(danger, {wish: _keywords(words[wish]) for wish in WISHES})
    except (KeyError, TypeError, re.error) as error:
        raise RulesBroken(
            f"The rules in {folder} are not complete ({error}). Please correct them or install Beacon again."
        ) from error


WISHES = ("out", "in", "help", "back", "more", "news", "no_news")


def _keywords(row: dict[str, Any]) -> Keywords:
    exact = frozenset(plainly(str(each)) for each in row["exact"])
    marked = frozenset(normalize("NFC", each).casefold() for each in row.get("marked", ()))
    return Keywords(exact=exact, marked=marked, plain=tuple(re.compile(plain_pattern(each)) for each in row["plain"]))
