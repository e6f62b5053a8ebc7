"""What may go wrong at a case system: a typed error, one case all the same, and the same on every adapter.

The table in docs/crm.md says what was seen; `pytest tests/test_crm_faults.py --approve` writes it anew.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
import trustme

from tests.case_systems import BY_WIRE, OURS, SYSTEMS, XML, Doors, Rig, Sites, World, running
from tools.case import Case, CaseEvent, Status
from tools.clock import Clock
from tools.crm import CRMError, CRMGarbled, CRMRejected, CRMUnavailable, LoginRefused, NotReached
from tools.database import Database

PAGE = Path(__file__).parents[1] / "docs" / "crm.md"
BEGIN, END = "<!-- faults: written by pytest tests/test_crm_faults.py --approve -->", "<!-- end of faults -->"
NAMES = {
    NotReached: "not reached",
    LoginRefused: "login refused",
    CRMUnavailable: "unavailable",
    CRMRejected: "rejected",
    CRMGarbled: "garbled",
}
REMOTE = tuple(each for each in BY_WIRE if each != XML)
"""Where the format is all the same, XML is not played again."""

HOURS = timedelta(hours=5)
AT_ONCE = 10
UNSEEN = dict.fromkeys(SYSTEMS, "—") | {XML: "as JSON"}
"""What the table says where nothing was played."""


class Behaviour(NamedTuple):
    """Something that goes wrong, in words; how it is played on a system; which systems can do it."""

    told: str
    play: Callable[[str, World], Awaitable[str]]
    systems: tuple[str, ...] = REMOTE


def named(error: CRMError) -> str:
    return NAMES.get(type(error), "unavailable")


async def failed(rig: Rig, key: str = "k1") -> str:
    with pytest.raises(CRMError) as caught:
        await rig.file(key)
    return named(caught.value)


def in_writing(fault: str, *, seconds: float = 5.0, pause: float = 0.0) -> Callable[[str, World], Awaitable[str]]:
    """The fault hits the write; then, after a pause, the same key is tried again."""

    async def play(system: str, world: World) -> str:
        async with running(system, replace(world, seconds=seconds)) as rig:
            rig.faults.writes = [fault]
            error = await failed(rig)
            await asyncio.sleep(pause)
            await rig.file("k1")
            assert await rig.held() == 1
            return f"{error}, then 1 case"

    return play


async def storm(system: str, world: World) -> str:
    """Ten at once meet refusals only; afterwards every one of them gets its case."""
    async with running(system, world) as rig:
        await rig.file("before")
        logins, keys = rig.logins(), [f"k{each}" for each in range(AT_ONCE)]
        rig.faults.every("unauthorized", times=100)
        errors = set(await asyncio.gather(*(failed(rig, key) for key in keys)))
        tried = rig.logins() - logins
        rig.faults.clear()
        await asyncio.gather(*map(rig.file, keys))
        assert await rig.held() == 1 + AT_ONCE
        return f"{', '.join(sorted(errors))}, new logins {tried}, then {AT_ONCE} cases"


def skewed(ahead: timedelta, *, zones: bool = True) -> Callable[[str, World], Awaitable[str]]:
    """The answer is lost while the clocks differ, and texts are not shown; the case is found again and told."""

    async def play(system: str, world: World) -> str:
        there = replace(world, ahead=ahead, zones=zones, shows_words=False, seconds=0.3)
        async with running(system, there) as rig:
            rig.faults.writes = ["timeout"]
            error = await failed(rig)
            number = await rig.file("k1")
            assert await rig.held() == 1
            await rig.tell(number)
            return f"{error}, then 1 case"

    return play


async def confused(system: str, world: World) -> str:
    async with running(system, world) as rig:
        number = await rig.file("k1")
        await rig.confuse(number)
        try:
            told = await rig.tell(number)
        except CRMError as error:
            return named(error)
        return _in_a_word(told)


def _in_a_word(told: object) -> str:
    if isinstance(told, Case):
        assert told.status is Status.OPEN
        return "told as open"
    assert isinstance(told, tuple)
    assert isinstance(told[0], CaseEvent)
    assert told[0].detail["status"] == "Pondering"
    return "told by its word"


WRONG = ("of an unknown authority", "that has expired", "of another host")
"""The certificates that are wrong."""

RIGHT = "right"


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A plain server, and one for a right certificate and for each wrong one; clients trust one authority."""
    ours, strange, trusts = trustme.CA(), trustme.CA(), ssl.create_default_context()
    ours.configure_trust(trusts)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    expired = ours.issue_cert("127.0.0.1", not_before=yesterday - timedelta(days=30), not_after=yesterday)
    issued = (strange.issue_cert("127.0.0.1"), expired, ours.issue_cert("311.example"), ours.issue_cert("127.0.0.1"))
    folder = tmp_path_factory.mktemp("certificates")
    files = {name: folder / f"{number}.pem" for number, name in enumerate((*WRONG, RIGHT))}
    for name, certificate in zip(files, issued, strict=True):
        files[name].write_bytes(certificate.private_key_and_cert_chain_pem.bytes())
    with Doors(files, trusts) as opened:
        yield opened


