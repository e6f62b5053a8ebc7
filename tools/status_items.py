"""The City's status-items API (`/api/v1/status_items` of boston.gov): notices by matter, in the City's own words.

It answers with a list of items; each has `enabled` and `alert` ("True" or "False"), `title` and `body` by language, and
`updated_at` with its offset. An item says nothing of its matter but by its English title.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator

from tools.city_day import CityDay
from tools.clock import Clock
from tools.live import LiveGarbled, Matter, Notice, Seen
from tools.live_fetch import FAILED_SECONDS, HELD_SECONDS, Held, fetch_json

SECONDS = 2.0
"""A turn waits no longer than this for today's status."""

LONGEST = 400
"""Characters of a notice that are told; a status is one or two sentences."""

_LANGUAGES = {"pt-br": "pt", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "zh-cn": "zh-Hans", "zh-tw": "zh-Hant",
              "cv": "kea"}  # fmt: skip
_TAG = re.compile(r"<[^>]{0,500}>")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|gov|edu|us|info|io|co|ly|me)\b\S*", re.IGNORECASE
)
_OURS = re.compile(r"(?:https?://)?(?:www\.)?(boston\.gov(?:/[\w/.-]*)?)", re.IGNORECASE)
_MORE = re.compile(r"[^.!?。]{0,40}[:：]\s*$")
_END = re.compile(r"[.!?。؟]+(?=\s|$)|[。]")


class Item(BaseModel):
    """One item as the API gives it; what else it holds is not needed."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    enabled: bool
    title: dict[str, str]
    body: dict[str, str]
    alert: bool = False
    updated_at: AwareDatetime

    @field_validator("updated_at", mode="before")
    @classmethod
    def _with_offset(cls, value: object) -> object:
        """The API writes offsets without a colon ("-0400")."""
        return re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", value) if isinstance(value, str) else value


_ITEM = TypeAdapter(Item)


class StatusItems:
    """Implements `tools.live.LiveStatus` on the City's API. What it holds is never older than `held_seconds`."""

    def __init__(
        self,
        url: str,
        day: CityDay,
        clock: Clock,
        *,
        seconds: float = SECONDS,
        held_seconds: float = HELD_SECONDS,
        failed_seconds: float = FAILED_SECONDS,
    ) -> None:
        self._url, self._day, self._clock, self._seconds = url, day, clock, seconds
        self._held: Held[Seen] = Held(held_seconds=held_seconds, failed_seconds=failed_seconds)

    async def seen(self) -> Seen:
        """What the City says now. Raises LiveUnavailable."""
        return await self._held.get("", self._fetch)

    async def _fetch(self) -> Seen:
        rows = await fetch_json(self._url, seconds=self._seconds)
        if not isinstance(rows, list):
            raise LiveGarbled("The City's status is not a list of items.")
        notices = tuple(self._notices(rows))
        if rows and not notices and not any(_item(row) for row in rows):
            raise LiveGarbled("None of the City's status items can be read.")
        return Seen(at=self._clock(), notices=notices)

    def _notices(self, rows: list[object]) -> Iterator[Notice]:
        for item in filter(None, map(_item, rows)):
            matter = self._day.matter_of_title(item.title.get("en", ""))
            if item.enabled and matter is not None:
                yield _notice(item, matter)


def _item(row: object) -> Item | None:
    """The item, or None for one that cannot be read: a matter without a notice is never told to be as usual."""
    try:
        return _ITEM.validate_python(row)
    except ValidationError:
        return None


def _notice(item: Item, matter: Matter) -> Notice:
    told = {_LANGUAGES.get(name.casefold(), name.casefold()): _plain(text) for name, text in item.body.items()}
    words = {name: text for name, text in told.items() if text}
    updated: datetime = item.updated_at
    return Notice(matter=matter, words=words, alert=item.alert, updated=updated)


def _plain(text: str) -> str:
    """A notice as it may be told: no marks, no address but the City's own, whole sentences of no more than LONGEST."""
    bare = " ".join(unescape(_TAG.sub(" ", text)).split())
    kept = _LINK.sub(lambda link: ours[1] if (ours := _OURS.fullmatch(link[0].rstrip(".,;)"))) else "", bare)
    kept = _MORE.sub("", " ".join(kept.split())).strip()
    if len(kept) <= LONGEST:
        return kept
    ends = [match.end() for match in _END.finditer(kept[:LONGEST])]
    return kept[: ends[-1]] if ends else f"{kept[: LONGEST - 1].rsplit(' ', 1)[0]}…"
