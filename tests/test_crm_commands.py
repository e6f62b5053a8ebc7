"""`beacon crm` and `beacon news`, as a department and a supervisor use them."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from channels.main import app
from tests.test_crm import pothole
from tools.clock import system_clock
from tools.database import Database
from tools.local_crm import LocalCRM

CASE = "B311-000001-3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data directory with one open case."""

    async def filed() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'beacon.db'}")
        crm = LocalCRM(database, system_clock)
        await crm.prepare()
        await crm.create(pothole(), key="a")
        await database.close()

    asyncio.run(filed())
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner(env={"BEACON_DATA_DIR": str(folder), "COLUMNS": "120"}).invoke(app, [*arguments])


def test_a_department_moves_a_case_on_and_its_history_tells(folder: Path) -> None:
    done = [
        run(folder, "crm", "assign", CASE, "--department", "PWDx", "--team", "paving", "--reason", "theirs"),
        run(folder, "crm", "schedule", CASE, "2026-12-01"),
        run(folder, "crm", "close", CASE, "--reason", "Noted"),
        run(folder, "crm", "reopen", CASE),
        run(folder, "crm", "transition", CASE, "--reason", "Transitioned"),
    ]
    shown = run(folder, "crm", "show", CASE).stdout

    assert [each.exit_code for each in done] == [0, 0, 0, 0, 0]
    events = ["created", "assigned", "scheduled", "closed", "reopened", "transitioned"]
    assert [line.split()[2] for line in shown.splitlines() if line.startswith("  20")] == events


def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path) -> None:
    missing = run(folder, "crm", "close", "B311-000009-9", "--reason", "Noted")
    opened = run(folder, "crm", "reopen", CASE)

    assert (missing.exit_code, opened.exit_code) == (1, 1)
    assert "No case has the number" in missing.stderr
    assert "is open already" in opened.stderr


def test_what_was_told_is_a_table_even_when_there_is_nothing(folder: Path) -> None:
    shown = run(folder, "news")

    assert shown.exit_code == 0
    assert "happened" in shown.stdout
