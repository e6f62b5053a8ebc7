"""The words that make up figures in eleven languages, as patterns and as look-ups, from `lexicons/figures.yaml`."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.words import plain

_DATA = Path(__file__).parent / "lexicons" / "figures.yaml"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BEFORE_NOON = ("早上", "上午", "凌晨", "清晨")
_AFTER_NOON = ("下午", "晚上", "傍晚", "中午")


class FigureWords:
    """Patterns match plain text (`knowledge.words.plain`)."""

    def __init__(
        self,
        data: Mapping[str, list[str]],
        named: Mapping[str, list[list[str]]],
        keyed: Mapping[str, dict[str, list[str]]],
    ) -> None:
        doubtful = {plain(word) for word in data["doubtful"]}
        self._months = {plain(word): place for place, row in enumerate(named["months"], 1) for word in row}
        self._weekdays = {plain(word): _WEEKDAYS[place] for place, row in enumerate(named["weekdays"]) for word in row}
        self._units = {plain(word): unit for unit, row in keyed["units"].items() for word in row}
        self._numbers = {plain(word): str(number) for number, row in keyed["numbers"].items() for word in row}
        self.pattern_of_months = any_of(self._months)
        self.sure_months = any_of(set(self._months) - doubtful)
        self.sure_weekdays = any_of(set(self._weekdays) - doubtful)
        self.pattern_of_units = any_of(self._units)
        self.pattern_of_numbers = any_of(self._numbers)
        self.percent, self.dollars, self.cents = (
            any_of(map(plain, data[key])) for key in ("percent", "dollars", "cents")
        )
        self.morning, self.afternoon = (any_of(map(plain, data[key])) for key in ("morning", "afternoon"))
        self.noon, self.midnight = (any_of(map(plain, data[key])) for key in ("noon", "midnight"))
        self.before_noon, self.after_noon = any_of(_BEFORE_NOON), any_of(_AFTER_NOON)

    def month(self, name: str) -> int:
        """The number of a month, from 1."""
        return self._months[name]

    def weekday(self, name: str) -> str:
        """`mon` to `sun`."""
        return self._weekdays[name]

    def unit(self, name: str) -> str:
        """The English singular of a unit."""
        return self._units[name]

    def digits(self, said: str) -> str:
        """A number in digits, whether it was said in digits or in a word."""
        return self._numbers.get(said, said)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first; a word ends where its letters end, except in Chinese."""
    ordered = sorted(set(words), key=len, reverse=True)
    return "|".join(re.escape(word) + ("" if _runs_on(word) else r"(?!\w)") for word in ordered)


def _runs_on(word: str) -> bool:
    return word[-1] > "⺀" or not word[-1].isalnum()


@lru_cache(maxsize=1)
def figure_words() -> FigureWords:
    """The packaged words, read once."""
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return FigureWords(data, data, data)
