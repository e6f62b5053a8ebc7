"""Finds streets named without type or number ("near Waldorf", "Winthrop and Common") by the corners they make."""

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from assistant.place_numbers import with_number
from assistant.place_scan import MOST_MENTIONS, Scanner
from assistant.place_text import Mention, Phrases, in_order, words_taken
from tools.geocode_points import where_streets_come_close
from tools.street_names import SUFFIXES, base_of, core_of, street_key

CORNER_OF = {"corner", "esquina", "esq", "intersección", "interseccion", "cruce", "cruzamento", "kwen", "góc", "ngã"}
"""Words shortly before the two streets of a corner."""

LEADING = ("on", "off", "onto")
SCARCELY_APART = re.compile(r"[\s,/-]+(?:[^\W\d_]{1,2}\s+)?")
"""What may stand between two names side by side: at most a word of one or two letters, which is often a slip."""

LONGEST_SHORT = 6
"""A bare name of fewer letters must be spelt right."""

PAIRS = 6
"""Of the streets that two names may mean, so many pairs are tried for coming close."""

REACH = 7
"""How many words away a bare name may begin from the street it is joined to."""


class Meeting(StrEnum):
    """How two streets meet: at a corner on record, about where their houses come close, or not at all."""

    CORNER = "corner"
    CLOSE = "close"
    APART = "apart"


