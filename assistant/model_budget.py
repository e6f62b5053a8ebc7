"""What model calls cost and how much of them there may be: prices by model, and budgets per conversation and day."""

import logging
import re
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
_DATED = re.compile(r"-\d{4}-\d\d-\d\d$")
log = logging.getLogger(__name__)


class PricesBroken(Exception):
    """A price list cannot be read; the sentence names it and the cure."""


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


class PriceList(Value):
    """Prices by model, as they were on a day, and where they come from."""

    as_of: date
    source: str
    prices: dict[str, Price]


@lru_cache
def price_list(path: Path = PRICES) -> PriceList:
    """The prices of a file. Raises PricesBroken."""
    try:
        return PriceList.model_validate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise PricesBroken(
            f"The price list {str(path)!r} cannot be read. Please write it like assistant/rules/model_prices.yaml."
        ) from error


def price_of(model: str, path: Path = PRICES) -> Price | None:
    """The price of a model; None if the list does not name it. A dated name is its model's."""
    return price_list(path).prices.get(_DATED.sub("", model))


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
