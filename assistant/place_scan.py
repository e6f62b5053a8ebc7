"""Finds the pieces of a place in free text: words, house numbers, streets, named places, neighborhoods."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process

from tools.gazetteer import Gazetteer
from tools.geocode import EmbeddedGeocoder
from tools.street_names import SUFFIXES, street_key

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)
HOUSE_NUMBER = re.compile(r"\d{1,5}[a-zA-Z]?")
LONGEST_NAME = 5
LIKE_A_PLACE = 90
"""The least likeness at which a misspelled name of a park or station is taken for it."""

ORDINARY = frozenset(
    """a an the across around through boston wait sorry actually number think maybe about know what where when who why
    how which sure okay never mind nothing something anything everything start over again back person human agent one
    two three hold worth story pay grand ideal dell fuller fairly i we you he she it they my your our his her its their
    this that these those there here park court high may school spring summer winter fall water state main center
    centre union bridge church green pearl pond river front back hill lake beach grove forest garden gardens house
    temple short cross arch west east north south day days family common city square street road avenue lane way place
    side point corner block light lights car cars tree trees trash dog dogs week weeks month months year years hour
    hours minute minutes time times am pm people person foot feet inch inches bag bags barrel barrels door gate bus
    stop train station fire police ring bell field fields parking space spaces sign signs pole poles house houses unit
    apartment floor story mile miles ward line lines snow ice wind rain sun moon star rose lily ivy rock stone brick
    iron silver gold white black brown gray grey red blue long tall big small old new first second third fourth next
    last per of on in at by for to from and or is are was were has have had been be do does did not no yes please
    thanks thank hello hi need call report big huge large large area left right just like so very many much some any
    all every other same mass comm dot parker page bird hunt hope love mission harbor ocean seaport island market
    commerce court congress federal power power school college university story lot lots plain mill farm orchard vine
    oak elm pine maple cedar walnut chestnut cherry apple union liberty eustis paris london glass cook baker taylor
    mason miller hunter ranger walker porter turner carter fisher gas electric union general friend friends mother
    father child children baby woman man guy lady kid kids calle calles de la el en y con para por una
    un los las""".split()
)
"""Words that also name streets: without a house number or a street type they are taken for themselves."""

BEFORE_A_STREET = frozenset(
    "on at of and off near from by corner between across along down up onto en calle esquina y entre con sur rue nan"
    " ak rua"
    " na e avenida ave av number street intersection".split()
)


class Word(NamedTuple):
    """A word with its place in the text, in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """A street or named place found in the text: words `first` to `last`, and what it may be. Offsets in code
    points."""

    kind: str
    name: str
    first: int
    last: int
    start: int
    end: int
    typed: bool
    number: str | None = None


def words_of(text: str) -> list[Word]:
    """The words of a text."""
    return [Word(match[0], match.start(), match.end()) for match in WORD.finditer(text)]