BEHAVIOURS = (
    Behaviour("no answer after it was taken", in_writing("timeout", seconds=0.3), SYSTEMS),
    Behaviour("500 after it was taken", in_writing("error_after")),
    Behaviour("an answer that breaks off, after it was taken", in_writing("malformed"), BY_WIRE),
    Behaviour("500 (ours: the connection breaks), then success", in_writing("error"), (*REMOTE, OURS)),
    Behaviour("429, then success", in_writing("busy", pause=1.0)),
    Behaviour("ten at once meet only 401 for a while", storm),
    Behaviour("an answer in drops", in_writing("drip", seconds=0.3)),
    Behaviour("a gateway's HTML page (502)", in_writing("html")),
    Behaviour("an HTML page (200)", in_writing("page"), BY_WIRE),
    Behaviour("an answer of 9 MB", in_writing("huge")),
    Behaviour("an unknown status", confused, SYSTEMS),
    Behaviour("its clock 5 hours ahead, and no answer", skewed(HOURS)),
    Behaviour("its clock 5 hours behind, and no answer", skewed(-HOURS)),
    Behaviour("times without a zone, and no answer", skewed(timedelta(0), zones=False), BY_WIRE[:2]),
)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator["Table"]:
    kept = Table(PAGE.read_text(encoding="utf-8"), approves=request.config.getoption("--approve"))
    yield kept
    kept.finish()


class Table:
    """The table of the page: what it says of a behaviour on a system."""

    def __init__(self, page: str, *, approves: bool) -> None:
        self._page, self._approves, self._seen = page, approves, dict[tuple[str, str], str]()
        rows = re.findall(r"^\| (.*) \|$", page.partition(BEGIN)[2].partition(END)[0], re.MULTILINE)
        cells = [row.split(" | ") for row in rows]
        self._says = {(row[0], system): cell for row in cells for system, cell in zip(SYSTEMS, row[1:], strict=True)}

    def holds(self, told: str, system: str, seen: str) -> None:
        """The page says what was seen; when approving, it will."""
        self._seen[told, system] = seen
        if not self._approves:
            assert self._says.get((told, system)) == seen

    def finish(self) -> None:
        """Write the page anew, if that was asked for."""
        if not self._approves:
            return
        told = [each.told for each in BEHAVIOURS] + [f"a certificate {each}" for each in WRONG]
        rows = [[each, *(self._seen.get((each, system), UNSEEN[system]) for system in SYSTEMS)] for each in told]
        head = [["what happens", *SYSTEMS], ["---"] * (len(SYSTEMS) + 1)]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in [*head, *rows])
        before, _, rest = self._page.partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{lines}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


@pytest_asyncio.fixture
async def world(request: pytest.FixtureRequest, sqlite: Database, clock: Clock, doors: Doors) -> AsyncIterator[World]:
    if request.getfixturevalue("system") != OURS:
        yield World(clock, sqlite, doors)
        return
    database = Database(request.getfixturevalue("empty_postgres"))
    yield World(clock, database, doors)
    await database.close()


PLAYED = [
    pytest.param(each, system, id=f"{each.told}-{system}", marks=[pytest.mark.postgres] if system == OURS else [])
    for each in BEHAVIOURS
    for system in each.systems
]


@pytest.mark.parametrize(("behaviour", "system"), PLAYED)
async def test_a_fault_is_a_typed_error_and_nothing_is_lost_or_twice_there(
    behaviour: Behaviour, system: str, world: World, table: Table
) -> None:
    seen = await behaviour.play(system, world)

    table.holds(behaviour.told, system, seen)


@pytest.mark.parametrize("system", REMOTE)
@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_certificate_is_named_and_nothing_is_sent_until_it_is_right(
    wrong: str, system: str, world: World, table: Table
) -> None:
    sites = Sites(world)
    async with running(system, replace(world, door=wrong), sites) as rig:
        with pytest.raises(CRMUnavailable, match="certificate is not trusted") as caught:
            await rig.file("k1")
        assert await rig.held() == 0

    async with running(system, replace(world, door=RIGHT), sites) as rig:
        await rig.file("k1")

        assert await rig.held() == 1
    table.holds(f"a certificate {wrong}", system, f"{named(caught.value)}, then 1 case")
