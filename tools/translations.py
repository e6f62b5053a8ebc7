"""The catalogue in the residents' other languages: a file a language, keyed by what the catalogue says in English.

A translation of what the catalogue no longer says is refused, so that nobody is asked a question in words that were
written for another one.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from pydantic import Field as Limits

from tools.value import Value

Part = Literal["names", "questions", "told", "choices"]


class Translation(Value):
    """A language's file: services by code, questions and what answers tell by their English, the words of choices by
    their key, first the one to show."""

    names: Mapping[str, str] = Limits(default_factory=dict)
    questions: Mapping[str, str] = Limits(default_factory=dict)
    told: Mapping[str, str] = Limits(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = Limits(default_factory=dict)


class Translations(Value):
    """Every language's file, by language."""

    by_language: Mapping[str, Translation]

    def name(self, code: str, english: str) -> dict[str, str]:
        """A service's name by language."""
        return {"en": english} | self._said("names", code)

    def question(self, english: str) -> dict[str, str]:
        """A question by language."""
        return {"en": english} | self._said("questions", english)

    def told(self, english: str) -> dict[str, str]:
        """What an answer tells, by language."""
        return {"en": english} | self._said("told", english)

    def choice(self, key: str, english: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The words of a choice by language."""
        return {"en": english} | {
            language: file.choices[key] for language, file in self.by_language.items() if file.choices.get(key)
        }

    def of_nothing(self, part: Part, known: Collection[str]) -> Iterator[tuple[str, str]]:
        """Each language and key of a part that translates nothing of the catalogue."""
        for language, file in self.by_language.items():
            yield from ((language, key) for key in getattr(file, part) if key not in known)

    def _said(self, part: Part, key: str) -> dict[str, str]:
        found = {language: getattr(file, part).get(key) for language, file in self.by_language.items()}
        return {language: text for language, text in found.items() if text}
