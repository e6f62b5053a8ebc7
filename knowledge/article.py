"""An article: a page of city knowledge; and a passage: the part of it that retrieval returns."""

import re
from datetime import date
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

_LINKED = re.compile(r"\]\(([\w-]+)\.md\)")


class Freshness(StrEnum):
    """How soon a fact grows old."""

    STABLE = "stable"
    YEARLY = "yearly"
    LIVE = "live"


class Article(BaseModel):
    """A page of city knowledge in Markdown. `as_of` is when the city last said so, `expires` when to stop trusting it.

    `questions` are ways residents ask for it; `services` names the service codes it belongs to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    url: str
    as_of: date
    expires: date | None = None
    freshness: Freshness
    owner: str
    language: str = "en"
    questions: tuple[str, ...] = Limits(min_length=1)
    services: tuple[str, ...] = ()
    authority: float = Limits(default=1.0, gt=0.0, le=1.0)
    body: str

    @property
    def linked_articles(self) -> tuple[str, ...]:
        """The ids of other articles that the body links to (`[words](id.md)`)."""
        return tuple(_LINKED.findall(self.body))


class Passage(BaseModel):
    """A part of an article. `heading` is the path to it ("Mattresses > What to do"); `text` is plain text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    article: str
    title: str
    heading: str
    text: str
    url: str
    as_of: date
    expires: date | None = None
    freshness: Freshness
    language: str


class Found(BaseModel):
    """A passage with how well it fits the question: `score` is 0 to 1, comparable between questions.

    What it is made of: `asked` is the likeness to a way residents ask for it, `told` to the passage itself (-1 to 1),
    `words` the share of the question's words that it holds, weighed by rarity (0 to 1). `across` says that it was found
    by what a question of another language means.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage: Passage
    score: float = Limits(ge=0.0, le=1.0)
    asked: float = 0.0
    told: float = 0.0
    words: float = 0.0
    across: bool = False


class SearchUnavailable(Exception):
    """The index cannot be searched just now."""


class Library(Protocol):
    """The city's knowledge, as something that can be searched."""

    @property
    def version(self) -> str:
        """Which build of the index answers."""
        ...

    @property
    def embedded(self) -> bool:
        """Whether it searches with the vectors of this machine only."""
        ...

    async def prepare(self, question: str, *, seconds: float) -> None:
        """Fetch what a search for this question needs from outside, if anything, within so many seconds. Never
        raises: without it the search does with what is here."""
        ...

    def search(self, question: str, *, language: str, limit: int = 5) -> tuple[Found, ...]:
        """The passages that fit a question, best first, and then what else the best one's article holds.

        Raises SearchUnavailable.
        """
        ...