class Scanner:
    """Finds streets and places in words, by the gazetteer."""

    def __init__(self, geocoder: EmbeddedGeocoder) -> None:
        self._geocoder = geocoder
        self.gazetteer: Gazetteer = geocoder.gazetteer

    def mentions(self, text: str, words: list[Word], *, expecting: bool) -> list[Mention]:
        """Streets and places in the order of the text; none overlaps another."""
        found: list[Mention] = []
        place = 0
        while place < len(words):
            mention = self._typed_street(text, words, place) or self._place(words, place)
            mention = mention or self._misspelled_street(text, words, place)
            mention = mention or self._untyped(text, words, place, expecting=expecting)
            if mention is not None:
                found.append(mention)
                place = mention.last + 1
            else:
                place += 1
        return sorted([*found, *self._crossing(text, words, found)], key=lambda each: each.start)

    def _crossing(self, text: str, words: list[Word], found: list[Mention]) -> Iterator[Mention]:
        """Bare names ("near Waldorf") of streets that meet a street found already, or each other."""
        bare = [
            mention for place in range(len(words)) if (mention := self._bare(text, words, place, found)) is not None
        ]
        known = {key for mention in found if mention.kind == "street" for key in self._geocoder.keys_of(mention.name)}
        for place, mention in enumerate(bare):
            keys = set(self._geocoder.keys_of(mention.name))
            meets = any(keys & self.gazetteer.crossing.get(key, frozenset()) for key in known - keys)
            others = bare[max(0, place - 1) : place] + bare[place + 1 : place + 2]
            if meets or any(self.meet(mention, other) for other in others):
                yield mention

    def _bare(self, text: str, words: list[Word], first: int, found: list[Mention]) -> Mention | None:
        covered = {place for mention in found for place in range(mention.first, mention.last + 1)}
        for count in (3, 2, 1):
            phrase = words[first : first + count]
            if len(phrase) < count or covered & set(range(first, first + count)):
                continue
            key = street_key(" ".join(word.text for word in phrase))
            ordinary = key in ORDINARY
            joined = ordinary and any(_beside(text, words[first], words[first + count - 1], each) for each in found)
            if (
                key in self.gazetteer.by_base
                and (joined or (not ordinary and len(key) > 3))
                and not key.isdigit()
                and key not in self.gazetteer.nicknames
            ):
                return _mention("street", " ".join(word.text for word in phrase), words, first, count, typed=False)
        return None

    def meet(self, one: Mention, other: Mention) -> bool:
        """Whether two streets have a corner in common."""
        others = self._geocoder.keys_of(other.name)
        return any(
            self.gazetteer.corner(key, each)
            for key in self._geocoder.keys_of(one.name)
            for each in others
            if each != key
        )

    def _place(self, words: list[Word], first: int) -> Mention | None:
        for count in range(min(LONGEST_NAME, len(words) - first), 0, -1):
            key = street_key(" ".join(word.text for word in words[first : first + count]))
            numbered = first > 0 and HOUSE_NUMBER.fullmatch(words[first - 1].text) and key in self.gazetteer.by_base
            if self._is_place(key, count) and not numbered and not self._goes_on_as_street(words, first + count):
                return _mention("place", self.gazetteer.places[key][0].name, words, first, count, typed=True)
        return self._misspelled_place(words, first)

    def _is_place(self, key: str, count: int) -> bool:
        known = self.gazetteer.places.get(key)
        if known is None or key in self.gazetteer.nicknames:
            return False
        return count > 1 or (
            known[0].kind in ("square", "station", "landmark") and key not in ORDINARY and len(key) > 4
        )

    def _goes_on_as_street(self, words: list[Word], after: int) -> bool:
        return (
            after < len(words) and words[after].text.casefold() in SUFFIXES and words[after].text.casefold() != "park"
        )

    def _misspelled_place(self, words: list[Word], first: int) -> Mention | None:
        for count in (3, 2):
            phrase = words[first : first + count]
            if len(phrase) < count or phrase[-1].text.casefold() not in PLACE_ENDINGS:
                continue
            if phrase[0].text.casefold() in ORDINARY:
                continue
            key = street_key(" ".join(word.text for word in phrase))
            close = process.extractOne(key, self.gazetteer.places.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_A_PLACE)
            if close is not None:
                return _mention("place", self.gazetteer.places[close[0]][0].name, words, first, count, typed=True)
        return None

    def _typed_street(self, text: str, words: list[Word], first: int) -> Mention | None:
        for count in range(min(LONGEST_NAME, len(words) - first), 1, -1):
            phrase = " ".join(word.text for word in words[first : first + count])
            key = street_key(phrase)
            typed = words[first + count - 1].text.casefold() in SUFFIXES
            known = key in self.gazetteer.streets and key not in self.gazetteer.nicknames
            if known and (typed or key not in ORDINARY) and not words[first].text.isdigit():
                return self._with_number(text, words, _mention("street", phrase, words, first, count, typed=True))
        return None

    def _misspelled_street(self, text: str, words: list[Word], first: int) -> Mention | None:
        for count in (3, 2):
            phrase = words[first : first + count]
            if len(phrase) < count or phrase[-1].text.casefold() not in SUFFIXES:
                continue
            if any(word.text.casefold() in ORDINARY or word.text.isdigit() for word in phrase[:-1]):
                continue
            if (
                phrase[-1].text.casefold() in ("park", "way", "st", "place", "court", "green")
                and len(phrase[0].text) < 4
            ):
                continue
            said = " ".join(word.text for word in phrase)
            if self._geocoder.keys_of(said):
                return self._with_number(text, words, _mention("street", said, words, first, count, typed=True))
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
            plain = key in ORDINARY or len(key) < 3 or key in self.gazetteer.nicknames
            mention = self._with_number(text, words, _mention("street", said, words, first, count, typed=False))
            led_in = first > 0 and words[first - 1].text.casefold() in BEFORE_A_STREET
            if not plain and (mention.number or led_in or expecting):
                return mention
        return None

    def _with_number(self, text: str, words: list[Word], mention: Mention) -> Mention:
        """The mention with the house number before it, if there is one; of a range or a pair the first."""
        place = mention.first - 1
        number: Word | None = None
        while place >= 0 and _is_house_number(text, words, place) and _joined(text, words[place], mention, number):
            number = words[place]
            place -= 1
        if number is None:
            return mention
        return Mention(
            mention.kind,
            mention.name,
            mention.first,
            mention.last,
            number.start,
            mention.end,
            mention.typed,
            number.text,
        )


LINKS = re.compile(r"\s*(?:and|&|\+|/|@|at|x|near|by|y|con|corner of|off)\s*(?:the\s+)?", re.IGNORECASE)


def _beside(text: str, first: Word, last: Word, street: Mention) -> bool:
    """Whether a bare name stands right beside a street, joined to it as a corner is ("Centre and Chestnut Ave")."""
    if street.kind != "street" or street.number:
        return False
    gap = text[last.end : street.start] if last.end <= street.start else text[street.end : first.start]
    return LINKS.fullmatch(gap) is not None


PLACE_ENDINGS = frozenset(
    "park playground square sq station library beach pond field pool cemetery garden common".split()
)


def _mention(kind: str, name: str, words: list[Word], first: int, count: int, *, typed: bool) -> Mention:
    last = first + count - 1
    return Mention(kind, name, first, last, words[first].start, words[last].end, typed)


def _is_house_number(text: str, words: list[Word], place: int) -> bool:
    word = words[place]
    before = text[max(0, word.start - 1) : word.start]
    return (
        HOUSE_NUMBER.fullmatch(word.text) is not None
        and before not in ("$", ":", ".")
        and word.text not in ("311", "911")
    )


def _joined(text: str, word: Word, mention: Mention, number: Word | None) -> bool:
    """Whether a number stands directly before the street, or before another number of a range."""
    between = text[word.end : (number.start if number else mention.start)]
    return (
        re.fullmatch(r"[\s,]*" if number is None else r"\s*[-–/&,+]?\s*", between) is not None and "\n" not in between
    )


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
