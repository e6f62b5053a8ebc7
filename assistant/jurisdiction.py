"""Decides whose matter a report is: the city's, another agency's, or another city's."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.plain import plainly
from tools.draft import Jurisdiction
from tools.location import Location
from tools.service import Catalogue

CUES = Path(__file__).parent / "rules" / "jurisdiction.yaml"


@dataclass(frozen=True)
class Owner:
    """What in a text (lower case, without accents) speaks for an owner, and whether that settles the matter."""

    agency: str
    pattern: re.Pattern[str]
    why: str
    decides: bool
    unless: re.Pattern[str] | None = None

    def claims(self, plain: str) -> bool:
        """Whether plain words speak for this owner and not for a matter that stays the city's."""
        spoken = self.pattern.search(plain) is not None
        return spoken and (self.unless is None or self.unless.search(plain) is None)


@lru_cache
def owners(path: Path = CUES) -> dict[str, Owner]:
    """The owners other than the city, by code."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        agency: Owner(
            agency,
            _whole_words(row["cues"]),
            row["why"],
            row.get("decides", False),
            _whole_words(row["unless"]) if "unless" in row else None,
        )
        for agency, row in rows.items()
    }


def _whole_words(cues: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(cues)})\b")


def read_jurisdiction(
    text: str, location: Location | None, catalogue: Catalogue, *, service: str | None, outside: str | None
) -> Jurisdiction:
    """Whose matter it is: a place in another city decides, then a service that is a referral, then what is said."""
    if outside is not None:
        known = outside if outside in catalogue.agencies else None
        return Jurisdiction(city=False, agency=known, why="the place lies outside Boston")
    referral = next((each for each in catalogue.agencies.values() if each.referral_service == service), None)
    if service is not None and referral is not None:
        return Jurisdiction(
            city=False, agency=referral.code, why=f"{referral.name} handles this: {referral.handles.casefold()}"
        )
    plain = plainly(f"{text} {location.value if location else ''}")
    for owner in owners().values():
        if owner.decides and owner.agency in catalogue.agencies and owner.claims(plain):
            return Jurisdiction(city=False, agency=owner.agency, why=owner.why)
    return Jurisdiction(city=True)
