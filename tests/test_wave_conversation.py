"""A service moves to the other case system in the middle of a conversation."""

from datetime import UTC, datetime, timedelta

from assistant.bootstrap import Reading, build_ports
from assistant.conversation import Conversation
from assistant.graph import TurnGraph
from assistant.message import Channel, Message
from assistant.respond import Responder
from assistant.work import Responded
from evals.creatio_server import CreatioSite
from tests.creatio import creatio
from tests.test_crm import PERHAM, pothole
from tools.clock import city_time
from tools.districts import load_districts
from tools.memory_crm import MemoryCRM
from tools.routing import Router
from tools.waved_crm import WavedCRM
from tools.waves import WavePlan

BEFORE = datetime.fromisoformat("2026-05-31T23:58:00-04:00")
AFTER = BEFORE + timedelta(minutes=4)


class Watch:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = BEFORE

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)


def plan() -> WavePlan:
    wave = {"day": "2026-06-01", "services": ["pothole"], "from": "legacy", "to": "creatio"}
    return WavePlan.model_validate({"waves": [wave]})


class Talk:
    """A conversation by text with both systems behind it."""

    def __init__(self, reading: Reading) -> None:
        catalogue = reading.engine.catalogue
        service = catalogue.services["pothole"].model_copy(update={"system": "creatio"})
        team = Router(load_districts())(service, {}, PERHAM, BEFORE).team
        self.watch = Watch()
        self.site = CreatioSite(self.watch, teams=(team,), services={service.creatio_code or "": "Pothole"})
        self.legacy = MemoryCRM(self.watch)
        new = creatio(self.site, services={"pothole": service.creatio_code or ""})
        self.crm = WavedCRM({"legacy": self.legacy, "creatio": new}, plan(), self.watch)
        ports = build_ports(reading, crm=self.crm, clock=self.watch, waves=plan())
        self.respond = Responder(TurnGraph(ports), ports, {})
        self.conversation = Conversation(conversation_id="c1", channel=Channel.SMS, phone="+16175550123")
        self.lines: list[str] = []

    async def says(self, text: str) -> Responded:
        number = len(self.lines) + 1
        at = self.watch.now
        message = Message(conversation_id="c1", message_id=f"m{number}", sequence=number, text=text, at=at)
        responded = await self.respond(self.conversation, (message,))
        self.conversation = responded.conversation
        said = " ".join(reply.text for reply in responded.turn.replies)
        self.lines += [f"{city_time(at):%H:%M} Resident: {text}", f"{city_time(at):%H:%M} Beacon: {said}"]
        return responded


async def test_a_draft_begun_before_the_move_is_filed_after_it_in_the_new_system(reading: Reading) -> None:
    talk = Talk(reading)
    read_back = await talk.says("big pothole at 100 Perham St, West Roxbury, size of a plate in the travel lane")
    talk.watch.now = AFTER

    filed = await talk.says("yes")

    assert read_back.turn.draft is not None
    assert read_back.turn.draft.route is not None
    assert read_back.turn.draft.route.system == "legacy"
    assert filed.turn.case is not None, talk.lines
    assert filed.turn.case.case_id.startswith("BCS-")
    assert talk.legacy.cases == {}


async def test_a_case_of_the_old_system_is_told_after_the_move(reading: Reading) -> None:
    talk = Talk(reading)
    old = await talk.legacy.create(pothole(phone="+16175550123"), key="old")
    talk.watch.now = AFTER

    told = await talk.says(f"how does {old.case_id} stand?")

    assert told.turn.case is not None
    assert told.turn.case.case_id == old.case_id


async def test_a_turn_that_is_worked_again_after_the_move_opens_no_second_case(reading: Reading) -> None:
    talk = Talk(reading)
    await talk.says("big pothole at 100 Perham St, West Roxbury, size of a plate in the travel lane")
    confirmed = talk.conversation
    first = await talk.says("yes")
    talk.conversation, talk.watch.now = confirmed, AFTER

    again = await talk.says("yes")

    assert first.turn.case is not None
    assert again.turn.case is not None
    assert again.turn.case.case_id == first.turn.case.case_id
    assert talk.site.tables.rows["Case"] == {}
