"""Which status item of the City speaks of which matter, and where a resident can look for it (`boston/day.yaml`)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from tools.live import Matter
from tools.value import Value

DAY = Path(__file__).parent / "boston" / "day.yaml"


class Source(Value):
    """A page that a status is cited from."""

    title: str
    url: str


@dataclass(frozen=True)
class CityDay:
    """The titles of the City's status items, and where each matter can be looked up."""

    source: Source
    collection_source: Source
    holidays_source: Source
    sweeping_source: Source
    titles: tuple[tuple[Matter, re.Pattern[str]], ...]
    look: dict[Matter, str]

    def matter_of_title(self, title: str) -> Matter | None:
        """What an item of this English title is about; None for one that we do not tell."""
        return next((matter for matter, pattern in self.titles if pattern.search(title)), None)


@lru_cache(maxsize=4)
def load_city_day(path: Path = DAY) -> CityDay:
    """The City's day from its file."""
    rows = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    matters = {Matter(name): row for name, row in rows["matters"].items()}
    return CityDay(
        source=Source.model_validate(rows["source"]),
        collection_source=Source.model_validate(rows["collection_source"]),
        holidays_source=Source.model_validate(rows["holidays_source"]),
        sweeping_source=Source.model_validate(rows["sweeping_source"]),
        titles=tuple((name, re.compile("|".join(row["titles"]), re.IGNORECASE)) for name, row in matters.items()),
        look={name: row["look"] for name, row in matters.items()},
    )
