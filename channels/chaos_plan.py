"""What a run of chaos does: how many texts, and in which order processes die, at random or at a named instant."""

import random
from dataclasses import dataclass

from tools.crash_points import Point

OF_THE_SERVER = frozenset({Point.IN_INSERT, Point.AFTER_INSERT})
"""Points that only the process passes that takes webhooks."""


@dataclass(frozen=True)
class ChaosPlan:
    """So many texts, so many kills at a random instant, and a death at each of these points; the same seed is the same
    run as far as a machine allows."""

    texts: int
    kills: int
    points: tuple[Point, ...]
    again: float = 0.1
    seed: int = 311

    @property
    def people(self) -> int:
        """Few enough that everybody gets to confirm a report."""
        return max(1, min(50, self.texts // 12))

    def blows(self) -> tuple[Point | None, ...]:
        """Every death in its order; None is a kill at a random instant."""
        blows: list[Point | None] = [*self.points, *([None] * self.kills)]
        random.Random(self.seed).shuffle(blows)
        return tuple(blows)
