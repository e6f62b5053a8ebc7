"""The accounts of model calls, by conversation and by day: kept in memory, or in the database for all processes.

AccountsUnavailable    the accounts cannot be read or written just now
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from assistant.tables import model_spending
from tools.database import Database
from tools.value import Value

REMEMBERED = 10_000
"""Accounts that are kept in memory; the one longest without a call is forgotten first."""


class AccountsUnavailable(Exception):
    """The accounts cannot be read or written just now."""


class Spent(Value):
    """What came together on an account. `refused` are calls that were not made because it was used up."""

    calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    refused: int = 0

    def plus(self, other: "Spent") -> "Spent":
        """Both together."""
        return Spent(
            calls=self.calls + other.calls,
            tokens=self.tokens + other.tokens,
            cost_usd=round(self.cost_usd + other.cost_usd, 8),
            refused=self.refused + other.refused,
        )


class Spending(Protocol):
    """Accounts that only grow."""

    async def spent(self, accounts: Sequence[str]) -> Mapping[str, Spent]:
        """What these accounts hold; one that was never used holds nothing. Raises AccountsUnavailable."""
        ...

    async def add(self, accounts: Sequence[str], spent: Spent) -> None:
        """Add to each of these accounts, at once for every process. Raises AccountsUnavailable."""
        ...


@dataclass(frozen=True, eq=False)
class MemorySpending:
    """Accounts of this process alone."""

    held: OrderedDict[str, Spent] = field(default_factory=OrderedDict)

    async def spent(self, accounts: Sequence[str]) -> Mapping[str, Spent]:
        """What these accounts hold."""
        return {account: self.held.get(account, Spent()) for account in accounts}

    async def add(self, accounts: Sequence[str], spent: Spent) -> None:
        """Add to each of these accounts."""
        for account in accounts:
            self.held[account] = self.held.pop(account, Spent()).plus(spent)
        while len(self.held) > REMEMBERED:
            self.held.popitem(last=False)


@dataclass(frozen=True, eq=False)
class StoredSpending:
    """Accounts in the database."""

    database: Database

    async def spent(self, accounts: Sequence[str]) -> Mapping[str, Spent]:
        """What these accounts hold. Raises AccountsUnavailable."""
        query = select(model_spending).where(model_spending.c.account.in_(accounts))
        try:
            async with self.database.glance() as connection:
                rows = (await connection.execute(query)).mappings().all()
        except SQLAlchemyError as error:
            raise AccountsUnavailable("The accounts of model calls cannot be read.") from error
        held = {row["account"]: Spent(**{name: row[name] for name in Spent.model_fields}) for row in rows}
        return {account: held.get(account, Spent()) for account in accounts}

    async def add(self, accounts: Sequence[str], spent: Spent) -> None:
        """Add to each of these accounts. Raises AccountsUnavailable."""
        dialect = sqlite if self.database.is_sqlite else postgresql
        # In one order everywhere, so that two processes never wait for each other's row.
        rows = [{"account": account, **spent.model_dump()} for account in sorted(accounts)]
        added = dialect.insert(model_spending).values(rows)
        sums = {name: model_spending.c[name] + added.excluded[name] for name in Spent.model_fields}
        try:
            async with self.database.write_one() as connection:
                await connection.execute(added.on_conflict_do_update(index_elements=["account"], set_=sums))
        except SQLAlchemyError as error:
            raise AccountsUnavailable("The accounts of model calls cannot be written.") from error
