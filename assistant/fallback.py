"""An engine that falls back to another one within the turn when the first fails."""

import logging
from dataclasses import dataclass

from assistant.engine import Engine, EngineFailed
from assistant.reading import Asked, Reading
from knowledge.article import Passage

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class FallbackEngine:
    """Implements `assistant.engine.Engine`: asks `first`, and `embedded` when that fails."""

    first: Engine
    embedded: Engine

    @property
    def name(self) -> str:
        """Which engine is asked first."""
        return self.first.name

    async def read(self, message: str, asked: Asked) -> Reading:
        """Understand a message in the light of what was asked. Always gives a Reading, whatever the text."""
        try:
            return await self.first.read(message, asked)
        except EngineFailed as error:
            _told(error, "read")
            return error.reading or await self.embedded.read(message, asked)

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        """The sentences that answer a question from these passages."""
        try:
            return await self.first.word(question, passages, language=language, sentences=sentences)
        except EngineFailed as error:
            _told(error, "word")
            return await self.embedded.word(question, passages, language=language, sentences=sentences)


def _told(error: EngineFailed, call: str) -> None:
    log.warning(
        "An engine failed; the embedded one answers.",
        extra={"event": "fallback", "call": call, "why": error.trouble.value},
    )
