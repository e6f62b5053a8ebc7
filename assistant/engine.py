"""The port to whatever reads and words language: the embedded engine or an OpenAI-compatible model."""

from typing import Protocol

from assistant.reading import Asked, Reading
from knowledge.article import Passage


class EngineFailed(Exception):
    """An engine could not read or word this time; the sentence says why, for a trace."""


class Engine(Protocol):
    """Reads and words language. It decides nothing and acts on nothing."""

    @property
    def name(self) -> str:
        """Which engine this is: `embedded` or `openai`."""
        ...

    async def read(self, message: str, asked: Asked) -> Reading:
        """Understand a message in the light of what was asked. Always gives a Reading, whatever the text."""
        ...

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        """The sentences that answer a question from these passages, at most so many; none if they do not answer it."""
        ...
