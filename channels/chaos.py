"""`beacon bench chaos`: residents text while servers and workers are killed, and everything is counted afterwards."""

import asyncio
import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.settings import Settings
from channels.chaos_count import counted
from channels.chaos_people import CountingTwilio, Residents
from channels.chaos_plan import OF_THE_SERVER, ChaosPlan
from channels.fleet import SERVER, Fleet, carrier_of, database_of_its_own, environment_of, new_fake
from tools.crash_points import Point
from tools.database import Database

Figures = dict[str, float | str]
LEASE_SECONDS = 5.0
REACHED_SECONDS = 40.0
"""A named instant that is not passed for so long is counted as not reached."""

FREEZES = (Point.AFTER_GRAPH, Point.BEFORE_COMMIT, Point.AFTER_SEND)
FREEZE_SECONDS = 6 * LEASE_SECONDS


def run_chaos(
    settings: Settings, plan: ChaosPlan, *, postgres: str | None, workers: int, json_file: Path | None
) -> Figures:
    """Play, count and print; the figures go to `json_file` too."""
    figures = asyncio.run(_played(settings, plan, postgres, workers))
    table = Table("what", "figure")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


async def _played(settings: Settings, plan: ChaosPlan, postgres: str | None, workers: int) -> Figures:
    fake = new_fake(CountingTwilio)
    residents = Residents(fake, plan.people, again=plan.again, seed=plan.seed)
    with tempfile.TemporaryDirectory() as folder:
        async with database_of_its_own(Path(folder), postgres) as url, carrier_of(fake) as carrier:
            environment = environment_of(settings, fake, url, carrier)
            environment |= {"BEACON_LEASE_SECONDS": str(LEASE_SECONDS)}
            fleet = Fleet(fake, Database(url), environment, Path(folder), workers=workers)
            figures: Figures = {"load of the machine before": round(os.getloadavg()[0], 1)}
            try:
                figures |= await _struck(fleet, residents, plan)
                figures |= await counted(fleet, fake, residents.sent, copies=residents.copies)
            finally:
                await fleet.close()
            return figures | {"load of the machine after": round(os.getloadavg()[0], 1)}


async def _struck(fleet: Fleet, residents: Residents, plan: ChaosPlan) -> Figures:
    """Every blow of the plan, with a share of the texts around each; then the rest, and quiet."""
    striker = Striker(fleet, residents, random.Random(plan.seed))
    freezes = FREEZES if len(fleet.workers) > 1 else ()
    blows = plan.blows()
    await fleet.start(crash_at=striker.armed(blows[0] if blows else None))
    began, texting = time.perf_counter(), asyncio.create_task(residents.text(plan.texts))
    share = plan.texts // (2 * (len(blows) + len(freezes) + 1))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Blows", total=len(blows) + len(freezes))
        for blow, following in zip(blows, (*blows[1:], None), strict=True):
            residents.allow(share)
            await striker.strike(blow, following=following)
            progress.advance(task)
        for point in freezes:
            residents.allow(share)
            await striker.freeze(point)
            progress.advance(task)
        residents.allow(plan.texts)
        await texting
        drained = await fleet.drained()
        await residents.fake.settled()
    return {
        "kills at a random instant": striker.killed,
        "deaths at a named instant": striker.died,
        "named instants that were not passed": ", ".join(striker.missed) or "none",
        **({"workers frozen beyond their lease, then let go": striker.frozen} if freezes else {}),
        "seconds": round(time.perf_counter() - began, 1),
        "backlog gone after s": drained,
    }


class Striker:
    """Kills, freezes and starts again."""

    def __init__(self, fleet: Fleet, residents: Residents, chance: random.Random) -> None:
        self._fleet = fleet
        self._residents = residents
        self._chance = chance
        self.killed = self.died = self.frozen = 0
        self.missed: list[str] = []
        self._ready: dict[Point, str] = {}

    def armed(self, blow: Point | None, *, name: str | None = None) -> dict[str, str]:
        """How to start a process (`name`, or any that may be hit so) so that it will die at a named instant."""
        if blow is None or (name is not None and self._fleet.workers and (name == SERVER) != (blow in OF_THE_SERVER)):
            return {}
        self._ready[blow] = name or self._target(blow)
        return {self._ready[blow]: f"{blow}:{self._chance.randint(1, 3)}"}

    async def strike(self, blow: Point | None, *, following: Point | None) -> None:
        """One death, and a new start that is armed for the following one where that can be."""
        if blow is not None and blow not in self._ready:
            crash_at = self.armed(blow)
            await self._fleet.stop(self._ready[blow])
            await self._fleet.begin(self._ready[blow], crash_at=crash_at[self._ready[blow]])
        name = self._target(None) if blow is None else self._ready.pop(blow)
        if blow is None:
            await asyncio.sleep(self._chance.uniform(0.1, 2.0))
            self._fleet.kill(name)
            self.killed += 1
        elif await self._until(lambda: not self._fleet.alive(name)):
            self.died += 1
        else:
            self.missed.append(blow)
        self._fleet.kill(name)
        await self._fleet.begin(name, crash_at=self.armed(following, name=name).get(name, ""))

    async def freeze(self, point: Point) -> None:
        """One worker stands still for longer than its lease, then goes on as if nothing had happened."""
        name = self._target(point)
        await self._fleet.stop(name)
        await self._fleet.begin(name, crash_at=f"{point}:1:freeze")
        if await self._until(lambda: self._fleet.state(name) == "T"):
            await asyncio.sleep(FREEZE_SECONDS)
            self._fleet.signal(name, signal.SIGCONT)
            self.frozen += 1
            await asyncio.sleep(2.0)
        else:
            self.missed.append(f"{point} (freeze)")

    async def _until(self, happened: Callable[[], bool]) -> bool:
        until = time.perf_counter() + REACHED_SECONDS
        while time.perf_counter() < until and not happened():
            self._residents.allow(1)
            await asyncio.sleep(0.4)
        return happened()

    def _target(self, blow: Point | None) -> str:
        if blow in OF_THE_SERVER or not self._fleet.workers:
            return SERVER
        return self._chance.choice(self._fleet.workers)
