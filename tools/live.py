"""The port to what the City says of today: snow emergency, sweeping, collection, buildings; and the nouns it returns.

LiveUnavailable      today's status cannot be seen; the resident is told so, and where to look
├── LiveNotSet       no source was set
├── LiveTimedOut     it did not answer in time, however slowly it dripped
├── LiveRefused      it could not be reached, or answered with an error
├── LiveGarbled      it answered with something that is no status
└── LiveStale        what it has is not from today
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from tools.clock import city_time
from tools.value import Value


class Matter(StrEnum):
    """What changes from day to day."""

    SNOW_EMERGENCY = "snow_emergency"
    SWEEPING = "sweeping"
    COLLECTION = "collection"
    BUILDINGS = "buildings"
    METERS = "meters"
    TOW_LOT = "tow_lot"
    SCHOOLS = "schools"


class Notice(Value):
    """What the City says of a matter, by language. `updated` is when the City said so, aware."""

    matter: Matter
    words: dict[str, str]
    updated: datetime
    alert: bool = False

    def in_language(self, language: str) -> str | None:
        """The words in a language, if the City gives them in it."""
        return self.words.get(language)


class Seen(Value):
    """All notices as they stood at a moment."""

    at: datetime
    notices: tuple[Notice, ...]

    def today(self, matter: Matter, day: date) -> Notice:
        """The notice of a matter if it is from this day. Raises LiveStale if the City has said nothing of it today."""
        own = [each for each in self.notices if each.matter is matter]
        current = [each for each in own if city_time(each.updated).date() == day]
        if not current:
            raise LiveStale(f"The City's status has nothing of {day} on {matter.value}.")
        return max(current, key=lambda each: (each.alert, each.updated))


class LiveUnavailable(Exception):
    """Today's status cannot be seen; the sentence says why, for a trace."""


class LiveNotSet(LiveUnavailable):
    """No source was set."""


class LiveTimedOut(LiveUnavailable):
    """The source did not answer in time."""


class LiveRefused(LiveUnavailable):
    """The source could not be reached, or answered with an error."""


class LiveGarbled(LiveUnavailable):
    """The source answered with something that is no status."""


class LiveStale(LiveUnavailable):
    """What the source has is not from today."""


class LiveStatus(Protocol):
    """The City's status of the day."""

    async def seen(self) -> Seen:
        """What the City says now; never older than a few minutes. Raises LiveUnavailable."""
        ...


class NoLiveStatus:
    """Stands where no source was set: nothing of today can be seen."""

    async def seen(self) -> Seen:
        """Raises LiveNotSet."""
        raise LiveNotSet("No source of the City's status was set (BEACON_LIVE_STATUS_URL).")
