"""A records request is answered whole, with a copy that names nobody; what is on hold is never erased, and what is
erased is gone from everywhere."""

import hashlib
import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import inspect, text, update

from assistant.bootstrap import Reading
from assistant.disposal import DisposalRefused, Disposals
from assistant.keeping import Keeping
from assistant.privacy import load_personal_data
from assistant.records import Asked, RecordsManifest, RecordsRefused, export_records
from assistant.tables import conversations
from tests.carrier import ANNA, BEN, Line, line
from tools.clock import Clock
from tools.database import Database

CANARY = ("617-555-0142", "zebulon@example.org")
REPORT = f"theres a huge pothole outside 100 perham st west roxbury, my mail is {CANARY[1]}, call me {CANARY[0]}"


@pytest_asyncio.fixture
async def phones(reading: Reading, database: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Line]:
    async with line(reading, database, clock, tmp_path) as running:
        await running.say(REPORT)
        await running.say("submit")
        await running.say("when does street sweeping run", phone=BEN)
        yield running


async def exported(phones: Line, clock: Clock, folder: Path, **asked: object) -> RecordsManifest:
    return await export_records(
        phones.assistant.store.database,
        load_personal_data(),
        Asked.model_validate(asked),
        folder,
        by="clerk",
        why="request 2026-17",
        clock=clock,
    )


def words_in(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.jsonl")))


async def everything(database: Database) -> str:
    """All that the database holds, as text."""
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        rows = [(await connection.execute(text(f"SELECT * FROM {name}"))).all() for name in names]  # noqa: S608 - names of our tables
    return repr(rows)


async def test_a_number_s_records_are_whole_and_its_redacted_copy_names_nobody(
    phones: Line, clock: Clock, tmp_path: Path
) -> None:
    made = await exported(phones, clock, tmp_path / "out", phone=ANNA)

    original, redacted = words_in(tmp_path / "out" / "original"), words_in(tmp_path / "out" / "redacted")
    assert all(each in original for each in (*CANARY, ANNA, "100 perham st"))
    assert not any(each in redacted for each in (*CANARY, ANNA))
    assert "100 perham st" in redacted
    assert made.redacted["email"] >= 1


async def test_records_of_one_number_hold_nothing_of_another(phones: Line, clock: Clock, tmp_path: Path) -> None:
    await exported(phones, clock, tmp_path / "out", phone=BEN)

    original = words_in(tmp_path / "out" / "original")
    assert "street sweeping" in original
    assert ANNA not in original
    assert "perham" not in original


async def test_a_case_s_records_hold_the_conversation_that_it_came_from(
    phones: Line, clock: Clock, tmp_path: Path
) -> None:
    number = phones.heard()[-1].partition("B311-")[2][:8]

    made = await exported(phones, clock, tmp_path / "out", case_id=f"B311-{number}")

    rows = {each.path: each.rows for each in made.files}
    assert (rows["original/crm_case.jsonl"], rows["original/message.jsonl"]) == (1, 2)


async def test_the_manifest_has_a_digest_of_every_file_and_no_key_is_in_any(
    phones: Line, clock: Clock, tmp_path: Path
) -> None:
    since, until = clock() - timedelta(days=400), clock() + timedelta(days=400)

    await exported(phones, clock, tmp_path / "out", since=since, until=until)

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    files = {each["path"]: each["sha256"] for each in manifest["files"]}
    there = {str(path.relative_to(tmp_path / "out")): path for path in (tmp_path / "out").rglob("*.jsonl")}
    assert files == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}
    assert "token_hash" not in words_in(tmp_path / "out")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"phone": "+16175559999"}, "nothing on record"),
        ({}, "Please name"),
        ({"case_id": "%"}, "letters, digits"),
    ],
)
async def test_a_request_for_nothing_writes_nothing(
    phones: Line, clock: Clock, tmp_path: Path, asked: dict[str, object], says: str
) -> None:
    with pytest.raises(RecordsRefused, match=says):
        await exported(phones, clock, tmp_path / "out", **asked)

    assert not [name for name in os.listdir(tmp_path) if "out" in name]


async def test_a_person_who_is_erased_is_nowhere_but_their_case_stays(phones: Line, clock: Clock) -> None:
    database = phones.assistant.store.database
    before = await everything(database)

    certificate = await Disposals(database, clock).erase_person(ANNA, by="clerk")

    after = await everything(database)
    assert all(each in before for each in (*CANARY, ANNA))
    assert not any(each in after for each in (*CANARY, ANNA))
    assert (certificate.conversations, certificate.reports) == (1, 1)
    assert "B311-" in after
    assert BEN in after


async def test_what_is_on_hold_is_not_erased_by_anybody(phones: Line, clock: Clock) -> None:
    database = phones.assistant.store.database
    kept = Disposals(database, clock)
    held = await kept.hold(ANNA, why="case 26-118", by="law department")
    async with database.write() as connection:
        await connection.execute(update(conversations).values(updated=clock() - timedelta(days=900)))

    with pytest.raises(DisposalRefused, match="on hold"):
        await kept.erase_person(ANNA, by="clerk")
    await Keeping(phones.assistant.store, draft_hours=72, keep_days=365).erase()

    assert ANNA in await everything(database)
    assert "street sweeping" not in await everything(database)
    assert await kept.lift(held.hold_id)
    await kept.erase_person(ANNA, by="clerk")
    assert ANNA not in await everything(database)


async def test_a_list_is_erased_only_by_the_word_of_a_second_person(phones: Line, clock: Clock) -> None:
    database = phones.assistant.store.database
    kept = Disposals(database, clock)
    async with database.write() as connection:
        await connection.execute(update(conversations).values(updated=clock() - timedelta(days=900)))
    name, count = await kept.propose(days=365, by="clerk")
    await kept.hold(BEN, why="case 26-118", by="law department")

    with pytest.raises(DisposalRefused, match="did not propose"):
        await kept.approve(name, by="clerk")
    certificate = await kept.approve(name, by="records officer")

    assert count == 2
    assert (certificate.conversations, certificate.kept_on_hold) == (1, 1)
    assert await kept.certificates() == (certificate,)
    with pytest.raises(DisposalRefused, match="no list"):
        await kept.approve(name, by="records officer")


async def test_nothing_old_is_no_list(phones: Line, clock: Clock) -> None:
    with pytest.raises(DisposalRefused, match="No conversation is older"):
        await Disposals(phones.assistant.store.database, clock).propose(days=365, by="clerk")
