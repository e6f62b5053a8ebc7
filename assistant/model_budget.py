"""What model calls cost and how much of them there may be: prices by model, and budgets per conversation and day."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.model import Usage
from tools.value import Value

PRICES = Path(__file__).parent / "rules" / "model_prices.yaml"
MILLION = 1_000_000
REMEMBERED = 10_000
"""Conversations whose tokens are remembered; the one longest without a call is forgotten first."""


class Price(Value):
    """US dollars for a million tokens."""

    prompt: float
    cached: float
    completion: float

    def of(self, usage: Usage) -> float:
        """What these tokens cost in dollars."""
        fresh = usage.prompt - usage.cached
        spent = fresh * self.prompt + usage.cached * self.cached + usage.completion * self.completion
        return round(spent / MILLION, 8)


@lru_cache
def prices(path: Path = PRICES) -> dict[str, Price]:
    """The prices by the beginning of a model's name."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {str(name): Price.model_validate(row) for name, row in content.items()}


def price_of(model: str) -> Price | None:
    """The price of a model; None if the table does not know it."""
    fitting = [name for name in prices() if model.startswith(name)]
    return prices()[max(fitting, key=len)] if fitting else None


@dataclass
class Budget:
    """Counts tokens in this process. None means without limit; `today` is the city's day."""

    today: Callable[[], date]
    per_conversation: int | None = None
    per_day: int | None = None
    spent: OrderedDict[str, int] = field(default_factory=OrderedDict)
    day: date | None = None
    spent_today: int = 0

    def allows(self, conversation_id: str) -> bool:
        """Whether another call may be made for this conversation today."""
        self._turn_the_page()
        within_day = self.per_day is None or self.spent_today < self.per_day
        spent = self.spent.get(conversation_id, 0)
        return within_day and (self.per_conversation is None or spent < self.per_conversation)

    def spend(self, conversation_id: str, usage: Usage) -> None:
        """Count the tokens of a call."""
        self._turn_the_page()
        tokens = usage.prompt + usage.completion
        self.spent_today += tokens
        self.spent[conversation_id] = self.spent.pop(conversation_id, 0) + tokens
        while len(self.spent) > REMEMBERED:
            self.spent.popitem(last=False)

    def _turn_the_page(self) -> None:
        if self.day != (today := self.today()):
            self.day, self.spent_today = today, 0
