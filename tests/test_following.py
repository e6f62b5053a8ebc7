"""Following a conversation: turns of this process wake at once, those of others by one look for all followers."""

import asyncio

import pytest

from assistant.history import History
from assistant.turn_watch import TurnWatch
from tools.database import Database


class Turns(History):
    """A record whose newest turns are given, and which counts how often it is asked."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.given: dict[int, str] = {}
        self.asked = 0

    async def newest_turns(self, *, most: int = 500) -> dict[int, str]:
        """What was given."""
        del most
        self.asked += 1
        return self.given


@pytest.fixture
def turns(sqlite: Database) -> Turns:
    return Turns(sqlite)


async def test_a_turn_of_this_process_wakes_its_own_followers_only(turns: Turns) -> None:
    watch = TurnWatch(turns, look_seconds=60)

    with watch.following("a") as first, watch.following("a") as second, watch.following("b") as other:
        watch.tell("a")

        assert (first.is_set(), second.is_set(), other.is_set()) == (True, True, False)


async def test_a_turn_of_another_process_is_found_by_one_look_for_all(turns: Turns) -> None:
    watch = TurnWatch(turns, look_seconds=0.05)

    with watch.following("a") as news, watch.following("b") as other:
        await asyncio.sleep(0.12)
        before = turns.asked
        turns.given = {7: "a"}
        async with asyncio.timeout(2):
            await news.wait()

        assert before <= 4
        assert not other.is_set()


async def test_a_turn_with_a_smaller_number_that_comes_later_is_not_missed(turns: Turns) -> None:
    watch = TurnWatch(turns, look_seconds=0.02)
    turns.given = {9: "b"}

    with watch.following("a") as news:
        await asyncio.sleep(0.05)
        turns.given = {9: "b", 8: "a"}
        async with asyncio.timeout(2):
            await news.wait()

        assert news.is_set()


async def test_nobody_looks_while_nobody_follows(turns: Turns) -> None:
    watch = TurnWatch(turns, look_seconds=0.02)

    with watch.following("a"):
        await asyncio.sleep(0.05)
    asked = turns.asked
    await asyncio.sleep(0.1)

    assert turns.asked == asked
