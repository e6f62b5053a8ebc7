"""What a load of texts measures where workers share it: an idle fleet, a second worker's gain, and a slow model."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from channels.fake_twilio import Text
from channels.fleet import Fleet
from evals.model_process import running_model_server
from evals.model_server import KEY, MODEL

OURS = "+16175550311"
IDLE_SECONDS = 20.0
BACKLOG = 800
LOOK_SECONDS = 0.2
"""How often the bench looks whether a backlog is gone; asking costs the database what the workers need."""

WORDS = ("when does street sweeping run", "theres a huge pothole outside 100 perham st west roxbury")

Figures = dict[str, float | str]


async def idle(fleet: Fleet) -> Figures:
    """What a fleet computes that has nothing to do, and how long the first text after that waits for its reply."""
    await asyncio.sleep(5.0)
    began, computed = time.perf_counter(), fleet.computed()
    await asyncio.sleep(IDLE_SECONDS)
    share = (fleet.computed() - computed) / (time.perf_counter() - began)
    answered, before = asyncio.Event(), fleet.fake.on_text

    def heard(text: Text) -> None:
        before(text)
        if not text.inbound and text.address == "+16175570001":
            answered.set()

    fleet.fake.on_text = heard
    began = time.perf_counter()
    await fleet.fake.send(address="+16175570001", our_number=OURS, body=WORDS[0])
    async with asyncio.timeout(60):
        await answered.wait()
    fleet.fake.on_text = before
    first = round(time.perf_counter() - began, 2)
    return {"idle: of a core, all processes, %": round(share * 100, 1), "idle: first reply after s": first}


async def gained(fleet: Fleet) -> Figures:
    """A backlog that was loaded before, worked off by one worker, and another by two: turns a second, and the gain.

    The carrier's reports of what arrived are the server's work, not theirs: they come when both are done.
    """
    fleet.fake.reports.clear()
    rates = [await _backlog(fleet, fleet.workers[:count], start=7_000 + count * 1_000) for count in (1, 2)]
    fleet.fake.reports.set()
    return {
        "backlog: texts": BACKLOG,
        "backlog: turns/s, one worker": round(rates[0], 1),
        "backlog: turns/s, two workers": round(rates[1], 1),
        "backlog: two workers to one": round(rates[1] / rates[0], 2),
    }


async def _backlog(fleet: Fleet, names: tuple[str, ...], *, start: int) -> float:
    """Texts a second; workers are loaded before they may begin, so that only their work is timed."""
    for name in fleet.workers:
        if fleet.alive(name):
            await fleet.stop(name)
    for number in range(BACKLOG):
        phone = f"+1617556{start + number:04}"
        await fleet.fake.send(address=phone, our_number=OURS, body=WORDS[number % len(WORDS)])
    starting = asyncio.gather(*(fleet.begin(name) for name in names))
    left = "SELECT count(*) FROM message WHERE turn_id IS NULL"
    while await fleet.ask(left) > BACKLOG - 20 * len(names):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)
    await starting
    began, waiting = time.perf_counter(), await fleet.ask(left)
    while await fleet.ask(left) > 0:  # noqa: ASYNC110 - another process
        await asyncio.sleep(LOOK_SECONDS)
    return waiting / (time.perf_counter() - began)


@contextmanager
def model_of(seconds: float) -> Iterator[dict[str, str]]:
    """Settings for a model that takes so long to answer; none for zero seconds."""
    if not seconds:
        yield {}
        return
    with running_model_server() as address:
        yield {
            "BEACON_ENGINE": "openai",
            "BEACON_OPENAI_BASE_URL": f"{address}/slow/{round(seconds * 1000)}/v1",
            "BEACON_OPENAI_API_KEY": KEY,
            "BEACON_OPENAI_MODEL": MODEL,
            "BEACON_OPENAI_TOKENS_PER_DAY": "2000000000",
        }
