"""What got no answer is reported by topic, from live conversations, with personal data masked."""

import asyncio
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from assistant.bootstrap import Reading, build_assistant
from assistant.message import Channel, Inbound
from assistant.privacy import load_personal_data
from assistant.settings import Settings
from assistant.unanswered import by_topic, unanswered
from channels.main import app
from knowledge.drafts import Drafts
from tools.clock import Clock
from tools.database import Database
from tools.memory_crm import MemoryCRM


async def asked(reading: Reading, database: Database, clock: Clock, *texts: str) -> None:
    """Each text in a conversation of its own, as residents send them."""
    assistant = await build_assistant(Settings(), reading=reading, crm=MemoryCRM(clock), clock=clock, database=database)
    for place, text in enumerate(texts):
        opened = await assistant.open(Channel.WEB)
        message = Inbound(
            conversation_id=opened.conversation_id, channel=Channel.WEB, message_id=f"m{place}", text=text, at=clock()
        )
        await assistant.take(message, wait_seconds=60)


async def test_questions_without_an_answer_are_put_together_by_what_they_are_about(
    reading: Reading, sqlite: Database, clock: Clock
) -> None:
    await asked(
        reading,
        sqlite,
        clock,
        "is the swimming pool in charlestown open this afternoon",
        "is the charlestown swimming pool open today",
        "what does a dog license cost",
        "how much do i owe on my parking tickets, my number is 617-555-0142",
    )

    found = await unanswered(sqlite, load_personal_data(), since=clock() - timedelta(days=1))
    topics = by_topic(found, reading.encoder, reading.library)

    assert len(found) == 3
    assert (topics[0].count, topics[0].wanted) == (2, True)
    assert "pool" in topics[0].told
    assert (topics[-1].wanted, list(topics[-1].reasons)) == (False, ["personal_account"])
    assert "555-0142" not in topics[-1].told


async def test_only_what_was_asked_since_then_counts(reading: Reading, sqlite: Database, clock: Clock) -> None:
    await asked(reading, sqlite, clock, "is the charlestown swimming pool open today")

    assert await unanswered(sqlite, load_personal_data(), since=clock() + timedelta(days=1)) == ()


async def test_a_database_without_conversations_has_no_questions(tmp_path: Path, clock: Clock) -> None:
    empty = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")

    assert await unanswered(empty, load_personal_data(), since=clock()) == ()
    await empty.close()


def test_nothing_unanswered_is_no_topic(reading: Reading) -> None:
    assert by_topic((), reading.encoder, reading.library) == ()


def data_beside(data_dir: Path, folder: Path) -> Path:
    """A data directory of its own that shares what takes long to make."""
    folder.mkdir()
    for part in ("models", "vectors"):
        (folder / part).symlink_to(data_dir / part)
    return folder


async def test_a_draft_is_tried_on_its_own_questions_and_on_those_without_an_answer(
    reading: Reading, data_dir: Path, tmp_path: Path, clock: Clock
) -> None:
    data = data_beside(data_dir, tmp_path / "data")
    database = Database(Settings(data_dir=data).database)
    await asked(reading, database, clock, "when do the terns nest")
    await database.close()
    draft = (
        "---\nid: terns\ntitle: Terns on the harbor islands\nurl: https://www.boston.gov/terns\nas_of: 2026-01-05\n"
        "freshness: stable\nowner: Parks\nquestions:\n- when do the terns nest on the islands\n---\n\n"
        "Terns nest on Spectacle Island in May. Rangers count the terns that nest there every week.\n"
    )
    Drafts(data / "drafts").write("terns", "en", draft)
    env = {"BEACON_DATA_DIR": str(data), "BEACON_NOW": clock().isoformat()}

    tried = await asyncio.to_thread(CliRunner().invoke, app, ["knowledge", "preview", "terns"], env=env)
    told = await asyncio.to_thread(CliRunner().invoke, app, ["knowledge", "unanswered"], env=env)

    assert "1 of 1 questions are answered from this article" in tried.output
    assert "1 of the last 1 questions without an answer are answered from it now" in tried.output
    assert "1 x when do the terns nest" in told.output
