"""Words that show plainly that a message asks, wants to know how a case stands, or only sells something."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

RULES = Path(__file__).parent / "rules" / "kinds.yaml"
LONGEST = 300
"""Characters of a text in which such words are looked for: they stand at its beginning or it is short."""


@dataclass(frozen=True)
class KindCues:
    """The patterns; a text is given in lower case without accents."""

    asks: re.Pattern[str]
    asks_for_a_place: re.Pattern[str]
    status: re.Pattern[str]
    spam: re.Pattern[str]


@lru_cache
def load_kind_cues(path: Path = RULES) -> KindCues:
    """The patterns of a file."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return KindCues(**{name: re.compile("|".join(patterns)) for name, patterns in content.items()})
