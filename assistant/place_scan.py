"""Finds the pieces of a place in free text: words, house numbers, streets, named places, neighborhoods."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from rapidfuzz import fuzz, process

from assistant.place_words import PlaceWords, place_words
from tools.gazetteer import Gazetteer
from tools.geocode import EmbeddedGeocoder, leading_number
from tools.geocode_points import spots_of_number
from tools.street_names import SUFFIXES, WORD, base_of, street_key

HOUSE_NUMBER = re.compile(r"[0-9]{1,5}[a-zA-Z]?")
ALLEY = re.compile(r"(?:(?:public|private)\s+)?alley\s*(?:no\.?|number|#)?\s*(\d{3})\b", re.IGNORECASE)
LONGEST_NAME = 5
LIKE_A_PLACE = 90
"""The least likeness at which a misspelled name of a park or station is taken for it."""

NEAR_A_KNOWN_NUMBER = 20
"""An ordinary word that also names a street is one behind a house number that differs from a known one by no more."""


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


def words_of(text: str) -> list[Word]:
    """The words of a text."""
    return [Word(match[0], match.start(), match.end()) for match in WORD.finditer(text)]


class Scanner:
    """Finds streets and places in words, by the gazetteer."""

    def __init__(self, geocoder: EmbeddedGeocoder) -> None:
        self.geocoder = geocoder
        self.gazetteer: Gazetteer = geocoder.gazetteer
        self.words: PlaceWords = place_words()

    def mentions(self, text: str, words: list[Word], *, expecting: bool) -> list[Mention]:
        """Streets and places that stand for themselves, in the order of the text; none overlaps another."""
        found: list[Mention] = []
        alleys = {match.start(): match for match in ALLEY.finditer(text)}
        place = 0
        while place < len(words):
            mention = self._alley(words, place, alleys.get(words[place].start)) if alleys else None
            mention = mention or self._typed_street(text, words, place) or self._place(words, place)
            mention = mention or self._misspelled_street(text, words, place)
            mention = mention or self._untyped(text, words, place, expecting=expecting)
            if mention is not None:
                found.append(mention)
                place = mention.last + 1
            else:
                place += 1
        return _with_types_said_elsewhere(found)

    def _alley(self, words: list[Word], first: int, match: re.Match[str] | None) -> Mention | None:
        if match is None:
            return None
        for name in (f"Public Alley No. {match[1]}", f"Private Alley No. {match[1]}"):
            if street_key(name) in self.gazetteer.streets:
                last = max(place for place in range(first, len(words)) if words[place].start < match.end())
                return Mention("street", name, first, last, match.start(), match.end(), typed=True)
        return None

    def _place(self, words: list[Word], first: int) -> Mention | None:
        for count in range(min(LONGEST_NAME, len(words) - first), 0, -1):
            key = street_key(" ".join(word.text for word in words[first : first + count]))
            numbered = first > 0 and HOUSE_NUMBER.fullmatch(words[first - 1].text) and key in self.gazetteer.by_base
            if self._is_place(key, count) and not numbered and not self._goes_on_as_street(words, first + count):
                return mention_of("place", self.gazetteer.places[key][0].name, words, first, count, typed=True)
        return self._misspelled_place(words, first)

    def _is_place(self, key: str, count: int) -> bool:
        known = self.gazetteer.places.get(key)
        if known is None or key in self.gazetteer.nicknames:
            return False
        named = known[0].kind in ("square", "station", "landmark") and key not in self.words.ordinary
        return count > 1 or (named and len(key) > 4)

    def _goes_on_as_street(self, words: list[Word], after: int) -> bool:
        return (
            after < len(words) and words[after].text.casefold() in SUFFIXES and words[after].text.casefold() != "park"
        )

    def _misspelled_place(self, words: list[Word], first: int) -> Mention | None:
        for count in (3, 2):
            phrase = words[first : first + count]
            if len(phrase) < count or phrase[-1].text.casefold() not in self.words.endings:
                continue
            if phrase[0].text.casefold() in self.words.ordinary or phrase[0].text[0].isdigit():
                continue
            key = street_key(" ".join(word.text for word in phrase))
            close = process.extractOne(key, self.gazetteer.places.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_A_PLACE)
            if close is not None:
                return mention_of("place", self.gazetteer.places[close[0]][0].name, words, first, count, typed=True)
        return None

    def _typed_street(self, text: str, words: list[Word], first: int) -> Mention | None:
        for count in range(min(LONGEST_NAME, len(words) - first), 1, -1):
            phrase = " ".join(word.text for word in words[first : first + count])
            key = street_key(phrase)
            typed = words[first + count - 1].text.casefold() in SUFFIXES
            known = key in self.gazetteer.streets and key not in self.gazetteer.nicknames
            if key == "way st" and first > 0 and words[first - 1].text.casefold() in ("one", "two", "1", "2"):
                return None
            if known and (typed or key not in self.words.ordinary) and not words[first].text.isdigit():
                return self.with_number(text, words, mention_of("street", phrase, words, first, count, typed=True))
        return None

    def _misspelled_street(self, text: str, words: list[Word], first: int) -> Mention | None:
        for count in (3, 2):
            phrase = words[first : first + count]
            if len(phrase) < count or phrase[-1].text.casefold() not in SUFFIXES:
                continue
            if any(word.text.casefold() in self.words.ordinary or word.text.isdigit() for word in phrase[:-1]):
                continue
            said = " ".join(word.text for word in phrase)
            vague = phrase[-1].text.casefold() in ("park", "way", "st", "place", "court", "green", "row", "bridge")
            if vague and len(phrase[0].text) < 4:
                continue
            if self.geocoder.keys_of(said):
                return self.with_number(text, words, mention_of("street", said, words, first, count, typed=True))
        return None

    def _untyped(self, text: str, words: list[Word], first: int, *, expecting: bool) -> Mention | None:
        for count in (3, 2, 1):
            phrase = words[first : first + count]
            if len(phrase) < count:
                continue
            said = " ".join(word.text for word in phrase)
            key = street_key(said)
            if key not in self.gazetteer.by_base and key not in self.gazetteer.streets:
                continue
            mention = self.with_number(text, words, mention_of("street", said, words, first, count, typed=False))
            if count > 1 and key in self.gazetteer.nicknames and mention.number is None:
                return None
            if self._stands_for_a_street(key, mention, words, expecting=expecting):
                return mention
        return None

    def _stands_for_a_street(self, key: str, mention: Mention, words: list[Word], *, expecting: bool) -> bool:
        """Whether a bare name is a street here, by the house number or the word before it."""
        before = lead_in(words, mention.first)
        if f"{before} {key}" in self.gazetteer.by_base:
            return False
        if before in self.words.street_first:
            return True
        area = key in self.gazetteer.nicknames
        plain = key in self.words.ordinary or len(key) < 3 or (area and " " not in key)
        if mention.number is None:
            return not plain and (before in self.words.before_a_street or expecting)
        off = self._off_a_known_number(key, mention.number)
        if plain:
            return off <= NEAR_A_KNOWN_NUMBER and key not in self.words.counted and len(key) > 3
        number_first = next(place for place, word in enumerate(words) if word.start == mention.start)
        led_in = number_first == 0 or lead_in(words, number_first) in self.words.before_a_street
        little_known = all(len(self.gazetteer.addresses.get(each, ())) < 5 for each in self.geocoder.keys_of(key))
        return off < NOT_ON_IT or led_in or expecting or little_known

    def _off_a_known_number(self, key: str, said: str) -> int:
        number = leading_number(said)
        keys = self.geocoder.keys_of(key)
        if number is None:
            return NOT_ON_IT
        return min(
            (spot.gap for each in keys for spot in spots_of_number(self.gazetteer, each, number)), default=NOT_ON_IT
        )

    def with_number(self, text: str, words: list[Word], mention: Mention) -> Mention:
        """The mention with the house number that stands beside it; of a range or a pair the number next to the name."""
        place = mention.first - 1
        if place >= 0 and words[place].text.casefold() in self.words.street_first:
            place -= 1
        first: Word | None = None
        beside: Word | None = None
        while place >= 0 and _is_house_number(text, words[place]) and _joined(text, words[place], first, mention):
            first = words[place]
            beside = beside or first
            place -= 1
        if first is None or beside is None or (beside.text in LINES and not mention.typed):
            return mention
        number = _fraction(text, first, beside) or beside.text
        return Mention(
            mention.kind, mention.name, mention.first, mention.last, first.start, mention.end, mention.typed, number
        )


LINES = ("311", "911")
"""Telephone lines: a house number only before a street with its type."""

NOT_ON_IT = 10_000
"""How far off a number counts that no known number of the street comes near."""


def _with_types_said_elsewhere(found: list[Mention]) -> list[Mention]:
    """A street named again without its type is the one whose type was said ("8 Elm St and 12 Elm")."""
    typed = {base_of(street_key(each.name)): each.name for each in found if each.kind == "street" and each.typed}
    return [
        replace(each, name=typed.get(street_key(each.name), each.name))
        if each.kind == "street" and not each.typed
        else each
        for each in found
    ]


def lead_in(words: list[Word], first: int) -> str:
    """The word before a name, without regard to an article."""
    place = first - 1
    while place >= 0 and words[place].text.casefold() in ("the", "la", "el", "a", "o"):
        place -= 1
    return words[place].text.casefold() if place >= 0 else ""


def mention_of(kind: str, name: str, words: list[Word], first: int, count: int, *, typed: bool) -> Mention:
    """A mention of these words."""
    last = first + count - 1
    return Mention(kind, name, first, last, words[first].start, words[last].end, typed)


def _is_house_number(text: str, word: Word) -> bool:
    before, behind = text[max(0, word.start - 1) : word.start], text[max(0, word.start - 2) : word.start - 1]
    part_of_a_figure = before == "$" or (before in ":." and before != "" and behind.isdigit())
    return HOUSE_NUMBER.fullmatch(word.text) is not None and not part_of_a_figure


def _joined(text: str, word: Word, number: Word | None, mention: Mention) -> bool:
    """Whether a number stands directly before the street, or before another number of a range or a pair."""
    if number is None:
        between = text[word.end : mention.start]
        return re.fullmatch(r"[\s,]*(?:[^\W\d_]+\.?\s+)?", between) is not None and "\n" not in between
    between = text[word.end : number.start]
    return re.fullmatch(r"\s*(?:[-–/&,+]|and|to|y|or)?\s*", between) is not None and "\n" not in between


def _fraction(text: str, first: Word, beside: Word) -> str | None:
    """ "12 1/2 Elm St" is one number."""
    match = re.fullmatch(r"(\d{1,5})\s+1/2", text[first.start : beside.end])
    return match[1] if match else None


def neighborhoods(words: list[Word], gazetteer: Gazetteer, taken: list[Mention]) -> Iterator[tuple[str, Word, Word]]:
    """Neighborhoods named in the text, by their own names or nicknames, outside of streets and places."""
    covered = {place for mention in taken for place in range(mention.first, mention.last + 1)}
    for first in range(len(words)):
        for count in (2, 1):
            span = range(first, first + count)
            if first + count > len(words) or covered & set(span):
                continue
            key = street_key(" ".join(words[place].text for place in span))
            if key in gazetteer.nicknames and not (count == 1 and key == "dot" and words[first].text != "Dot"):
                yield gazetteer.nicknames[key], words[first], words[first + count - 1]
                break
