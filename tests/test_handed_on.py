"""Cases closed as transitioned: where they went is said, and never that they are done."""

from pathlib import Path

import pytest

from assistant.status import state_in_words
from assistant.wording import load_wording
from channels.open311_records import status_notes
from tests.conftest import NOW
from tests.creatio import creatio, site
from tests.test_crm import pothole
from tests.test_crm_commands import CASE, folder, run
from tests.test_waves import TODAY, moving, to
from tools.case import Case, CaseEvent, Change, Status
from tools.catalogue import load_catalogue
from tools.clock import Clock
from tools.database import Database
from tools.handed_on import HandedOn, handed_on
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.waved_crm import WavedCRM

__all__ = ["folder"]
CATALOGUE = load_catalogue()
BWSC = "Boston Water and Sewer Commission"
DCR = "Department of Conservation and Recreation"


def transitioned(
    *, service: str = "pothole", team: str = "paving", note: str = "Transitioned", detail: dict[str, str] | None = None
) -> Case:
    line = CaseEvent(at=NOW, change=Change.TRANSITIONED, detail=detail or {})
    return Case(
        case_id="B311-000001-3",
        service=service,
        status=Status.TRANSITIONED,
        closure_reason=note,
        opened=NOW,
        updated=NOW,
        closed=NOW,
        route=pothole().route.model_copy(update={"team": team}),
        history=(line,),
    )


@pytest.mark.parametrize(
    ("case", "name"),
    [
        pytest.param(transitioned(detail={"to": "dcr"}), DCR, id="by its history"),
        pytest.param(transitioned(detail={"to": "PARK"}), "Parks & Recreation", id="to another department"),
        pytest.param(transitioned(service="external_dcr"), DCR, id="by its service"),
        pytest.param(transitioned(team="INFO_Mass DCR"), DCR, id="by its queue"),
        pytest.param(transitioned(note="Referred to DCR, their road"), DCR, id="by the letters in the note"),
        pytest.param(transitioned(note=f"sent to {BWSC}"), BWSC, id="by the name in the note"),
    ],
)
def test_where_it_went_is_told(case: Case, name: str) -> None:
    found = handed_on(case, CATALOGUE)

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "note",
    ["Transitioned.", "dcr or mbta, unclear", "pothole on Quincy St", "the dcrx crew", ""],
    ids=["bare", "two agencies", "a street named after a town", "part of a word", "empty"],
)
def test_a_note_that_does_not_tell_is_not_guessed_from(note: str) -> None:
    assert handed_on(transitioned(note=note), CATALOGUE) is None


def test_a_resident_hears_to_whom_how_to_reach_them_and_never_that_it_is_done() -> None:
    told = state_in_words(transitioned(detail={"to": "bwsc"}), CATALOGUE, load_wording(), "en")
    unknown = state_in_words(transitioned(), CATALOGUE, load_wording(), "en")

    assert "On March 10, 2026 it was passed to Boston Water and Sewer Commission." in told
    assert "That does not say that the problem is gone. You can reach them at 617-989-7000." in told
    assert "another agency or system" in unknown
    assert "fixed" not in told + unknown


@pytest.mark.parametrize("language", ["es", "ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru"])
def test_it_is_told_in_every_language(language: str) -> None:
    told = state_in_words(transitioned(detail={"to": "bwsc"}), CATALOGUE, load_wording(), language)

    assert "Boston Water and Sewer Commission" in told
    assert "was passed" not in told


def test_the_open311_server_says_it_too_without_the_note() -> None:
    told = status_notes(transitioned(note="Referred to DCR, ask for Ana"), CATALOGUE)

    assert told == f"It was handed to {DCR}. The City has not said that the problem is gone."


async def test_the_local_crms_keep_to_whom(database: Database, clock: Clock) -> None:
    local = LocalCRM(database, clock)
    await local.prepare()
    for crm in (local, MemoryCRM(clock)):
        case = await crm.create(pothole(), key="k")

        done = await crm.close(case.case_id, reason="ROA", transitioned=True, to="mbta", key="c")

        assert handed_on(done, CATALOGUE) == HandedOn(name="MBTA")


async def test_a_case_that_was_carried_over_is_told_by_its_new_number(sqlite: Database, clock: Clock) -> None:
    local, at = LocalCRM(sqlite, clock), site(clock)
    await local.prepare()
    crm = WavedCRM({"legacy": local, "creatio": creatio(at)}, moving(TODAY), clock)
    old, new = await crm.create(to("legacy"), key="k1"), await crm.create(to("creatio"), key="k2")
    await local.close(old.case_id, reason="Transitioned", transitioned=True, key="c")
    at.tables.rows["Case"][next(iter(at.tables.rows["Case"]))]["UsrLegacyNumber"] = old.case_id

    read = await crm.get(old.case_id)

    assert read.case_id == old.case_id
    assert handed_on(read, CATALOGUE) == HandedOn(case_id=new.case_id)
    assert f"it goes on as case {new.case_id}" in state_in_words(read, CATALOGUE, load_wording(), "en")


async def test_a_case_that_was_not_carried_over_and_creatio_down_are_told_as_they_are(clock: Clock) -> None:
    legacy, at = MemoryCRM(clock), site(clock)
    crm = WavedCRM({"legacy": legacy, "creatio": creatio(at)}, moving(TODAY), clock)
    old = await crm.create(to("legacy"), key="k1")
    await legacy.close(old.case_id, reason="Transitioned", transitioned=True, key="c")

    alone = await crm.get(old.case_id)
    at.faults.reads += ["error"] * 5
    down = await crm.get(old.case_id)

    assert handed_on(alone, CATALOGUE) is None
    assert alone == down


def test_the_command_knows_whom_one_can_hand_a_case_to(folder: Path) -> None:
    wrong = run(folder, "crm", "transition", CASE, "--to", "nobody")
    done = run(folder, "crm", "transition", CASE, "--to", "dcr")

    assert wrong.exit_code == 2
    assert "to dcr" in done.stdout
