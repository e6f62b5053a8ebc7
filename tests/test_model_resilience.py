"""A model cannot stall, overrun or overspend a turn: breaker, deadline, calls and budgets."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from assistant.breaker import FAILURES, FIRST_PAUSE, Breaker
from assistant.engine import EngineFailed, Trouble
from assistant.model import Usage
from assistant.model_budget import Price, PricesBroken, price_of
from assistant.model_ledger import opened_ledger
from assistant.reading import Asked
from evals.model_faults import Fault
from evals.model_server import ModelServer
from tests.model import first, model_behind

POTHOLE = "theres a big pothole"


@dataclass
class Watch:
    """A clock that stands still until it is set."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def failed(breaker: Breaker, times: int) -> Breaker:
    for _ in range(times):
        breaker.failed()
    return breaker


def test_failures_in_a_row_open_the_breaker() -> None:
    breaker = failed(Breaker(Watch()), FAILURES)

    assert not breaker.allows()


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = failed(Breaker(Watch()), FAILURES - 1)
    breaker.succeeded()
    breaker.failed()

    assert breaker.allows()


def test_after_the_pause_one_call_tries_and_the_others_wait() -> None:
    watch = Watch()
    breaker = failed(Breaker(watch), FAILURES)
    watch.at = FIRST_PAUSE + 1

    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_a_trial_that_succeeds_closes_it_and_one_that_fails_doubles_the_pause() -> None:
    watch = Watch()
    breaker = failed(Breaker(watch), FAILURES)
    watch.at = FIRST_PAUSE + 1
    breaker.allows()
    breaker.failed()
    watch.at += FIRST_PAUSE + 1
    still_open = not breaker.allows()
    watch.at += FIRST_PAUSE
    breaker.allows()
    breaker.succeeded()

    assert still_open
    assert breaker.allows()


async def test_a_dead_server_is_left_alone_once_the_breaker_is_open(reading: Reading) -> None:
    server = ModelServer()

    async with model_behind(reading, "/faults/503/v1", server=server) as engine:
        readings = [await engine.read(f"{POTHOLE} {number}", Asked()) for number in range(5)]

    assert {each.engine for each in readings} == {"embedded"}
    assert server.came[Fault.UNAVAILABLE] == FAILURES
    assert first(engine).caller.troubles[Trouble.BREAKER_OPEN] == 4


async def test_all_calls_of_a_turn_share_its_time(reading: Reading) -> None:
    async with model_behind(reading, "/faults/timeout/v1") as engine:
        began = asyncio.get_running_loop().time()
        with opened_ledger("c1", seconds=1.5) as ledger:
            read = await engine.read(POTHOLE, Asked())
            await engine.word("when is trash day", (), language="en", sentences=2)
        took = asyncio.get_running_loop().time() - began

    assert read.engine == "embedded"
    assert took < 1.5
    assert [call.trouble for call in ledger.calls] == [Trouble.TIMEOUT, Trouble.NO_TIME]


async def test_a_turn_asks_a_model_to_read_once(reading: Reading) -> None:
    server = ModelServer()

    async with model_behind(reading, server=server) as engine:
        with opened_ledger("c1", seconds=8):
            once = await engine.read(POTHOLE, Asked())
            again = await engine.read(POTHOLE, Asked())

    assert (once.engine, again.engine) == ("openai", "embedded")
    assert len(server.requests) == 1


async def test_a_conversation_over_its_budget_goes_on_without_a_model(reading: Reading) -> None:
    server = ModelServer()

    async with model_behind(reading, server=server, tokens_per_conversation=100) as engine:
        engines = []
        for _ in range(2):
            with opened_ledger("c1", seconds=8) as ledger:
                engines.append((await engine.read(POTHOLE, Asked())).engine)
        with opened_ledger("c2", seconds=8):
            engines.append((await engine.read(POTHOLE, Asked())).engine)

    assert engines == ["openai", "embedded", "openai"]
    assert ledger.calls[0].trouble is Trouble.BUDGET


def test_cached_tokens_cost_their_own_price() -> None:
    price = price_of("gpt-4o-mini-2024-07-18")

    assert price is not None
    assert price.of(Usage(prompt=1_000_000, cached=500_000, completion=100_000)) == pytest.approx(0.1725)


def test_a_newer_model_does_not_cost_what_an_older_one_did() -> None:
    assert price_of("gpt-5") is not None
    assert price_of("gpt-5.4") is None


def test_a_price_list_of_ones_own_is_used(tmp_path: Path) -> None:
    own = tmp_path / "prices.yaml"
    own.write_text("as_of: 2026-11-01\nsource: our contract\nprices: {ours: {prompt: 1, cached: 0, completion: 2}}\n")

    assert price_of("ours", own) == Price(prompt=1, cached=0, completion=2)


def test_a_broken_price_list_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(PricesBroken, match=r"prices\.yaml"):
        price_of("ours", tmp_path / "prices.yaml")


def test_a_model_without_a_price_costs_what_nobody_knows() -> None:
    assert price_of("llama-9") is None


async def test_what_retrying_cannot_cure_is_tried_once(reading: Reading) -> None:
    server = ModelServer()

    async with model_behind(reading, "/faults/404/v1", server=server) as engine:
        with pytest.raises(EngineFailed):
            await first(engine).read(POTHOLE, Asked())

    assert server.came[Fault.UNKNOWN_MODEL] == 1
