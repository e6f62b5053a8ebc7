"""Our word lists: how residents say yes, no, skip, start over, or ask for a person, in the eleven languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.plain import plainly

FOLDER = Path(__file__).parent / "lexicon"
OPENING_WORDS = 6
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_MARKS = re.compile(r"[^\w\s/👍✅👌👎❌]")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


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
        match = self.anywhere.match(plain)
        return match[0] if match else None

    def somewhere(self, plain: str) -> bool:
        """Whether a phrase stands anywhere in the message, as words of its own."""
        return self.anywhere.search(plain) is not None

    def after(self, plain: str) -> int:
        """How many words follow the first phrase in the message; 0 if there is none."""
        match = self.anywhere.search(plain)
        return len(plain[match.end() :].split()) if match else 0


def compact(text: str) -> str:
    """The text as phrases are compared: lower case, no accents, apostrophes or marks, "yessss" as "yes"."""
    joined = _APOSTROPHE.sub("", plainly(text))
    return _STRETCHED.sub(r"\1", " ".join(_MARKS.sub(" ", joined).split()))


def load_phrases(path: Path = FOLDER / "replies.yaml") -> dict[str, Phrases]:
    """The phrases of every meaning, those of all languages together."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {
        meaning: phrases_of(phrase for phrases in languages.values() for phrase in phrases)
        for meaning, languages in content.items()
    }


def phrases_of(known: Iterable[str]) -> Phrases:
    """Phrases to look for; they need not be in compact form."""
    compacted = frozenset(filter(None, map(compact, known)))
    return Phrases(compacted, _pattern(compacted))


def _pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    """The longest phrase wins; words stand alone, except in Chinese, which writes no spaces."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    spaced = [re.escape(phrase) for phrase in longest_first if not _UNSPACED.search(phrase)]
    unspaced = [re.escape(phrase) for phrase in longest_first if _UNSPACED.search(phrase)]
    parts = [rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)"] if spaced else []
    return re.compile("|".join([*parts, *unspaced]) or r"(?!)")
