"""A carrier in memory: keeps what it takes, and fails as it is told to."""

from collections.abc import Callable, Sequence
from datetime import datetime

from assistant.sender import Outgoing, SendFailed, Unsure


class MemorySender:
    """Takes texts in order. Each of `failures` is raised once (None is a success between them); an `Unsure` took the
    text all the same where `keeps_unsure`."""

    def __init__(
        self,
        failures: Sequence[SendFailed | None] = (),
        *,
        keeps_unsure: bool = False,
        taken: Callable[[Outgoing, str], None] = lambda _text, _provider_id: None,
    ) -> None:
        self.texts: list[Outgoing] = []
        self.asked = 0
        self._failures = list(failures)
        self._keeps_unsure = keeps_unsure
        self._taken = taken

    async def send(self, text: Outgoing) -> str:
        """Take a text, or fail as told."""
        failure = self._failures.pop(0) if self._failures else None
        if failure is None or (isinstance(failure, Unsure) and self._keeps_unsure):
            self.texts.append(text)
            self._taken(text, self._id(len(self.texts)))
        if failure is not None:
            raise failure
        return self._id(len(self.texts))

    async def find(self, text: Outgoing, *, since: datetime) -> tuple[str, ...]:
        """The ids of texts like this one, the newest first."""
        self.asked += 1
        del since
        same = [
            self._id(place)
            for place, each in enumerate(self.texts, start=1)
            if (each.address, each.our_number, each.text) == (text.address, text.our_number, text.text)
        ]
        return tuple(reversed(same))

    async def close(self) -> None:
        """Nothing is open."""

    @staticmethod
    def _id(place: int) -> str:
        return f"SM{place}"