class BareNames:
    """Adds bare street names to the mentions of a text."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._gazetteer = scanner.gazetteer
        self.words = scanner.words
        self._meeting_of = lru_cache(maxsize=20_000)(self._how_they_meet)
        self._kin_of = lru_cache(maxsize=20_000)(self._corner_of_kin)

    def added(self, phrases: Phrases, found: list[Mention]) -> list[Mention]:
        """The mentions with the bare names that meet another street of the text, in the order of the text."""
        if len(found) >= MOST_MENTIONS:
            return found
        mentions = in_order([*(named := self._as_streets(phrases, found)), *self._in_forms(phrases, named)])
        for _ in range(3):
            joined = list(self._joined(phrases, mentions))
            if not joined:
                break
            mentions = in_order([*mentions, *joined])
        mentions = in_order([*mentions, *self._meeting(phrases, mentions)])
        mentions = in_order([*mentions, *self._pairs(phrases, mentions)])
        return mentions if mentions else in_order(list(self._side_by_side(phrases, mentions)))

    def meet(self, one: Mention, other: Mention, *, joined: bool = False) -> bool:
        """Whether two streets of different names have a corner in common; joined by words, whether they come close."""
        found = self.meeting(one, other)
        return found is Meeting.CORNER or (joined and found is Meeting.CLOSE)

    def meeting(self, one: Mention, other: Mention) -> Meeting:
        """How two streets of different names meet."""
        return self._meeting_of(one.name, other.name, exact=one.typed and other.typed)

    def kin(self, one: Mention, other: Mention) -> tuple[str, str] | None:
        """The proper names of the one corner of streets called like these but of another type or direction; None if
        there is none or more than one."""
        return self._kin_of(one.name, other.name)

    def _how_they_meet(self, one: str, other: str, *, exact: bool) -> Meeting:
        pairs = [
            pair
            for pair in self._scanner.geocoder.streets.pairs(one, other)
            if exact or base_of(pair[0]) != base_of(pair[1])
        ]
        if any(self._gazetteer.corner(*pair) for pair in pairs):
            return Meeting.CORNER
        close = any(where_streets_come_close(self._gazetteer, *pair) for pair in pairs[:PAIRS])
        return Meeting.CLOSE if close else Meeting.APART

    def _corner_of_kin(self, one: str, other: str) -> tuple[str, str] | None:
        streets = self._scanner.geocoder.streets
        met = {
            (first, second)
            for first in streets.kin(one)
            for second in streets.kin(other)
            if self._gazetteer.corner(first, second) and core_of(first) != core_of(second)
        }
        if len(met) != 1:
            return None
        first, second = met.pop()
        return self._gazetteer.streets[first], self._gazetteer.streets[second]

    def linked(self, gap: str) -> bool:
        """Whether these words between two names join them to a corner or to the stretch of a street."""
        if len(gap) > 60:
            return False
        words = self.words
        return bool(words.joins.fullmatch(gap) or words.between.fullmatch(gap) or words.to.fullmatch(gap))

    def _as_streets(self, phrases: Phrases, found: list[Mention]) -> list[Mention]:
        """A station or area named like a street is the street where it is joined to one ("Shawmut and Worcester")."""
        kept = []
        for place, mention in enumerate(found):
            street = replace(mention, kind="street", name=phrases.text[mention.start : mention.end], typed=False)
            beside = [*found[max(0, place - 1) : place], *found[place + 1 : place + 2]]
            named = mention.kind == "place" and street_key(street.name) in self._gazetteer.by_base
            turns = named and self._is_joined(phrases, street, beside, words_taken(found))
            kept.append(street if turns else mention)
        return kept

    def _is_joined(self, phrases: Phrases, street: Mention, beside: list[Mention], covered: set[int]) -> bool:
        if any(self._corner_beside(phrases, street, each) for each in beside):
            return True
        return any(side(phrases, street, covered) is not None for side in (self._right_of, self._left_of))

    def _corner_beside(self, phrases: Phrases, street: Mention, other: Mention) -> bool:
        if other.kind != "street":
            return False
        one, two = sorted((street, other), key=lambda each: each.start)
        return self.linked(phrases.text[one.end : two.start]) and self.meet(street, other)

    def _joined(self, phrases: Phrases, mentions: list[Mention]) -> Iterator[Mention]:
        """Names that linking words join to a street they meet."""
        covered = words_taken(mentions)
        for street in mentions:
            if street.kind != "street":
                continue
            found = self._right_of(phrases, street, covered) or self._left_of(phrases, street, covered)
            if found is not None:
                covered |= set(range(found.first, found.last + 1))
                yield found

    def _right_of(self, phrases: Phrases, street: Mention, covered: set[int]) -> Mention | None:
        for first in range(street.last + 1, min(len(phrases.words), street.last + 1 + REACH)):
            if first in covered:
                return None
            for count in (3, 2, 1):
                found = self._name(phrases, first, count, covered)
                if found is None or self._is_a_thing(phrases, found):
                    continue
                found = with_number(phrases, found, self.words)
                if self.linked(phrases.text[street.end : found.start]) and self.meet(found, street, joined=True):
                    return found
        return None

    def _left_of(self, phrases: Phrases, street: Mention, covered: set[int]) -> Mention | None:
        for last in range(street.first - 1, max(-1, street.first - 1 - REACH), -1):
            if last in covered:
                return None
            if not self.linked(phrases.text[phrases.words[last].end : street.start]):
                continue
            for count in (3, 2, 1):
                found = self._name(phrases, last - count + 1, count, covered) if last - count + 1 >= 0 else None
                if found is None or self._is_a_thing(phrases, found):
                    continue
                if self.meet(found, street, joined=True):
                    return with_number(phrases, found, self.words)
        return None

    def _is_a_thing(self, phrases: Phrases, mention: Mention) -> bool:
        """Whether an ordinary word means itself: "the park", "Park St Church"."""
        before = phrases.lower[mention.first - 1] if mention.first else ""
        thing = before in ("the", "a", "an", "this", "that", "my", "our", "your") or before in SUFFIXES
        return thing and street_key(mention.name) in self.words.ordinary

    def _in_forms(self, phrases: Phrases, mentions: list[Mention]) -> Iterator[Mention]:
        """The bare name behind a form's label for the cross street, if it meets a street of the text."""
        covered = words_taken(mentions)
        streets = [mention for mention in mentions if mention.kind == "street"]
        for part in self.words.labelled(phrases.text):
            first = phrases.first_in(part.start, part.end)
            if first is None or not part.cross:
                continue
            names = (self._name(phrases, first, count, covered) for count in (3, 2, 1))
            met = (name for name in names if name and any(self.meet(name, each, joined=True) for each in streets))
            yield from [found] if (found := next(met, None)) else []

    def _name(self, phrases: Phrases, first: int, count: int, covered: set[int]) -> Mention | None:
        """A street's name without type in just these words; a misspelled one if it is long and no ordinary word."""
        known = phrases.bare.get((first, count))
        if known is None:
            known = phrases.bare[first, count] = self._is_name(phrases, first, count)
        if not known or any(place in covered for place in range(first, first + count)):
            return None
        return phrases.street(first, count, typed=False)

    def _is_name(self, phrases: Phrases, first: int, count: int) -> bool:
        word = phrases.lower[first]
        if count == 1 and len(word) == 1:
            return word in self._gazetteer.by_base and phrases.words[first].text.isupper()
        if phrases.may_name(first, count):
            key = phrases.key(first, count)
            if key in self._gazetteer.by_base or key in self._gazetteer.streets:
                return not key.isdigit()
        if count > 1 or len(word) < LONGEST_SHORT or word in self.words.ordinary:
            return False
        return bool(self._scanner.geocoder.keys_of(phrases.said(first, 1)))

    def _meeting(self, phrases: Phrases, mentions: list[Mention]) -> Iterator[Mention]:
        """Names that are no ordinary words, anywhere in the text, of streets that meet one already found."""
        covered = words_taken(mentions)
        streets = [mention for mention in mentions if mention.kind == "street"]
        numbered = any(street.number for street in streets)
        for first in range(len(phrases.words)):
            if numbered and self._is_an_area(phrases, first):
                continue
            for count in (3, 2, 1):
                found = self._name(phrases, first, count, covered)
                if found is None or not (self._unusual(found) or self._led_to(phrases, found)):
                    continue
                if not any(self.meet(found, each) for each in streets):
                    continue
                covered |= set(range(first, first + count))
                yield found
                break

    def _is_an_area(self, phrases: Phrases, first: int) -> bool:
        """Whether a neighborhood of several words begins here: after an address "Beacon Hill" holds no street."""
        return any(count > 1 and key in self._gazetteer.nicknames for count, key in phrases.names(first, 2))

    def _unusual(self, mention: Mention) -> bool:
        key = street_key(mention.name)
        known = key in self._gazetteer.by_base
        return known and key not in self.words.ordinary and len(key) > 3 and key not in self._gazetteer.nicknames

    def _led_to(self, phrases: Phrases, mention: Mention) -> bool:
        """Whether a name with a capital letter stands directly behind "on", "off" or "onto" ("turning onto Park")."""
        before = phrases.lower[mention.first - 1] if mention.first else ""
        return before in LEADING and phrases.words[mention.first].text.istitle()

    def _side_by_side(self, phrases: Phrases, mentions: list[Mention]) -> Iterator[Mention]:
        """Two unusual bare names that meet, with nothing to join them ("pole boylston clarendon")."""
        taken = words_taken(mentions)
        names = [
            name
            for first in range(len(phrases.words))
            for count in (2, 1)
            if (name := self._name(phrases, first, count, taken)) and self._unusual(name)
        ]
        for one, other in pairwise(names):
            gap = phrases.text[one.end : other.start]
            if other.start > one.end and SCARCELY_APART.fullmatch(gap) and self.meet(one, other):
                yield from (one, other)
                return

    def _surely_a_corner(self, phrases: Phrases, one: Mention, other: Mention) -> bool:
        """Two ordinary words are a corner only behind a word that leads to a place."""
        led_in = phrases.lead_in(one.first) in self.words.before_a_street
        led_in = led_in or bool(CORNER_OF & set(phrases.lower[max(0, one.first - 3) : one.first]))
        words = phrases.words
        led_in = led_in or (one.first == 0 and words[0].text.istitle() and words[other.first].text.istitle())
        return self._unusual(one) or self._unusual(other) or (led_in and not self._is_a_thing(phrases, one))

    def _pairs(self, phrases: Phrases, mentions: list[Mention]) -> Iterator[Mention]:
        """Two bare names joined to each other that meet."""
        covered = words_taken(mentions)
        for first in range(len(phrases.words)):
            for count in (2, 1):
                one = self._name(phrases, first, count, covered)
                if one is None or street_key(one.name) not in self._gazetteer.by_base:
                    continue
                other = self._right_of(phrases, one, covered)
                if other is None or not self._surely_a_corner(phrases, one, other):
                    continue
                covered |= {*range(one.first, one.last + 1), *range(other.first, other.last + 1)}
                yield one
                yield other
                break
