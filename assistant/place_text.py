"""One text as places are read from it: its words, the names that may begin at each of them, and mentions of names."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from tools.gazetteer import Gazetteer
from tools.street_names import WORD, openers, street_key

LONGEST_NAME = 5
"""Words of the longest name that is looked up."""

MOST_WORDS = 800
"""Words that are looked at. The longest message that is read has no more, unless it is made of single letters."""

WITH_MARKS = 4
"""A name of so many words may hold a comma, a slash or an ampersand; in a shorter one such a mark parts two names."""

ABBREVIATION = 4
"""A full stop behind a word of no more letters may stand inside a name ("St. Botolph", "Rev. Burke")."""

ARTICLES = ("the", "la", "el", "a", "o")
PARTING = re.compile(r"[,;:!?()\[\]{}|&+/\n\"“”]|\s[-–—]\s")


class Word(NamedTuple):
    """A word with its place in the text, in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """A street or named place found in the text: words `first` to `last`, and what it may be. Offsets in code
    points. `cross_only` marks the nearest cross street of an app form."""

    kind: str
    name: str
    first: int
    last: int
    start: int
    end: int
    typed: bool
    number: str | None = None
    cross_only: bool = False


class Phrases:
    """The words of a text with what was looked up about them, so that nothing is looked up twice. `bare` remembers
    which words are the bare name of a street."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        self.text = text
        found = islice(WORD.finditer(text), MOST_WORDS)
        self.words = [Word(match[0], match.start(), match.end()) for match in found]
        self.lower = [word.text.casefold() for word in self.words]
        self._starts = [word.start for word in self.words]
        self._run = self._runs()
        self._reach = [_longest_from(word, gazetteer.longest_from) for word in self.lower]
        self._keys: dict[tuple[int, int], str] = {}
        self.bare: dict[tuple[int, int], bool] = {}
        self._lead = self._leads()

    def said(self, first: int, count: int) -> str:
        """These words, joined by single spaces."""
        if count == 1:
            return self.words[first].text
        return " ".join([word.text for word in self.words[first : first + count]])

    def key(self, first: int, count: int) -> str:
        """These words as a name to look up."""
        found = self._keys.get((first, count))
        if found is None:
            found = self._keys[first, count] = street_key(self.said(first, count))
        return found

    def together(self, first: int, count: int) -> bool:
        """Whether so many words stand together, with no mark between them that parts two names."""
        return first + count <= len(self.words) and (count <= self._run[first] or count >= WITH_MARKS)

    def may_name(self, first: int, count: int) -> bool:
        """Whether the gazetteer may know a name of just these words."""
        return count <= self._reach[first] and self.together(first, count)

    def names(self, first: int, most: int, least: int = 1) -> Iterator[tuple[int, str]]:
        """The names that may begin here, the longest first: how many words, and the key."""
        reach, run = min(most, self._reach[first], len(self.words) - first), self._run[first]
        for count in range(reach, least - 1, -1):
            if count <= run or count >= WITH_MARKS:
                yield count, self.key(first, count)

    def at(self, start: int) -> int:
        """Which word begins at this offset, or is the first behind it."""
        return bisect_left(self._starts, start)

    def first_in(self, start: int, end: int) -> int | None:
        """The first word that begins between two offsets; None if none does."""
        place = self.at(start)
        return place if place < len(self.words) and self.words[place].start < end else None

    def lead_in(self, first: int) -> str:
        """The word before a name, in lower case, without regard to articles; empty at the beginning."""
        return self._lead[first]

    def mention(self, kind: str, name: str, first: int, count: int, *, typed: bool) -> Mention:
        """A mention of these words."""
        last = first + count - 1
        return Mention(kind, name, first, last, self.words[first].start, self.words[last].end, typed)

    def street(self, first: int, count: int, *, typed: bool) -> Mention:
        """A mention of a street by these words."""
        return self.mention("street", self.said(first, count), first, count, typed=typed)

    def _runs(self) -> list[int]:
        """For every word how many words stand together from it on."""
        runs = [1] * len(self.words)
        for place in range(len(self.words) - 2, -1, -1):
            word, after = self.words[place], self.words[place + 1]
            gap = self.text[word.end : after.start]
            ends = "." in gap and len(word.text) > ABBREVIATION
            runs[place] = 1 if ends or (gap != " " and PARTING.search(gap)) else runs[place + 1] + 1
        return runs

    def _leads(self) -> list[str]:
        leads = [""]
        for word in self.lower:
            leads.append(leads[-1] if word in ARTICLES else word)
        return leads


def _longest_from(word: str, longest: dict[str, int]) -> int:
    return max((longest.get(each, 0) for each in openers(word)), default=0)


def in_order(mentions: list[Mention]) -> list[Mention]:
    """The mentions in the order of the text."""
    return sorted(mentions, key=lambda each: each.start)


def words_taken(mentions: list[Mention]) -> set[int]:
    """The words that belong to a mention."""
    return {place for mention in mentions for place in range(mention.first, mention.last + 1)}
