"""Notices for storms and outages: a first line and a banner that supervisors set for a while, by topic and area."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import RowMapping, insert, select, update

from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.progress import Part, Progress
from assistant.tables import surges
from assistant.times import aware
from tools.clock import Clock
from tools.database import Database
from tools.value import Value

FRESH_SECONDS = 2.0
"""How long what the table said is believed; a notice is out everywhere within five seconds."""

LONGEST = 160
LONGEST_HOURS = 14 * 24
EVERYTHING = "all"
_QUIET = frozenset((Outcome.EMERGENCY, Outcome.CRISIS, Outcome.OPTED_OUT, Outcome.REFUSED))
"""Turns that a notice would get in the way of."""


class SurgeRefused(Exception):
    """A notice that cannot be set; the sentence says why."""


class Surge(Value):
    """A notice: who is told (`topic` is "all", a service's code or an article's id; `area` "all" or a neighborhood),
    in which words by language, and until when."""

    surge_id: str
    topic: str = EVERYTHING
    area: str = EVERYTHING
    texts: dict[str, str]
    expires: datetime
    by: str
    at: datetime
    ended: bool = False

    def text(self, language: str) -> str:
        """The words in a language, or in English."""
        return self.texts.get(language) or self.texts["en"]

    @property
    def for_everybody(self) -> bool:
        """Whether it is told whatever somebody asks."""
        return (self.topic, self.area) == (EVERYTHING, EVERYTHING)

    def concerns(self, turn: Progress) -> bool:
        """Whether a turn is about its topic and its area."""
        about = {each.article for each in turn.passages if each.used}
        if turn.draft is not None and turn.draft.service is not None:
            about.add(turn.draft.service.code)
        place = turn.draft.location.neighborhood if turn.draft is not None and turn.draft.location else None
        return (self.topic == EVERYTHING or self.topic in about) and self.area in (EVERYTHING, place)


Active = Callable[[], Awaitable[tuple[Surge, ...]]]


async def no_surge() -> tuple[Surge, ...]:
    """Nothing unusual happens."""
    return ()


class Surges:
    """The notices on our tables; read at most every two seconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._known: tuple[Surge, ...] = ()
        self._until = 0.0

    async def active(self) -> tuple[Surge, ...]:
        """Those that hold now, the newest first."""
        if time.monotonic() >= self._until:
            async with self._database.glance() as connection:
                rows = (await connection.execute(select(surges).where(surges.c.ended.is_(False)))).mappings().all()
            self._known = tuple(sorted((_surge(row) for row in rows), key=lambda each: each.at, reverse=True))
            self._until = time.monotonic() + FRESH_SECONDS
        now = self._clock()
        return tuple(each for each in self._known if each.expires > now)

    async def begin(
        self, texts: dict[str, str], *, hours: float, by: str, topic: str = EVERYTHING, area: str = EVERYTHING
    ) -> Surge:
        """Set a notice. Raises SurgeRefused."""
        texts = {language: " ".join(text.split()) for language, text in texts.items() if text.strip()}
        if not texts.get("en"):
            raise SurgeRefused("Please write the notice in English; other languages may follow.")
        if long := [language for language, text in texts.items() if len(text) > LONGEST]:
            raise SurgeRefused(f"The notice in {long[0]} is longer than {LONGEST} characters. Please shorten it.")
        if not 0 < hours <= LONGEST_HOURS:
            raise SurgeRefused(f"A notice lasts up to {LONGEST_HOURS} hours. Please set it again after that.")
        now = self._clock()
        made = Surge(
            surge_id=uuid4().hex[:12],
            topic=topic.strip() or EVERYTHING,
            area=area.strip() or EVERYTHING,
            texts=texts,
            expires=now + timedelta(hours=hours),
            by=by,
            at=now,
        )
        async with self._database.write() as connection:
            await connection.execute(insert(surges).values(made.model_dump()))
        self._until = 0.0
        return made

    async def end(self, surge_id: str) -> bool:
        """End a notice before its time; False if there is none by that name."""
        async with self._database.write() as connection:
            ended = update(surges).where(surges.c.surge_id == surge_id, surges.c.ended.is_(False)).values(ended=True)
            changed = (await connection.execute(ended)).rowcount
        self._until = 0.0
        return bool(changed)


def with_notice(turn: Progress, active: tuple[Surge, ...]) -> Progress:
    """The turn with the first notice that concerns it and was not told in this conversation yet.

    One that is for everybody opens the first reply. A read-back by text stays whole: the notice comes with the next.
    """
    silent = not turn.say or _QUIET & set(turn.outcomes)
    crowded = turn.conversation.channel is Channel.SMS and Outcome.READ_BACK in turn.outcomes
    if silent or crowded:
        return turn
    told = turn.conversation.notices
    for each in active:
        if each.surge_id not in told and each.concerns(turn):
            say = (Part(text=each.text(turn.language)), *turn.say)
            remembered = turn.conversation.model_copy(update={"notices": (*told, each.surge_id)})
            return turn.model_copy(update={"say": say, "conversation": remembered})
    return turn


def _surge(row: RowMapping) -> Surge:
    return Surge.model_validate({**row, "expires": aware(row["expires"]), "at": aware(row["at"])})
