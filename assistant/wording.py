"""Every fixed sentence, by name and language, in one place; and dates, durations and lists as each language writes
them."""

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from string import Formatter

import yaml

FOLDER = Path(__file__).parent / "wordings"
SPOKEN = Path(__file__).parent / "spoken"
"""What is said differently, or only, on the telephone."""

DEFAULT = "en"


class WordingBroken(Exception):
    """A wordings file is missing, not readable, or disagrees with the English one; the sentence says where."""


class Wording:
    """The fixed sentences. A name that a language lacks is said in English."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self._sentences = sentences

    def say(self, name: str, language: str, **values: str) -> str:
        """The sentence with its values put in. Raises KeyError for a name that English lacks or a value that is
        missing."""
        spoken = self._sentences.get(language, {})
        template = spoken.get(name) or self._sentences[DEFAULT][name]
        return template.format(**values)

    def with_spoken(self, spoken: Mapping[str, Mapping[str, str]]) -> "Wording":
        """These sentences with those for the ear in place of, and beside, the written ones."""
        known = {*self._sentences, *spoken}
        return Wording({each: {**self._sentences.get(each, {}), **spoken.get(each, {})} for each in known})

    def languages(self, name: str) -> tuple[str, ...]:
        """The languages in which a sentence exists."""
        return tuple(language for language, spoken in self._sentences.items() if name in spoken)

    def hazard(self, rule: str | None) -> str:
        """The name of the emergency sentence for a screening rule: its own if there is one ("gas.smell" ->
        emergency_gas)."""
        own = f"emergency_{(rule or '').split('.')[0]}"
        return own if own in self._sentences[DEFAULT] else "emergency"

    def counted(self, name: str, language: str, count: int) -> str:
        """A sentence about a number of things: of its forms, which "|" parts, the one that the number takes."""
        forms = self.say(name, language, count=str(count)).split("|")
        return forms[min(_form(count, language), len(forms) - 1)]

    def duration(self, days: float, unit: str, language: str) -> str:
        """A number of days in words: "1 day", "5 business days"; less than a day is "1 day", weeks and months are not
        used."""
        count = max(1, round(days))
        kind = "business_day" if unit == "business_days" else "day"
        return self.counted(kind if count == 1 else f"{kind}s", language, count)

    def date(self, day: date, language: str) -> str:
        """A date as the language writes it: "March 10, 2026", "10 de marzo de 2026"."""
        months = self.say("months", language).split(",")
        return self.say("date_form", language, day=str(day.day), month=months[day.month - 1], year=str(day.year))

    def time(self, at: time, language: str) -> str:
        """A time of day as the language writes it: "9:05 a.m.", "8 a.m.", "noon"; 24 hours where we know no other."""
        if language not in self.languages("half_days"):
            return f"{at:%H:%M}"
        if (at.hour, at.minute) == (12, 0):
            return self.say("noon", language)
        hour, half = at.hour % 12 or 12, self.say("half_days", language).split(",")[at.hour >= 12]
        return f"{hour}:{at:%M} {half}" if at.minute else f"{hour} {half}"


def _form(count: int, language: str) -> int:
    """Which of a language's forms for more than one a number takes, by the plural rules of Unicode CLDR: in Russian
    those for 2, 5 and 21, in Arabic those for 2, 3 and 11; the others have one."""
    if language == "ru":
        few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
        return 0 if few else 2 if count % 10 == 1 and count % 100 != 11 else 1
    if language == "ar":
        return 0 if count == 2 else 1 if 3 <= count % 100 <= 10 else 2
    return 0


@lru_cache
def load_wording(folder: Path = FOLDER) -> Wording:
    """The wordings of a folder, a file a language. Raises WordingBroken."""
    return Wording(_checked(folder))


@lru_cache
def load_spoken(folder: Path = SPOKEN) -> Wording:
    """The wordings for the telephone. Raises WordingBroken."""
    return load_wording().with_spoken(_checked(folder))


def _checked(folder: Path) -> dict[str, dict[str, str]]:
    """The sentences of a folder by language; every language keeps to the English names and fields."""
    sentences = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    if DEFAULT not in sentences:
        raise WordingBroken(f"The wordings in {folder} have no {DEFAULT}.yaml. Please install Beacon again.")
    for language, spoken in sentences.items():
        for name, sentence in spoken.items():
            if name not in sentences[DEFAULT]:
                raise WordingBroken(f"{folder / language}.yaml: {name!r} is not one of the English names.")
            if not _fields(sentence) <= _fields(sentences[DEFAULT][name]):
                raise WordingBroken(f"{folder / language}.yaml: {name!r} has fields that the English sentence lacks.")
    return sentences


def _read(path: Path) -> dict[str, str]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise WordingBroken(
            f"The wordings file {path} cannot be read. Please correct it or install Beacon again."
        ) from error
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise WordingBroken(f"The wordings file {path} should hold one sentence for each name.")
    return {str(name): str(sentence).strip() for name, sentence in content.items()}


def _fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}
