"""Our word lists: how residents say yes, no, skip, start over, or ask for a person, in the eleven languages."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.screening import plainly

FOLDER = Path(__file__).parent / "lexicon"


@dataclass(frozen=True)
class Phrases:
    """Phrases of one meaning: looked for as a whole message, at its start, or anywhere."""

    phrases: frozenset[str]
    anywhere: re.Pattern[str]

    def whole(self, plain: str) -> bool:
        """Whether the message says this and nothing else."""
        return plain in self.phrases

    def opening(self, plain: str) -> str | None:
        """The longest phrase that the message opens with."""
        words = plain.split()
        for count in range(min(6, len(words)), 0, -1):
            if (start := " ".join(words[:count])) in self.phrases:
                return start
        return next(
            (each for each in self.phrases if len(each) <= 4 and not each.isascii() and plain.startswith(each)), None
        )

    def somewhere(self, plain: str) -> bool:
        """Whether a phrase of two words or more stands anywhere in the message."""
        return self.anywhere.search(plain) is not None


def compact(text: str) -> str:
    """The text in lower case, without accents and marks, with single spaces: how phrases are compared."""
    return " ".join(re.sub(r"[^\w\s'👍✅👌👎-]", " ", plainly(text)).split())


def load_phrases(path: Path = FOLDER / "replies.yaml") -> dict[str, Phrases]:
    """The phrases of every meaning."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {meaning: _phrases([compact(_word(each)) for each in lines]) for meaning, lines in content.items()}


def _word(value: object) -> str:
    """YAML reads a bare yes or no as a truth value; here they are words."""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _phrases(known: list[str]) -> Phrases:
    long = sorted((each for each in known if " " in each or not each.isascii()), key=len, reverse=True)
    pattern = "|".join(re.escape(each) for each in long) or "(?!)"
    return Phrases(frozenset(known), re.compile(rf"(?:^|\b)(?:{pattern})(?:\b|$)"))
