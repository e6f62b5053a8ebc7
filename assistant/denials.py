"""Takes out of a text what it says is not so ("no wires down", "nobody hurt"), which would speak for what it denies."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.plain import UNSPACED, plainly

RULES = Path(__file__).parent / "rules" / "denials.yaml"
_JOINED = r"(?:\W+(?:and|or|nor|y|o|ni|e|ou|ak|et|hoac|va)\b)?\W+"
_FILLING = re.compile(
    r"\b(?:and|but|also|so|y|pero|e|mas|ak|et|luckily|thankfully|fortunately|thank god|yet|i see|so far|far)\b",
    re.IGNORECASE,
)


def denied(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text says that something is not so, in order."""
    return tuple(match.span() for match in _pattern().finditer(plainly(text)))


def without_denials(text: str) -> str:
    """The text with blanks where it says that something is not so; as long as before."""
    for start, end in denied(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def only_denies(text: str) -> bool:
    """Whether a text says that some things are not so, and nothing else."""
    return bool(denied(text)) and not any(map(str.isalnum, _FILLING.sub(" ", without_denials(text))))


@lru_cache
def _pattern(path: Path = RULES) -> re.Pattern[str]:
    """One pattern for all languages; a list of things after one "no" is one denial ("no wires or smoke")."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return re.compile("|".join(_denial(words) for words in content.values()))


def _denial(words: dict[str, Any]) -> str:
    before, things, after = (_any(words[name]) for name in ("before", "things", "after"))
    between = f"(?:{_any(words['between'])} )" if words["between"] else "(?:)"
    if UNSPACED.search(before):
        return f"{before}{things}(?:{after})?|{_any(words['whole'])}"
    other = rf"(?! {_any(words['unless'])}\b)" if "unless" in words else ""
    thing = rf"{between}{{0,2}}{things}\b{other}(?: {after}){{0,2}}"
    return rf"(?<!\w)(?:{before} {thing}(?:{_JOINED}(?:{before} )?{thing})*|{_any(words['whole'])})(?!\w)"


def _any(patterns: list[str]) -> str:
    return f"(?:{'|'.join(sorted(patterns, key=lambda each: (-len(each), each)))})"
