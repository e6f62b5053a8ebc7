"""`beacon bench day`: a day of the city at speed, with two storms, on one server; every promise is counted."""

import asyncio
import json
import os
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.backup import back_up
from assistant.outcome import Outcome
from assistant.settings import Settings
from assistant.surge import Surges
from channels.chaos_count import Figures, counted
from channels.chaos_people import CountingTwilio
from channels.city_day import CityDay, Storm, load_day, planned_day
from channels.city_day_page import Hour, Played, write_page
from channels.city_day_people import People
from channels.fleet import SERVER, Fleet, carrier_of, database_of_its_own, environment_of, new_fake
from tools.clock import system_clock
from tools.database import Database
from tools.gazetteer import load_gazetteer

HOURS = 24
BACKED_UP_AT = 3
WARM_HOURS = 9
"""Memory is compared with that after the morning: by then every part was used."""


def run_day(
    settings: Settings, *, minutes: float, share: float, postgres: str | None, page: Path | None, json_file: Path | None
) -> Figures:
    """Play the day in so many minutes, print what came of it, and write the page with its plots."""
    figures = asyncio.run(_day(settings, minutes=minutes, share=share, postgres=postgres, page=page))
    table = Table("what", "figure")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


async def _day(settings: Settings, *, minutes: float, share: float, postgres: str | None, page: Path | None) -> Figures:
    day, fake = load_day(), new_fake(CountingTwilio)
    played = Played(planned_day(day, load_gazetteer(), share=share))
    with tempfile.TemporaryDirectory() as folder:
        async with database_of_its_own(Path(folder), postgres) as url, carrier_of(fake) as carrier:
            fleet = Fleet(fake, Database(url), environment_of(settings, fake, url, carrier), Path(folder))
            load = round(os.getloadavg()[0], 1)
            try:
                await fleet.start()
                playing = _Playing(settings, fleet, day, played, seconds=minutes * 60, folder=Path(folder))
                people = People(fake, day.words, playing.hour)
                await playing.run(people)
                await people.close()
                drained = await fleet.drained()
                figures = await _figures(fleet, fake, people, played)
            finally:
                await fleet.close()
    figures |= {"minutes for the day": minutes, "backlog gone after s": drained, "load of the machine before": load}
    if page is not None:
        write_page(page, figures, played, people.seen)
    return figures


class _Playing:
    """Lets the hours pass: people write, the city tells of storms, a backup is made, and the server is looked at."""

    def __init__(
        self, settings: Settings, fleet: Fleet, day: CityDay, played: Played, *, seconds: float, folder: Path
    ) -> None:
        self._settings = settings
        self._fleet = fleet
        self._day = day
        self._played = played
        self._hour_seconds = seconds / HOURS
        self._folder = folder
        self._began = 0.0

    async def run(self, people: People) -> None:
        """From midnight until the last conversation is over."""
        self._began = time.perf_counter()
        watching = [
            asyncio.create_task(each) for each in (self._look(), self._back_up(), *map(self._storm, self._day.storms))
        ]
        talking = set()
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("A day of the city", total=len(self._played.people))
            for number, person in enumerate(self._played.people):
                await self._until(person.at)
                talking.add(asyncio.create_task(people.talk(person, number)))
                progress.advance(task)
            await asyncio.gather(*talking)
            await asyncio.gather(*watching)

    def hour(self) -> int:
        """The hour of the day that it is."""
        return min(HOURS - 1, int((time.perf_counter() - self._began) / self._hour_seconds))

    async def _until(self, hour: float) -> None:
        await asyncio.sleep(max(0.0, self._began + hour * self._hour_seconds - time.perf_counter()))

    async def _look(self) -> None:
        for hour in range(1, HOURS + 1):
            await self._until(hour)
            waiting = await self._fleet.ask("SELECT count(*) FROM message WHERE turn_id IS NULL")
            cases = await self._fleet.ask("SELECT count(*) FROM crm_case")
            self._played.hours.append(Hour(self._memory(), waiting, cases))

    def _memory(self) -> float:
        """Megabytes of the server that are resident; 0 where the system does not say."""
        with suppress(OSError):
            told = Path(f"/proc/{self._fleet.pid(SERVER)}/status").read_text(encoding="ascii")
            return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmRSS")) / 1024
        return 0.0

    async def _storm(self, storm: Storm) -> None:
        surges = Surges(self._fleet.database, system_clock)
        await self._until(storm.begins)
        made = await surges.begin({"en": storm.notice}, hours=12, by="bench")
        self._played.events.append(f"{storm.begins}:00 {storm.name}: a notice is set.")
        await self._until(storm.ends)
        await surges.end(made.surge_id)
        self._played.events.append(f"{storm.ends}:00 {storm.name}: the notice is ended.")

    async def _back_up(self) -> None:
        await self._until(BACKED_UP_AT)
        if self._fleet.database.is_sqlite:
            began = time.perf_counter()
            await back_up(
                self._settings, self._fleet.database, self._folder / "backup", clock=system_clock, progress=_quiet
            )
            took = time.perf_counter() - began
            self._played.events.append(f"{BACKED_UP_AT}:00 A backup of the running system took {took:.1f} s.")


def _quiet(_done: int, _total: int) -> None:
    """The day has a bar of its own."""


async def _figures(fleet: Fleet, fake: CountingTwilio, people: People, played: Played) -> Figures:
    seen = people.seen
    memory = [each.memory_mb for each in played.hours]
    grown = (max(memory[WARM_HOURS:]) / memory[WARM_HOURS - 1] - 1) * 100 if memory[WARM_HOURS - 1] else 0.0
    urgent = len(seen.urgent)
    return {
        "people": len(played.people),
        "messages": sum(seen.messages.values()),
        **await counted(fleet, fake, seen.sent, copies=seen.copies),
        "messages of the web that were refused": len(seen.refused),
        "people who were not answered": seen.unanswered,
        "messages that no turn answered": await fleet.ask("SELECT count(*) FROM message WHERE turn_id IS NULL"),
        "emergencies": urgent,
        "emergencies that were not sent to 911": urgent - sum("911" in answer for _, answer in seen.urgent),
        "emergencies that became a case": await _urgent_cases(fleet, people),
        "texts that came to a phone that had opted out": _unwanted(fake),
        "memory after the morning MB": round(memory[WARM_HOURS - 1]),
        "memory at most after that MB": round(max(memory[WARM_HOURS:])),
        "growth of memory %": round(grown, 1),
        **{f"turns: {name}": count for name, count in (await _outcomes(fleet)).items()},
    }


def _unwanted(fake: CountingTwilio) -> int:
    """Texts of ours that came after a phone's last word, which was that it wants none."""
    said_stop = {text.address: text.at for text in fake.texts.values() if text.inbound and text.body == "STOP"}
    return sum(
        text.address in said_stop and text.at > said_stop[text.address] and not (text.inbound or text.by_carrier)
        for text in fake.texts.values()
    )


async def _urgent_cases(fleet: Fleet, people: People) -> int:
    """Cases that hold the words of an emergency."""
    found = 0
    for person, _ in people.seen.urgent:
        found += await fleet.ask(
            "SELECT count(*) FROM crm_case_report WHERE words LIKE :words", words=f"%{person.says}%"
        )
    return found


async def _outcomes(fleet: Fleet) -> Counter[str]:
    found: Counter[str] = Counter()
    for outcome in Outcome:
        if count := await fleet.ask("SELECT count(*) FROM turn WHERE outcome = :outcome", outcome=outcome.value):
            found[outcome.value] = count
    return found
