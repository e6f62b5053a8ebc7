"""Budgets for model calls: they hold over restarts and for all processes on one database, and are used up calmly."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.model import Usage
from assistant.model_budget import Budget
from assistant.model_spending import MemorySpending, Spending, Spent, StoredSpending
from assistant.store import Store
from tools.database import Database

TODAY = date(2026, 3, 10)
CALL = Usage(prompt=90, completion=20)


@pytest_asyncio.fixture
async def prepared(database: Database) -> AsyncIterator[Database]:
    await Store(database).prepare()
    yield database


def budget(
    spending: Spending, *, day: date = TODAY, conversation: int | None = None, daily: int | None = 100
) -> Budget:
    return Budget(today=lambda: day, per_conversation=conversation, per_day=daily, spending=spending)


async def test_the_budget_of_a_day_begins_anew_the_next_day(prepared: Database) -> None:
    spending = StoredSpending(prepared)

    await budget(spending).spend("c1", CALL, cost_usd=0.01)

    assert not await budget(spending).allows("c2")
    assert await budget(spending, day=date(2026, 3, 11)).allows("c2")


async def test_what_another_process_used_counts_here(prepared: Database) -> None:
    elsewhere = Database(prepared.url)

    await budget(StoredSpending(elsewhere)).spend("c1", CALL, cost_usd=0.01)
    await elsewhere.close()

    assert not await budget(StoredSpending(prepared)).allows("c2")


async def test_a_conversation_over_its_budget_leaves_the_others_theirs(prepared: Database) -> None:
    spent = budget(StoredSpending(prepared), conversation=100, daily=None)

    await spent.spend("c1", CALL, cost_usd=0.0)

    assert [await spent.allows(each) for each in ("c1", "c2")] == [False, True]


async def test_calls_at_the_same_time_are_all_counted(prepared: Database) -> None:
    spent = budget(StoredSpending(prepared))

    await asyncio.gather(*(spent.spend(f"c{number}", CALL, cost_usd=0.25) for number in range(20)))

    assert await spent.spent_today() == Spent(calls=20, tokens=2_200, cost_usd=5.0)


async def test_calls_that_were_not_made_are_counted_too(prepared: Database) -> None:
    spent = budget(StoredSpending(prepared))
    await spent.spend("c1", CALL, cost_usd=0.0)

    allowed = [await spent.allows("c2") for _ in range(3)]

    assert allowed == [False] * 3
    assert (await spent.spent_today()).refused == 3


async def test_memory_keeps_the_same_account(prepared: Database) -> None:
    kept: list[Spending] = [MemorySpending(), StoredSpending(prepared)]

    for spending in kept:
        await budget(spending).spend("c1", CALL, cost_usd=0.25)

    assert await kept[0].spent(("conversation:c1", "c0")) == await kept[1].spent(("conversation:c1", "c0"))


async def test_accounts_that_cannot_be_read_allow_no_call(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    empty = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    spent = budget(StoredSpending(empty))

    allowed = await spent.allows("c1")
    await spent.spend("c1", CALL, cost_usd=0.0)
    await empty.close()

    assert not allowed
    assert "cannot be read. No model is asked until then." in caplog.text
    assert "cannot be written. A call is not counted." in caplog.text


async def test_without_limits_nothing_is_asked_of_the_accounts(tmp_path: Path) -> None:
    empty = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")

    allowed = await budget(StoredSpending(empty), daily=None).allows("c1")
    await empty.close()

    assert allowed
