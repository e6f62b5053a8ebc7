"""A service: a kind of case the city takes, with its questions, look-alikes, team and target time."""

from enum import StrEnum
from typing import Literal

from pydantic import Field as Limits

from tools.route import Target
from tools.value import Value


class AttributeType(StrEnum):
    """The data types of Open311 service definitions."""

    STRING = "string"
    TEXT = "text"
    NUMBER = "number"
    DATETIME = "datetime"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


class LocationKind(StrEnum):
    """What sort of place a service needs."""

    ADDRESS = "address_or_intersection"
    PARK = "park"
    BUILDING_UNIT = "building_unit"
    NONE = "none"


class Choice(Value):
    """One allowed answer: the key that is filed and the words people use for it, first the one to show."""

    key: str
    names: dict[str, tuple[str, ...]]


class Effect(Value):
    """What one answer changes. Only what is set changes; the last effect wins. `tell` is by language."""

    answers: tuple[str, ...] = Limits(min_length=1)
    service: str | None = None
    team: str | None = None
    priority: Literal["emergency_same_day", "standard", "scheduled"] | None = None
    target: Target | None = None
    safety: Literal["911"] | None = None
    required: tuple[str, ...] = ()
    tell: dict[str, str] | None = None


class Attribute(Value):
    """One question of a service. `ask` is keyed by language and always has English."""

    code: str
    ask: dict[str, str]
    type: AttributeType
    required: bool
    choices: tuple[Choice, ...] = ()
    effects: tuple[Effect, ...] = ()


class DuplicateRule(Value):
    """Within which distance, days and equal answers another open case counts as the same matter."""

    radius_m: float = Limits(gt=0)
    days: int = Limits(gt=0)
    same_attributes: tuple[str, ...] = ()


class Service(Value):
    """A kind of case the city takes. `names` is keyed by language and always has English.

    `look_alikes` are the services it is often mistaken for; their summaries tell them apart.
    """

    code: str
    names: dict[str, str]
    group: str
    summary: str
    department: str
    department_name: str
    team: str
    system: Literal["creatio", "legacy"]
    creatio_code: str | None = None
    creatio_name: str | None = None
    legacy_code: str | None = None
    target: Target | None = None
    typical_days: float | None = None
    usually_within_days: float | None = None
    priority: Literal["emergency_same_day", "standard", "scheduled"]
    public: bool
    anonymous_allowed: bool
    location_kind: LocationKind
    attributes: tuple[Attribute, ...] = ()
    look_alikes: tuple[str, ...] = ()
    duplicate_rule: DuplicateRule | None = None

    def name(self, language: str = "en") -> str:
        """The service's name in a language, or in English where we have none."""
        return self.names.get(language, self.names["en"])

    def attribute(self, code: str) -> Attribute | None:
        """The question with this code."""
        return next((attribute for attribute in self.attributes if attribute.code == code), None)


class Agency(Value):
    """A body outside the city's departments, what it handles and how to reach it (catalogue `jurisdictions`).

    `phone` is given only where it was verified; `places` are roads and places it owns. `of_the_city` marks what
    residents know as a part of the City, so that nobody is told it is not.
    """

    code: str
    name: str
    handles: str
    phone: str | None = None
    url: str | None = None
    referral_service: str | None = None
    places: tuple[str, ...] = ()
    of_the_city: bool = False


class ClosureCode(Value):
    """What a closure code of either CRM means, in plain words. `words` is keyed by language."""

    code: str
    words: dict[str, str]
    fixed: bool


class Catalogue(Value):
    """Every service of the city, the agencies it refers to, and the codes of both systems mapped to ours."""

    services: dict[str, Service]
    agencies: dict[str, Agency]
    crosswalk: dict[str, str]
    closure_codes: dict[str, ClosureCode]
