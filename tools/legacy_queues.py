"""Where the legacy system (the CRM of 2008) puts a service's cases, from tables derived from its case records.

The catalogue names the team that works on a service today. A case that is filed in the legacy system goes to the queue
the records show there; the two differ where a service has moved or a team was renamed.
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

QUEUES_FILE = Path(__file__).parent / "boston" / "legacy_queues.csv"
OTHERS_FILE = Path(__file__).parent / "boston" / "legacy_other_queues.csv"
REGIONS_FILE = Path(__file__).parent / "boston" / "park_regions.csv"

BY_ADDRESS, BY_PARK = "(by address)", "(by park)"
"""What stands open in a team's name: its Public Works district, or its park maintenance region."""

REGION = "PARK_Maintenance_Region"
SENT_BACK = "INFO_Reallocation From Dept"
"""The queue in which the legacy system keeps cases that a department sent back."""


class Queue(NamedTuple):
    """A queue of the legacy system and its department."""

    team: str
    department: str


@lru_cache
def load_legacy_queues(path: Path = QUEUES_FILE) -> Mapping[str, Queue]:
    """The queue of every service that enough records tell of."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["service"]: Queue(row["queue"], row["department"]) for row in csv.DictReader(file)}


@lru_cache
def load_other_queues(path: Path = OTHERS_FILE) -> Mapping[str, tuple[Queue, ...]]:
    """Where those cases of a service went that did not go where the rules send them, most often first."""
    found: dict[str, list[Queue]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["service"], []).append(Queue(row["queue"], row["department"]))
    return {service: tuple(queues) for service, queues in found.items()}


@lru_cache
def load_park_regions(path: Path = REGIONS_FILE) -> Mapping[str, str]:
    """The park maintenance region of a neighborhood, and of a Public Works district."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["area"]: row["region"] for row in csv.DictReader(file)}
