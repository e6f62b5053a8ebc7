"""The patterns of danger: how they are read from assistant/rules, and how they are looked for in a sentence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import yaml

from assistant.plain import plainly
from assistant.tones import forgiving

REACH = 130
CLOSE = 45
"""Characters within which the parts of a pattern must stand: all of them, or two that are joined by "~~"."""

MOST_TRIES = 30
"""A word that stands more often in one sentence is not tried again: nobody writes so."""

UNSPACED = ("zh", "ar")
"""Languages whose words run together, or carry their little words with them."""

TONED = "vi"
"""The language whose marks tell words apart; its patterns are looked for in a text with the marks that were written."""

SCRIPTS = {
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}
"""Languages that are looked for only in sentences that hold their letters."""

_GAP = re.compile(r"(\[[^\]]*\])| (?![?*{+])")
"""Blanks of a pattern, outside of its lists of letters: commas and hyphens may stand there too."""


class RulesBroken(Exception):
    """A rules file cannot be used; the sentence names it and the rule."""


@dataclass(frozen=True)
class Pattern:
    """Words of which every part must be found, near each other, in any order."""

    parts: tuple[re.Pattern[str], ...]
    reach: int

    def found(self, sentence: str) -> Iterator[tuple[int, int]]:
        """Where the words stand: from the first of them to the last."""
        first, *others = self.parts
        for match in islice(first.finditer(sentence), MOST_TRIES):
            start, end = match.span()
            for part in others:
                near = _nearest(part, sentence, (start, end), self.reach)
                if near is None:
                    break
                start, end = min(start, near[0]), max(end, near[1])
            else:
                yield start, end


def _nearest(part: re.Pattern[str], sentence: str, found: tuple[int, int], reach: int) -> tuple[int, int] | None:
    """The closest match of a part that keeps the whole within reach."""
    start, end = found
    spans = [match.span() for match in part.finditer(sentence, max(0, end - reach), end + reach)]
    return min(spans, key=lambda span: max(span[0] - end, start - span[1]), default=None)


@dataclass(frozen=True)
class Rule:
    """A danger: what it says, and its patterns by language."""

    id: str
    says: Literal["911", "988"]
    patterns: Mapping[str, tuple[Pattern, ...]]


@dataclass(frozen=True)
class Danger:
    """All rules, in order, with what is set aside first, and the words that are put right."""

    version: int
    rules: tuple[Rule, ...]
    aside: Mapping[str, tuple[re.Pattern[str], ...]]
    unless: Mapping[str, tuple[re.Pattern[str], ...]]
    over: Mapping[str, tuple[re.Pattern[str], ...]]
    spelled: frozenset[str]
    kept: frozenset[str]


def load_danger(folder: Path) -> Danger:
    """The rules of a folder: safety.yaml, and a file of words for each language. Raises RulesBroken."""
    index = read_rules(folder / "safety.yaml")
    spoken = {path.stem: read_rules(path) for path in sorted((folder / "danger").glob("*.yaml"))}
    try:
        rules = tuple(_rule(row, spoken) for row in index["rules"])
        unknown = {name for words in spoken.values() for name in words["rules"]} - {rule.id for rule in rules}
        if unknown:
            raise KeyError(*sorted(unknown))
        return Danger(
            version=index["version"],
            rules=rules,
            aside={language: _compiled(words, "aside", language) for language, words in spoken.items()},
            unless={language: _compiled(words, "unless", language) for language, words in spoken.items()},
            over={language: _compiled(words, "over", language) for language, words in spoken.items()},
            spelled=_all(spoken, "spelled"),
            kept=_all(spoken, "kept"),
        )
    except (KeyError, TypeError, re.error) as error:
        raise RulesBroken(
            f"The rules in {folder} are not complete ({error}). Please correct them or install Beacon again."
        ) from error


def read_rules(path: Path) -> dict[str, Any]:
    """A rules file. Raises RulesBroken."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesBroken(
            f"The rules file {path} cannot be read. Please correct it or install Beacon again."
        ) from error
    if not isinstance(content, dict):
        raise RulesBroken(f"The rules file {path} should hold a mapping. Please correct it or install Beacon again.")
    return content


def _all(spoken: Mapping[str, dict[str, Any]], name: str) -> frozenset[str]:
    return frozenset(plainly(word) for words in spoken.values() for word in words.get(name, ()))


def _rule(row: dict[str, Any], spoken: Mapping[str, dict[str, Any]]) -> Rule:
    patterns = {
        language: tuple(
            _pattern(alternative, words, language)
            for entry in words["rules"].get(row["id"], ())
            for alternative in _alternatives(entry)
        )
        for language, words in spoken.items()
    }
    return Rule(id=row["id"], says=row["says"], patterns=patterns)


def _pattern(entry: str, words: dict[str, Any], language: str) -> Pattern:
    parts = re.split(r" ~~? ", entry)
    return Pattern(
        parts=tuple(_whole(part, words, language) for part in parts), reach=CLOSE if " ~~ " in entry else REACH
    )


def _alternatives(entry: str) -> Iterator[str]:
    """The alternatives of an entry that have several parts, each by itself, and all the others as one."""
    pieces, depth = [""], 0
    for letter in re.findall(r"\\.|\[[^\]]*\]|.", entry):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += letter
    if simple := "|".join(piece for piece in pieces if " ~" not in piece):
        yield simple
    yield from (piece for piece in pieces if " ~" in piece)


def _compiled(words: dict[str, Any], name: str, language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_whole(entry, words, language) for entry in words.get(name, ()))


def _whole(entry: str, words: dict[str, Any], language: str) -> re.Pattern[str]:
    """An entry as whole words; a blank stands for anything short between two words, or for nothing."""
    filled = _filled(entry, words.get("words", {}))
    plain = (forgiving(filled) if language == TONED else plain_pattern(filled)).replace(r"(?:\w+ )", r"(?:[\w']+ )")
    if language in UNSPACED:
        return re.compile(plain)
    return re.compile(rf"(?<!\w)(?:{_GAP.sub(lambda gap: gap[1] or '[ ,-]{1,3}', plain)})(?!\w)")


def _filled(entry: str, words: Mapping[str, str]) -> str:
    """The entry with the lists that it names in braces."""
    while match := re.search(r"\{([a-z_]+)\}", entry):
        entry = f"{entry[: match.start()]}(?:{words[match[1]]}){entry[match.end() :]}"
    return entry


def plain_pattern(pattern: str) -> str:
    """A pattern in the form of the text it is matched on; classes such as \\W keep their capitals."""
    return "".join(part if part.startswith("\\") else plainly(part) for part in re.split(r"(\\[A-Za-z])", pattern))
