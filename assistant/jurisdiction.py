"""Decides whose matter a report is: the city's, another agency's, or another city's."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.plain import plainly
from tools.draft import Jurisdiction
from tools.location import Location
from tools.owners import Lands, load_lands
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
    del rows["land"]
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


@dataclass(frozen=True)
class OnLand:
    """What stays the city's on land of another owner: words, and every service outside these groups."""

    stays: re.Pattern[str]
    groups: frozenset[str]


@lru_cache
def on_land(path: Path = CUES) -> OnLand:
    """The rule for places of other owners."""
    row = yaml.safe_load(path.read_text(encoding="utf-8"))["land"]
    return OnLand(_whole_words(row["stays"]), frozenset(row["groups"]))


@lru_cache
def lands() -> Lands:
    """The streets and sites of other owners."""
    return load_lands()


def _whole_words(cues: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(cues)})\b")


def read_jurisdiction(
    text: str, location: Location | None, catalogue: Catalogue, *, service: str | None, outside: str | None
) -> Jurisdiction:
    """Whose matter it is: a place in another city decides, then a service that is a referral, then what is said,
    then whose land the place is."""
    if outside is not None:
        known = outside if outside in catalogue.agencies else None
        return Jurisdiction(city=False, agency=known, why="the place lies outside Boston")
    referral = next((each for each in catalogue.agencies.values() if each.referral_service == service), None)
    if service is not None and referral is not None:
        return Jurisdiction(
            city=False, agency=referral.code, why=f"{referral.name} handles this: {referral.handles.casefold()}"
        )
    plain = plainly(text)
    for owner in owners().values():
        if owner.decides and owner.agency in catalogue.agencies and owner.claims(plain):
            return Jurisdiction(city=False, agency=owner.agency, why=owner.why)
    return _by_land(plain, location, catalogue, service)


def _by_land(plain: str, location: Location | None, catalogue: Catalogue, service: str | None) -> Jurisdiction:
    """By the owner of the street or park, for a matter of the land itself."""
    land, rule = lands().of(location), on_land()
    elsewhere = service is not None and catalogue.services[service].group not in rule.groups
    if land is None or land.owner not in catalogue.agencies or elsewhere or rule.stays.search(plain):
        return Jurisdiction(city=True)
    return Jurisdiction(
        city=False, agency=land.owner, why=f"{land.name} belongs to {catalogue.agencies[land.owner].name}"
    )
