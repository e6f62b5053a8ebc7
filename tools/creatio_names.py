"""How a city's Creatio names its columns, statuses and priorities: one YAML file, since no two sites are alike."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from tools.case import Status
from tools.value import Value

BOSTON_CREATIO = Path(__file__).parent / "boston" / "creatio.yaml"


class NamesBroken(Exception):
    """The file of names cannot be used; the sentence says where."""


class Columns(Value):
    """The case's columns that are the site's own."""

    key: str
    legacy_number: str
    latitude: str
    longitude: str
    place: str
    answers: str
    route: str
    department: str
    language: str
    service: str


class EventNames(Value):
    """The entity that keeps a line of a case's history, and its columns."""

    entity: str
    case: str
    key: str
    change: str
    detail: str


class PickUpNames(Value):
    """The entities of days that may be booked and of bookings. `slot` has to be unique on the site."""

    day_entity: str = "UsrPickUpDay"
    service: str = "UsrService"
    area: str = "UsrArea"
    day: str = "UsrDay"
    places: str = "UsrPlaces"
    booking_entity: str = "UsrPickUp"
    slot: str = "UsrSlot"
    booked_day: str = "UsrPickUpDay"
    case: str = "UsrCase"


class CreatioNames(Value):
    """Everything that differs between two Creatio sites."""

    odata_path: str
    login_path: str
    columns: Columns
    event: EventNames
    pickups: PickUpNames | None = None
    statuses: dict[str, Status]
    new_status: str
    withdrawn_status: str
    reopened_status: str
    returned_status: str
    assigned_status: str
    joined_status: str
    joined_closure: str
    transitioned_closures: tuple[str, ...]
    priorities: dict[str, str]


def load_names(path: Path = BOSTON_CREATIO) -> CreatioNames:
    """The names of a file. Raises NamesBroken."""
    try:
        return CreatioNames.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise NamesBroken(f"The file of Creatio's names {path} cannot be read. Please correct it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise NamesBroken(f"{path}, key {key!r}: {first['msg'][:1].lower()}{first['msg'][1:]}.") from error
