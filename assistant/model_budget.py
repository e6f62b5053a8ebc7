"""What model calls cost and how much of them there may be: prices by model, and budgets per conversation and day."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.model import Usage
from assistant.model_spending import AccountsUnavailable, MemorySpending, Spending, Spent
from tools.value import Value

PRICES = Path(__file__).parent / "rules" / "model_prices.yaml"
MILLION = 1_000_000
log = logging.getLogger(__name__)


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


@dataclass(frozen=True, eq=False)
class Budget:
    """How many tokens may still be used. None means without limit; `today` is the city's day.

    Calls under way at the same time are not counted against each other, so that a budget may be exceeded by as many
    calls as are made at once. Accounts that cannot be read allow no call.
    """

    today: Callable[[], date]
    per_conversation: int | None = None
    per_day: int | None = None
    spending: Spending = field(default_factory=MemorySpending)

    async def allows(self, conversation_id: str) -> bool:
        """Whether another call may be made for this conversation today; a call that may not is counted."""
        limits = {self._day(): self.per_day, _of(conversation_id): self.per_conversation}
        limited = {account: most for account, most in limits.items() if most is not None}
        if not limited:
            return True
        try:
            spent = await self.spending.spent(tuple(limited))
            used_up = [account for account, most in limited.items() if spent[account].tokens >= most]
            if used_up:
                await self.spending.add(used_up, Spent(refused=1))
        except AccountsUnavailable as error:
            log.warning("%s No model is asked until then.", error, extra={"event": "accounts_unavailable"})
            return False
        return not used_up

    async def spend(self, conversation_id: str, usage: Usage, *, cost_usd: float) -> None:
        """Count a call."""
        spent = Spent(calls=1, tokens=usage.prompt + usage.completion, cost_usd=cost_usd)
        try:
            await self.spending.add((self._day(), _of(conversation_id)), spent)
        except AccountsUnavailable as error:
            log.warning("%s A call is not counted.", error, extra={"event": "accounts_unavailable"})

    async def spent_today(self) -> Spent:
        """What all calls of today came to. Raises AccountsUnavailable."""
        return (await self.spending.spent((self._day(),)))[self._day()]

    def _day(self) -> str:
        return f"day:{self.today().isoformat()}"


def _of(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"
