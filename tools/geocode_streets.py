"""Finds the streets that a name may mean: exact, with another or no type, or misspelled; the best known first."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from rapidfuzz import fuzz, process

from tools.gazetteer import Gazetteer
from tools.geocode_points import spots_of_number
from tools.street_names import TYPES, base_of, core_of, street_key

FUZZY = 86
"""The least likeness (rapidfuzz ratio, 0 to 100) at which a misspelled name is taken for a street's or a place's."""

SHORTEST_MISSPELLED = 5
"""Names of fewer letters must be spelt right: one letter makes another street of them."""


class StreetFinder:
    """Looks names up in a gazetteer's streets."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._beginning = _grouped(gazetteer.by_base, slice(0, 1))
        self._by_core = _by_core(gazetteer.streets)
        self._ending = _grouped(gazetteer.by_base, slice(-3, None))
        self._keys = lru_cache(maxsize=20_000)(self._find)

    def keys(self, street: str, *, number: int | None = None) -> tuple[str, ...]:
        """The streets a name may mean, likeliest first. With a number that lies nowhere on the exact street, the others
        of that name are added that have it."""
        key = street_key(street)
        found = self._keys(key)
        if number is None or found != (key,) or spots_of_number(self._gazetteer, key, number):
            return found
        others = self._gazetteer.by_base.get(base_of(key), ())
        return found + tuple(each for each in others if each != key and self._has(each, number))

    def pairs(self, one: str, other: str) -> list[tuple[str, str]]:
        """The pairs of different streets that two names may mean, likeliest first."""
        return [pair for pair in product(self.keys(one), self.keys(other)) if pair[0] != pair[1]]

    def kin(self, street: str) -> tuple[str, ...]:
        """The streets of a name whatever their type and direction."""
        keys = self.keys(street)
        return self._by_core.get(core_of(keys[0]), ()) if keys else ()

    def _has(self, key: str, number: int) -> bool:
        return any(known.number == number for known in self._gazetteer.addresses.get(key, ()))

    def _find(self, key: str) -> tuple[str, ...]:
        gazetteer = self._gazetteer
        if key in gazetteer.streets:
            return (key,)
        base = base_of(key)
        same = gazetteer.by_base.get(key) or gazetteer.by_base.get(base) or ()
        if same:
            return self._ordered(same)
        if len(base) < SHORTEST_MISSPELLED:
            return ()
        near = self._beginning.get(base[0], []) + self._ending.get(base[-3:], [])
        alike = [name for name, _, _ in process.extract(base, near, scorer=fuzz.ratio, score_cutoff=FUZZY, limit=2)]
        if not alike:
            return ()
        wanted = key.split()[-1] if key != base else None
        every = [each for name in alike[:2] for each in gazetteer.by_base[name]]
        typed = [each for each in every if wanted in TYPES and each.split()[-1] == wanted]
        return tuple(typed) or self._ordered(tuple(gazetteer.by_base[alike[0]]))

    def _ordered(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(keys, key=lambda each: -self._gazetteer.records(each)))


def _grouped(names: Iterable[str], letters: slice) -> dict[str, list[str]]:
    """Names by some of their letters."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[name[letters]].append(name)
    return dict(groups)


def _by_core(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    cores: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        cores[core_of(key)].append(key)
    return {core: tuple(found) for core, found in cores.items()}
