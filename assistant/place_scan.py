"""Finds the streets and named places that stand for themselves in free text, by the gazetteer."""

import re
from dataclasses import replace
from functools import lru_cache, partial

from rapidfuzz import fuzz, process

from assistant.place_numbers import is_house_number, with_number
from assistant.place_text import LONGEST_NAME, Mention, Phrases
from assistant.place_words import PlaceWords, place_words, within
from tools.gazetteer import Gazetteer
from tools.geocode import EmbeddedGeocoder, leading_number
from tools.geocode_points import spots_of_number
from tools.street_names import SUFFIXES, base_of, street_key

ALLEY = re.compile(r"(?:(?:public|private)\s+)?alley\s*(?:no\.?|number|#)?\s*(\d{3})\b", re.IGNORECASE)
LIKE_A_PLACE = 90
"""The least likeness at which a misspelled name of a park or station is taken for it."""

NEAR_A_KNOWN_NUMBER = 20
"""An ordinary word that also names a street is one behind a house number that differs from a known one by no more."""

LONG_NUMBER = 4
"""A number of so many digits seldom counts things."""

ENGLISH_ARTICLES = ("the", "a", "an")
"""Before a bare name they tell that it means a thing, unless the street has no type to leave out ("the Fenway")."""

NOT_ON_IT = 10_000
"""How far off a number counts that no known number of the street comes near."""

MOST_MENTIONS = 30
"""No more streets and places of one text are looked at."""


