"""The dialogue's rules: what is asked in which order, what a read-back holds, and that only a yes to it writes."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.bootstrap import Reading, build_ports
from assistant.conversation import Conversation
from assistant.engine import Engine
from assistant.graph import TurnGraph
from assistant.message import Channel, Message
from assistant.outcome import Outcome
from assistant.respond import Responder
from assistant.turn import Turn
from tests.conftest import NOW
from tools.clock import fixed_clock
from tools.memory_crm import Fault, MemoryCRM

WRITES = {Outcome.CASE_OPENED, Outcome.ADDED_TO_CASE}


class Talk:
    """A conversation on a fresh world: say a line, get the turn."""

    def __init__(self, reading: Reading, *, faults: tuple[Fault, ...] = (), engine: Engine | None = None) -> None:
        self.crm = MemoryCRM(fixed_clock(NOW), faults=faults)
        ports = build_ports(reading, crm=self.crm, clock=fixed_clock(NOW), engine=engine)
        self._respond = Responder(TurnGraph(ports), ports, {})
        self.conversation = Conversation(conversation_id="c1", channel=Channel.WEB)
        self.queued: list[str] = []

    async def say(self, text: str) -> Turn:
        message = Message(conversation_id="c1", message_id=str(self.conversation.turns), sequence=1, text=text, at=NOW)
        responded = await self._respond(self.conversation, (message,))
        self.conversation = responded.conversation
        self.queued += [each.key for each in responded.to_file]
        return responded.turn

    async def all(self, *texts: str) -> list[Turn]:
        return [await self.say(text) for text in texts]


@pytest.fixture
def talk(reading: Reading) -> Talk:
    return Talk(reading)


@pytest.fixture
def failing(reading: Reading) -> Callable[..., Talk]:
    return lambda **fault: Talk(reading, faults=(Fault.model_validate(fault),))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        pytest.param(("pothole at 100 perham st",), ["confirmation"], id="nothing-missing"),
        pytest.param(("theres a pothole", "100 perham st"), ["location", "confirmation"], id="place"),
        pytest.param(
            ("somebody sprayed graffiti", "100 perham st", "a mailbox of the city"),
            ["location", "surface", "confirmation"],
            id="place-before-details",
        ),
        pytest.param(
            ("no heat in my apartment at 100 perham st apt 2", "no", "tomorrow after 4", "617-555-0144"),
            ["gas_or_co", "access_time", "contact", "confirmation"],
            id="contact-last",
        ),
        pytest.param(("pothole outside 12 Beacon St", "2"), ["location_choice", "confirmation"], id="choice"),
    ],
)
async def test_one_thing_is_asked_at_a_time_in_the_services_order(
    talk: Talk, said: tuple[str, ...], asked: list[str]
) -> None:
    turns = await talk.all(*said)

    assert [turn.asking_for for turn in turns] == asked


async def test_what_is_not_understood_is_asked_twice_more_and_then_a_person_helps(talk: Talk) -> None:
    turns = await talk.all("theres a pothole", "purple monkey", "banana banana", "still banana")

    assert [turn.outcome for turn in turns] == [Outcome.ASKED] * 3 + [Outcome.HANDED_OFF]


async def test_a_detail_that_is_not_understood_is_left_open_after_two_more_tries(talk: Talk) -> None:
    turns = await talk.all("the street light is out at 100 perham st", "purple", "monkey", "banana")

    assert [turn.asking_for for turn in turns] == ["how_many"] * 3 + ["confirmation"]


async def test_the_read_back_holds_service_place_details_and_target(talk: Talk) -> None:
    turn = await talk.say("deep pothole at 100 perham st, right lane")

    text = turn.replies[0].text
    assert "Pothole." in text
    assert "100 Perham St, West Roxbury" in text
    assert "Travel lane" in text
    assert "1 business day" in text
    assert "9 in 10 are closed within" in text


async def test_a_vague_huge_is_not_read_as_a_measured_size(talk: Talk) -> None:
    turn = await talk.say("huge pothole at 100 perham st")

    assert turn.draft is not None
    assert "size" not in turn.draft.fields


async def test_what_is_said_not_to_be_so_is_not_filled_in(talk: Talk) -> None:
    turn = await talk.say("tree limb fell and blocks the sidewalk at 100 perham st, no wires")

    assert turn.draft is not None
    assert turn.draft.fields["blocking"].value == ("sidewalk",)


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("no wait its 40", "40 Perham St, West Roxbury"),
        ("change the address to 21 perham st", "21 Perham St, West Roxbury"),
        ("sorry i meant 40", "40 Perham St, West Roxbury"),
    ],
)
async def test_a_place_is_corrected_at_the_read_back(talk: Talk, reply: str, place: str) -> None:
    await talk.say("pothole at 100 perham st")

    turn = await talk.say(reply)

    assert turn.draft is not None
    assert turn.draft.location is not None
    assert turn.draft.location.value == place
    assert turn.asking_for == "confirmation"


@pytest.mark.parametrize("reply", ["no", "2", "never mind", "what", "the address is wrong", "hm", "is it free?"])
async def test_nothing_is_written_without_a_yes(talk: Talk, reply: str) -> None:
    await talk.say("pothole at 100 perham st")

    await talk.say(reply)

    assert talk.crm.cases == {}


@pytest.mark.parametrize("reply", ["yes", "1", "SUBMIT", "ok", "yep go ahead"])
async def test_a_yes_to_the_read_back_opens_the_case(talk: Talk, reply: str) -> None:
    await talk.say("pothole at 100 perham st")

    turn = await talk.say(reply)

    assert turn.outcome is Outcome.CASE_OPENED
    assert list(talk.crm.cases) == ["B311-000001-3"]


async def test_the_key_is_the_draft_and_its_revision(talk: Talk) -> None:
    first, _, filed = await talk.all("pothole at 100 perham st", "no wait its 40", "yes")

    assert first.draft is not None
    key = next(step.detail["key"] for step in filed.steps if step.name == "file")
    assert key == f"{first.draft.draft_id}:1"


async def test_a_write_that_timed_out_is_tried_again_and_gives_one_case(failing: Callable[..., Talk]) -> None:
    talk = failing(at="create", error="timeout", times=1)

    turns = await talk.all("pothole at 100 perham st", "yes")

    assert turns[-1].outcome is Outcome.CASE_OPENED
    assert len(talk.crm.cases) == 1


@pytest.mark.parametrize("error", ["unavailable", "garbage"])
async def test_a_case_that_may_not_be_written_is_queued_not_called_refused(
    failing: Callable[..., Talk], error: str
) -> None:
    talk = failing(at="create", error=error, times="always")

    turns = await talk.all("pothole at 100 perham st", "yes")

    assert turns[-1].outcome is Outcome.CASE_QUEUED
    assert len(talk.queued) == 1


async def test_a_case_that_is_refused_goes_to_a_person(failing: Callable[..., Talk]) -> None:
    talk = failing(at="create", error="rejected", times="always")

    turns = await talk.all("pothole at 100 perham st", "yes")

    assert turns[-1].outcome is Outcome.HANDED_OFF
    assert talk.crm.cases == {}


async def test_an_answer_that_speaks_of_danger_gives_911_and_keeps_the_draft(talk: Talk) -> None:
    _, danger, after = await talk.all("street light pole is leaning at 100 perham st", "yes", "ok i moved away")

    assert danger.outcome is Outcome.EMERGENCY
    assert "911" in danger.replies[0].text
    assert after.outcome is Outcome.READ_BACK


@pytest.mark.parametrize("answer", ["huele a gas en mi casa", "mwen pran sant gaz"])
async def test_danger_is_answered_in_the_language_of_the_message(talk: Talk, answer: str) -> None:
    turn = await talk.say(answer)

    assert turn.outcome is Outcome.EMERGENCY
    assert turn.replies[0].language in ("es", "ht")


async def test_an_address_does_not_switch_the_language(talk: Talk) -> None:
    turns = await talk.all("hay un bache muy grande en la calle", "100 Perham Street, West Roxbury")

    assert [turn.replies[0].language for turn in turns] == ["es", "es"]


async def test_a_blank_message_is_not_met_with_silence(talk: Talk) -> None:
    turn = await talk.say("   ")

    assert turn.replies[0].text.startswith("I did not get any words")


LINES = (
    "pothole at 100 perham st", "theres a big pothole", "graffiti", "the street light is out", "12 beacon st", "yes",
    "no", "1", "2", "skip", "i dont know", "start over", "what", "100 perham st", "no wait its 21", "hi", "thanks",
    "when is trash day?", "status of my case", "B311-000001-3", "talk to a person", "BACK", "the address is wrong",
    "its a pothole, not graffiti", "i smell gas", "", "asdf", "hola", "hay un bache", "español por favor", "👍", "?",
    "and also theres a dead rat at 40 perham st", "forget the rat", "your driver was rude", "who reported me",
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.sampled_from(LINES), min_size=1, max_size=7))
async def test_any_conversation_ends_every_turn_in_an_outcome_and_writes_only_after_a_read_back(
    reading: Reading, said: list[str]
) -> None:
    talk = Talk(reading)
    asked: list[str | None] = [None]
    wrote: list[str | None] = []
    held = [len(talk.crm.cases)]

    for text in said:
        turn = await talk.say(text)
        held.append(len(talk.crm.cases))
        wrote += [asked[-1]] if held[-1] > held[-2] else []
        asked.append(turn.asking_for)
        assert turn.outcome is not Outcome.FAILED
        assert turn.outcome in turn.outcomes
        assert bool(WRITES & set(turn.outcomes)) == (held[-1] > held[-2] or Outcome.ADDED_TO_CASE in turn.outcomes)

    assert set(wrote) <= {"confirmation"}


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ("40 Green St Jamaica Plain", "Jamaica Plain"),
        ("12 Myrtle St Beacon Hill", "Beacon Hill"),
        ("25 Bowdoin St Beacon Hill", "Beacon Hill"),
        ("55 Saint Rose St, Jamaica Plain", "Jamaica Plain"),
    ],
)
async def test_an_address_with_its_neighborhood_is_no_choice(talk: Talk, said: str, area: str) -> None:
    _, read_back = await talk.all("theres a pothole", said)

    assert read_back.outcome is Outcome.READ_BACK
    assert f", {area}." in read_back.replies[0].text
    work = talk.conversation.work
    assert work is not None
    assert work.draft.location is not None
    assert work.draft.location.cross is None


async def test_a_neighborhood_said_instead_of_an_answer_is_more_of_the_place(talk: Talk) -> None:
    _, again, read_back = await talk.all("streetlight out at 25 Bowdoin St", "dorchester", "just one")

    assert "did not understand" not in again.replies[0].text
    assert "25 Bowdoin St, Dorchester" in read_back.replies[0].text
