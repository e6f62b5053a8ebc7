"""What a resident hears when the City's case system fails at their yes: the truth, and their number afterwards."""

from pathlib import Path

import pytest

from assistant.bootstrap import Reading, build_assistant
from assistant.message import Channel, Inbound
from assistant.outcome import Outcome
from assistant.settings import Settings
from assistant.wording import load_wording
from evals.creatio_server import CreatioSite
from evals.faults import Faults
from evals.open311_server import Open311City
from tests.creatio import creatio
from tests.open311 import crm_of
from tests.test_crm import PERHAM
from tests.web import PNG
from tools.clock import Clock
from tools.crm import CRM
from tools.database import Database
from tools.districts import load_districts
from tools.local_crm import LocalCRM
from tools.routing import Router

SAID = ("big pothole at 100 Perham St, West Roxbury, size of a plate in the travel lane", "yes")
FAULTS = ("timeout", "error", "unauthorized", "page", "malformed")


async def system_of(name: str, reading: Reading, database: Database, clock: Clock) -> tuple[CRM, Faults]:
    """One of the City's systems, and what is to fail there."""
    await LocalCRM(database, clock).prepare()
    if name == "Open311":
        city = Open311City(clock)
        return crm_of(city, database, clock), city.faults
    service = reading.engine.catalogue.services["pothole"]
    code, team = service.creatio_code or "", Router(load_districts())(service, {}, PERHAM, clock()).team
    at = CreatioSite(clock, teams=(team,), services={code: "Pothole"})
    return creatio(at, services={"pothole": code}, seconds=0.5), at.faults


@pytest.mark.parametrize("name", ["Open311", "Creatio"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_case_that_could_not_be_filed_is_told_as_kept_and_gets_its_number_later(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path, name: str, fault: str
) -> None:
    crm, faults = await system_of(name, reading, sqlite, clock)
    assistant = await build_assistant(
        Settings(data_dir=tmp_path), reading=reading, crm=crm, clock=clock, database=sqlite
    )
    opened = await assistant.open(Channel.WEB)

    async def says(number: int) -> tuple[list[Outcome], str]:
        inbound = Inbound(
            conversation_id=opened.conversation_id, channel=Channel.WEB, message_id=f"m{number}", text=SAID[number],
            at=clock(),
        )  # fmt: skip
        turn = await assistant.take(inbound, wait_seconds=60)
        assert turn is not None
        return [*turn.outcomes], " ".join(reply.text for reply in turn.replies)

    await says(0)
    faults.every(fault, times=20)
    outcomes, told = await says(1)
    faults.clear()
    await assistant.file_later.run()
    later = await assistant.history.last_turn(opened.conversation_id)
    await assistant.close(seconds=5)

    assert outcomes == [Outcome.CASE_QUEUED]
    assert told == load_wording().say("case_queued", "en")
    assert later is not None
    assert later.case is not None
    assert later.case.case_id in later.replies[0].text


async def test_the_photo_of_a_case_that_waited_goes_with_it_when_it_is_filed(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    service = reading.engine.catalogue.services["pothole"]
    code, team = service.creatio_code or "", Router(load_districts())(service, {}, PERHAM, clock()).team
    at = CreatioSite(clock, teams=(team,), services={code: "Pothole"})
    crm = creatio(at, services={"pothole": code}, seconds=0.5)
    assistant = await build_assistant(
        Settings(data_dir=tmp_path), reading=reading, crm=crm, clock=clock, database=sqlite
    )
    here = (await assistant.open(Channel.WEB)).conversation_id
    (tmp_path / "media" / here).mkdir(parents=True)
    (tmp_path / "media" / here / "p1.jpg").write_bytes(PNG)
    for number, media in enumerate((("p1",), ())):
        at.faults.every("error", times=20 * number)
        inbound = Inbound(
            conversation_id=here, channel=Channel.WEB, message_id=f"m{number}", text=SAID[number], media=media,
            at=clock(),
        )  # fmt: skip
        await assistant.take(inbound, wait_seconds=60)
    at.faults.clear()

    for _ in range(2):
        await assistant.file_later.run()
    later = await assistant.history.last_turn(here)
    await assistant.close(seconds=5)

    assert [row["Data"] for row in at.tables.rows["CaseFile"].values()] == [PNG]
    assert later is not None
    assert load_wording().say("photo_sent", "en") in later.replies[0].text