class Scanner:
    """Finds streets and places in words, by the gazetteer."""

    def __init__(self, geocoder: EmbeddedGeocoder) -> None:
        self.geocoder = geocoder
        self.gazetteer: Gazetteer = geocoder.gazetteer
        self.words: PlaceWords = place_words()
        self.phrases = lru_cache(maxsize=8)(partial(Phrases, gazetteer=self.gazetteer))
        self._like = lru_cache(maxsize=4_000)(self._place_like)

    def mentions(self, phrases: Phrases, *, expecting: bool) -> list[Mention]:
        """Streets and places that stand for themselves, in the order of the text; none overlaps another."""
        found: list[Mention] = []
        crosses = [each for each in self.words.labelled(phrases.text) if each.cross]
        alleys = {match.start(): match for match in ALLEY.finditer(phrases.text)}
        place = 0
        while place < len(phrases.words) and len(found) < MOST_MENTIONS:
            mention = self._alley(phrases, place, alleys.get(phrases.words[place].start)) if alleys else None
            mention = mention or self._typed_street(phrases, place) or self._place(phrases, place)
            mention = mention or self._misspelled_street(phrases, place)
            mention = mention or self._untyped(phrases, place, expecting=expecting)
            if mention is not None:
                found.append(replace(mention, cross_only=within(mention.start, crosses)))
                place = mention.last + 1
            else:
                place += 1
        return _with_types_said_elsewhere(found)

    def _alley(self, phrases: Phrases, first: int, match: re.Match[str] | None) -> Mention | None:
        if match is None:
            return None
        for name in (f"Public Alley No. {match[1]}", f"Private Alley No. {match[1]}"):
            if street_key(name) in self.gazetteer.streets:
                words = phrases.words
                last = max(place for place in range(first, len(words)) if words[place].start < match.end())
                return Mention("street", name, first, last, match.start(), match.end(), typed=True)
        return None

    def _place(self, phrases: Phrases, first: int) -> Mention | None:
        for count, key in phrases.names(first, LONGEST_NAME):
            numbered = first > 0 and is_house_number(phrases.lower[first - 1]) and key in self.gazetteer.by_base
            if self._is_place(key, count) and not numbered and not self._goes_on_as_street(phrases, first + count):
                return phrases.mention("place", self.gazetteer.places[key][0].name, first, count, typed=True)
        return self._kind_first(phrases, first) or self._misspelled_place(phrases, first)

    def _kind_first(self, phrases: Phrases, first: int) -> Mention | None:
        """A place whose kind stands before its name, as in "parque Ronan"."""
        kind = self.words.kind_first.get(phrases.lower[first])
        if kind is None:
            return None
        for count in (4, 3, 2):
            if phrases.together(first, count):
                known = self.gazetteer.places.get(street_key(f"{phrases.said(first + 1, count - 1)} {kind}"))
                if known:
                    return phrases.mention("place", known[0].name, first, count, typed=True)
        return None

    def _is_place(self, key: str, count: int) -> bool:
        known = self.gazetteer.places.get(key)
        if known is None or key in self.gazetteer.nicknames:
            return False
        named = known[0].kind in ("square", "station", "landmark") and key not in self.words.ordinary
        return count > 1 or (named and len(key) > 4)

    def _goes_on_as_street(self, phrases: Phrases, after: int) -> bool:
        return after < len(phrases.lower) and phrases.lower[after] in SUFFIXES and phrases.lower[after] != "park"

    def _misspelled_place(self, phrases: Phrases, first: int) -> Mention | None:
        if phrases.lower[first] in self.words.ordinary or phrases.lower[first][0].isdigit():
            return None
        for count in (3, 2):
            if not phrases.together(first, count) or phrases.lower[first + count - 1] not in self.words.endings:
                continue
            name = self._like(phrases.key(first, count))
            if name is not None:
                return phrases.mention("place", name, first, count, typed=True)
        return None

    def _place_like(self, key: str) -> str | None:
        places = self.gazetteer.places
        close = process.extractOne(key, places.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_A_PLACE)
        return places[close[0]][0].name if close is not None else None

    def _typed_street(self, phrases: Phrases, first: int) -> Mention | None:
        if phrases.lower[first].isdigit():
            return None
        for count, key in phrases.names(first, LONGEST_NAME, 2):
            typed = phrases.lower[first + count - 1] in SUFFIXES
            known = key in self.gazetteer.streets and key not in self.gazetteer.nicknames
            if key == "way st" and first > 0 and phrases.lower[first - 1] in ("one", "two", "1", "2"):
                return None
            if known and (typed or key not in self.words.ordinary):
                return with_number(phrases, phrases.street(first, count, typed=True), self.words)
        return None

    def _misspelled_street(self, phrases: Phrases, first: int) -> Mention | None:
        for count in (3, 2):
            if not phrases.together(first, count) or phrases.lower[first + count - 1] not in SUFFIXES:
                continue
            phrase = phrases.lower[first : first + count]
            if phrase[0] in self.words.before_a_street or self._typed_street(phrases, first + count - 1):
                continue
            if any(word in self.words.ordinary or word.isdigit() for word in phrase[:-1]):
                continue
            vague = phrase[-1] in ("park", "way", "st", "place", "court", "green", "row", "bridge")
            if vague and len(phrase[0]) < 4:
                continue
            if self.geocoder.keys_of(phrases.said(first, count)):
                return with_number(phrases, phrases.street(first, count, typed=True), self.words)
        return None

    def _untyped(self, phrases: Phrases, first: int, *, expecting: bool) -> Mention | None:
        for count, key in phrases.names(first, 3):
            area = count > 1 and key in self.gazetteer.nicknames
            if key not in self.gazetteer.by_base and key not in self.gazetteer.streets:
                if area:
                    return None
                continue
            mention = with_number(phrases, phrases.street(first, count, typed=False), self.words)
            if area and mention.number is None:
                return None
            if self._stands_for_a_street(key, mention, phrases, expecting=expecting):
                return mention
        return None

    def _stands_for_a_street(self, key: str, mention: Mention, phrases: Phrases, *, expecting: bool) -> bool:
        """Whether a bare name is a street here, by the house number or the word before it."""
        before = phrases.lead_in(mention.first)
        if f"{before} {key}" in self.gazetteer.by_base:
            return False
        article = mention.first > 0 and phrases.lower[mention.first - 1] in ENGLISH_ARTICLES
        if article and mention.number is None and key not in self.gazetteer.streets:
            return False
        if before in self.words.street_first:
            return True
        area = key in self.gazetteer.nicknames
        plain = key in self.words.ordinary or len(key) < 3 or (area and " " not in key)
        if mention.number is None:
            return not plain and (before in self.words.before_a_street or expecting)
        off = self._off_a_known_number(key, mention.number)
        if plain:
            near = NEAR_A_KNOWN_NUMBER if len(mention.number) < LONG_NUMBER else 2 * NEAR_A_KNOWN_NUMBER
            return off <= near and key not in self.words.counted and len(key) > 3
        number_first = phrases.at(mention.start)
        led_in = number_first == 0 or phrases.lead_in(number_first) in self.words.before_a_street
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


def _with_types_said_elsewhere(found: list[Mention]) -> list[Mention]:
    """A street named again without its type is the one whose type was said ("8 Elm St and 12 Elm")."""
    typed = {
        base_of(street_key(each.name)): each.name
        for each in found
        if each.kind == "street" and each.typed and not each.cross_only
    }
    return [
        replace(each, name=typed.get(street_key(each.name), each.name))
        if each.kind == "street" and not each.typed
        else each
        for each in found
    ]
