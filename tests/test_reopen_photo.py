"""Photos go to the case system with a report, with a report that joins, and with "still there"; or it is said that they
did not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from assistant.bootstrap import Reading, build_ports
from assistant.conversation import Conversation
from assistant.graph import TurnGraph
from assistant.kept_photos import KeptPhotos
from assistant.message import Channel, Inbound, Message
from assistant.outcome import Outcome
from assistant.photos_by_text import ExpectedPhotos
from assistant.respond import Responder
from assistant.store import Store
from assistant.turn import Turn
from assistant.wording import load_wording
from tests.conftest import NOW
from tests.creatio import creatio, site
from tests.test_crm import pothole
from tests.test_waves import moving, to
from tests.web import PNG
from tools.case import Change, Status
from tools.case_files import CaseFiles
from tools.clock import Clock, city_time, fixed_clock
from tools.crm import CRM, CaseNotFound
from tools.crm_tables import files
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.waved_crm import WavedCRM

SENT, NOT_SENT = (load_wording().say(name, "en") for name in ("photo_sent", "photo_not_sent"))


class PhotoTalk:
    """Somebody whose case was closed, with photos at hand."""

    def __init__(self, reading: Reading, crm: CRM, folder: Path, database: Database) -> None:
        self.crm, self.folder, self.expected = crm, folder, ExpectedPhotos(database)
        ports = build_ports(reading, crm=crm, clock=fixed_clock(NOW))
        ports = replace(ports, photos=KeptPhotos(folder, self.expected))
        self._respond = Responder(TurnGraph(ports), ports, {})
        self.conversation = Conversation(conversation_id="c1", channel=Channel.WEB)
        self._said = 0

    async def closed(self) -> str:
        case = await self.crm.create(pothole(), key="k1")
        await self.crm.withdraw(case.case_id, reason="gone", key="w")
        self.conversation = self.conversation.model_copy(update={"cases": (case.case_id,)})
        return case.case_id

    def photo(self, media_id: str) -> str:
        (self.folder / "c1").mkdir(parents=True, exist_ok=True)
        (self.folder / "c1" / f"{media_id}.jpg").write_bytes(PNG + media_id.encode())
        return media_id

    async def say(self, text: str, *media: str) -> Turn:
        self._said += 1
        message = Message(
            conversation_id="c1", message_id=f"m{self._said}", sequence=self._said, text=text, media=media, at=NOW
        )
        responded = await self._respond(self.conversation, (message,))
        self.conversation = responded.conversation
        return responded.turn


@pytest_asyncio.fixture
async def talk(reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[PhotoTalk]:
    crm = LocalCRM(sqlite, clock)
    await crm.prepare()
    await Store(sqlite).prepare()
    yield PhotoTalk(reading, crm, tmp_path, sqlite)


async def kept(database: Database) -> list[bytes]:
    async with database.read() as connection:
        return list((await connection.execute(select(files.c.content).order_by(files.c.key))).scalars())


@pytest.mark.parametrize("when", ["with the words", "alone", "with the yes"])
async def test_a_photo_of_the_web_goes_with_the_opening_again(talk: PhotoTalk, sqlite: Database, when: str) -> None:
    case_id, photo = await talk.closed(), talk.photo("p1")
    offered = await talk.say("its still there", *([photo] if when == "with the words" else []))
    if when == "alone":
        offered = await talk.say("", photo)
    done = await talk.say("1", *([photo] if when == "with the yes" else []))
    case = await talk.crm.get(case_id)

    assert offered.outcomes == (Outcome.READ_BACK,)
    assert done.outcomes == (Outcome.CASE_CHANGED,)
    assert SENT in done.replies[0].text
    assert case.status is Status.OPEN
    assert [(event.change, event.detail.get("file")) for event in case.history][-2:] == [
        (Change.REOPENED, None),
        (Change.NOTED, "photo-1.jpg"),
    ]
    assert await kept(sqlite) == [PNG + b"p1"]


@pytest.mark.parametrize("when", ["with the report", "between", "with the yes"])
async def test_a_photo_of_a_report_goes_with_the_new_case(talk: PhotoTalk, sqlite: Database, when: str) -> None:
    photo = talk.photo("p1")
    await talk.say("theres a pothole", *([photo] if when == "with the report" else []))
    await talk.say("100 perham st", *([photo] if when == "between" else []))
    done = await talk.say("yes", *([photo] if when == "with the yes" else []))

    assert done.outcomes == (Outcome.CASE_OPENED,), done.replies
    assert SENT in done.replies[0].text
    assert await kept(sqlite) == [PNG + b"p1"]


async def test_the_photo_of_one_report_does_not_go_with_the_next(talk: PhotoTalk, sqlite: Database) -> None:
    photo = talk.photo("p1")
    for text, media in (
        ("pothole at 100 perham st", (photo,)),
        ("yes", ()),
        ("theres graffiti on a mailbox of the city", ()),
    ):
        await talk.say(text, *media)
    await talk.say("12 perham st")
    done = await talk.say("yes")

    assert SENT not in done.replies[0].text
    assert len(await kept(sqlite)) == 1


async def test_a_photo_of_a_report_that_joins_goes_with_the_open_case(talk: PhotoTalk, sqlite: Database) -> None:
    await talk.say("theres a pothole at 100 perham st")
    first = await talk.say("yes")
    talk.conversation = Conversation(conversation_id="c1", channel=Channel.WEB)
    await talk.say("theres a pothole at 100 perham st", talk.photo("p1"))
    joined = await talk.say("1")

    assert joined.outcomes == (Outcome.ADDED_TO_CASE,), joined.replies
    assert joined.case is not None
    assert first.case is not None
    assert joined.case.case_id == first.case.case_id
    assert await kept(sqlite) == [PNG + b"p1"]


async def test_a_photo_by_text_is_waited_for_while_it_is_fetched(talk: PhotoTalk, sqlite: Database) -> None:
    await talk.closed()
    store, reference = Store(sqlite), "mms:SM1/ME1"
    await store.open("c1", Channel.SMS, token_hash="h")
    inbound = Inbound(conversation_id="c1", channel=Channel.SMS, message_id="x", text="", media=(reference,), at=NOW)
    await store.receive(inbound)
    await talk.say("its still there", reference)

    said = asyncio.create_task(talk.say("1"))
    await asyncio.sleep(0.4)
    await talk.expected.kept(reference, talk.photo("p2"))
    done = await said

    assert SENT in done.replies[0].text
    assert await kept(sqlite) == [PNG + b"p2"]


@pytest.mark.parametrize("why", ["the photo is not here", "no files are kept"])
async def test_a_photo_that_cannot_be_passed_on_is_said_so_and_the_case_is_open_again(
    talk: PhotoTalk, reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path, why: str
) -> None:
    if why == "no files are kept":
        talk = PhotoTalk(reading, MemoryCRM(clock), tmp_path, sqlite)
        talk.photo("p1")
    case_id = await talk.closed()

    await talk.say("its still there", "p1")
    done = await talk.say("1")

    assert NOT_SENT in done.replies[0].text
    assert (await talk.crm.get(case_id)).status is Status.OPEN


async def test_a_name_that_is_no_photo_of_the_conversation_reads_nothing(talk: PhotoTalk, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"of somebody else")
    await talk.closed()

    await talk.say("its still there", "../secret")
    done = await talk.say("1")

    assert NOT_SENT in done.replies[0].text


async def test_files_are_kept_once_a_key_by_every_system_that_keeps_files(sqlite: Database, clock: Clock) -> None:
    local, at = LocalCRM(sqlite, clock), site(clock)
    await local.prepare()
    crm = WavedCRM({"legacy": local, "creatio": creatio(at)}, moving(city_time(NOW).date()), clock)
    assert isinstance(crm, CaseFiles)

    for system in ("legacy", "creatio"):
        case = await crm.create(to(system), key=system)
        for _ in range(2):
            await crm.attach(case.case_id, name="a.jpg", content=b"picture", key=f"{system}:a")
    with pytest.raises(CaseNotFound):
        await crm.attach("B311-999999-0", name="a.jpg", content=b"picture", key="n")

    assert await kept(sqlite) == [b"picture"]
    assert [row["Data"] for row in at.tables.rows["CaseFile"].values()] == [b"picture"]
