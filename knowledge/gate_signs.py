"""The gate's patterns: what a question's words say by themselves of why it is not for the articles to answer."""

import hashlib
import re
from pathlib import Path

import yaml

from knowledge.words import plain

RULES = Path(__file__).parent / "lexicons" / "gate.yaml"
ELSEWHERE = RULES.with_name("gate_other_languages.yaml")
_PLACES = (
    "St|Street|Ave|Avenue|Rd|Road|Hill|Sq|Square|Market|Pl|Place|Ter|Terrace|Way|Court|Ct|Park|House|Tunnel"
    "|Playground|Field|School"
)


class GateSigns:
    """The patterns of one file, read once."""

    def __init__(self, rules: Path = RULES) -> None:
        text = rules.read_text(encoding="utf-8")
        rows = yaml.safe_load(text)
        towns = "|".join(rows.pop("towns"))
        self._town = re.compile(rf"(?<!from )\b({towns})\b(?! (?:{_PLACES})\b)", re.IGNORECASE)
        self._phones: dict[str, str] = rows.pop("town_phones")
        self._contacts = {
            name: [(re.compile(pattern, re.IGNORECASE), told) for pattern, told in pairs]
            for name, pairs in rows.pop("contacts").items()
        }
        self._rules = {name: re.compile("|".join(patterns), re.IGNORECASE) for name, patterns in rows.items()}
        more = yaml.safe_load(ELSEWHERE.read_text(encoding="utf-8"))
        self._elsewhere = {name: re.compile("|".join(map(_plain, patterns))) for name, patterns in more.items()}
        self.version = hashlib.sha256(text.encode()).hexdigest()[:16]

    def speaks_for(self, name: str, question: str) -> bool:
        """Whether a pattern of that name, in any language, is found in the question."""
        elsewhere = self._elsewhere.get(name)
        here = self._rules[name].search(question) is not None
        return here or (elsewhere is not None and elsewhere.search(plain(question)) is not None)

    def town(self, question: str) -> tuple[str, str] | None:
        """Another municipality that is asked about, and its phone where we know it."""
        found = self._town.search(question)
        return (found[1].title(), self._phones.get(found[1].casefold(), "")) if found else None

    def contact(self, name: str, question: str) -> str:
        """Who can help with what we do not answer for this reason; empty where we know nobody in particular."""
        return next((told for asks, told in self._contacts.get(name, ()) if asks.search(question)), "")

    def flags(self, question: str) -> list[float]:
        """One number a pattern, and one for another town, in the order of the file."""
        fired = [rule.search(question) is not None for rule in self._rules.values()]
        return [float(each) for each in (*fired, self.town(question) is not None)]


def _plain(pattern: str) -> str:
    """A pattern that matches plain text; its ASCII letters stay, for some of them are signs."""
    return "".join(letter if letter.isascii() else plain(letter) for letter in pattern)
