"""Plays a scenario through the same graph and tools as in life, on a fresh world."""

from uuid import uuid4

from assistant.bootstrap import Reading, build_ports
from assistant.contact import e164
from assistant.conversation import Conversation
from assistant.engine import Engine
from assistant.fallback import FallbackEngine
from assistant.graph import TurnGraph
from assistant.message import Channel, Message
from assistant.outcome import Outcome
from assistant.progress import ToFile
from assistant.respond import Responder
from assistant.turn import Turn
from assistant.wording import load_spoken
from evals.resident import ScriptedResident
from evals.scenario import Scenario
from evals.world import FailingEngine, FailingLibrary, Failures, crm_of
from knowledge.article import Library
from tools.case import Case
from tools.clock import fixed_clock
from tools.crm import CRMError
from tools.memory_crm import MemoryCRM
from tools.value import Value

FILING_TRIES = 5
"""How often a case that waits is tried again before grading."""


class Line(Value):
    """One text of a transcript."""

    who: str
    text: str


class Played(Value):
    """What happened: the turns, the transcript, and the CRM's end state. `filed_later` are cases filed after a wait."""

    scenario: Scenario
    turns: tuple[Turn, ...]
    transcript: tuple[Line, ...]
    cases: dict[str, Case]
    filed_later: tuple[str, ...] = ()
    ended: bool

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome of the conversation, in order."""
        late = (Outcome.CASE_OPENED,) * len(self.filed_later)
        return (*(outcome for turn in self.turns for outcome in turn.outcomes), *late)


async def play(
    scenario: Scenario, parts: Reading, *, engine: Engine | None = None, library: Library | None = None
) -> Played:
    """The conversation that a scenario makes of the assistant, on the parts' engine and library or on those given."""
    clock = fixed_clock(scenario.now)
    crm = crm_of(scenario.world, clock, parts.geocoder)
    responder = _responder(scenario, parts, crm, engine, library)
    resident = ScriptedResident(scenario.resident)
    conversation = _opened(scenario)
    turns: list[Turn] = []
    transcript: list[Line] = []
    to_file: list[ToFile] = []
    said: tuple[str, ...] = scenario.resident.burst or (scenario.resident.opening,)
    sent = 0
    while said and len(turns) < scenario.resident.max_turns:
        transcript += [Line(who="resident", text=text) for text in said]
        messages = tuple(_message(conversation, text, sent + at, scenario) for at, text in enumerate(said, start=1))
        sent += len(said)
        responded = await responder(conversation, messages)
        conversation = responded.conversation
        turns.append(responded.turn)
        to_file += responded.to_file
        transcript += [Line(who="assistant", text=reply.text) for reply in responded.turn.replies]
        answer = resident.next_message(responded.turn, len(turns))
        said = () if answer is None else (answer,)
    late = [case_id for each in to_file if (case_id := await _filed(each, crm)) is not None]
    return Played(
        scenario=scenario,
        turns=tuple(turns),
        transcript=tuple(transcript),
        cases=dict(crm.cases),
        filed_later=tuple(late),
        ended=not said,
    )


def _responder(
    scenario: Scenario, parts: Reading, crm: MemoryCRM, engine: Engine | None, library: Library | None
) -> Responder:
    failures = Failures([each for each in scenario.world.faults if not each.at.startswith("crm.")])
    ports = build_ports(
        parts,
        crm=crm,
        clock=fixed_clock(scenario.now),
        engine=FallbackEngine(FailingEngine(engine or parts.engine, failures), parts.engine),
        library=FailingLibrary(library or parts.library, failures),
        wording=load_spoken() if scenario.channel is Channel.VOICE else None,
    )
    return Responder(TurnGraph(ports), ports, parts.versions)


def _opened(scenario: Scenario) -> Conversation:
    """A conversation as its channel opens it. A text message proves its sender's number; a page does not."""
    phone = e164(scenario.resident.phone or "617-555-0100") if scenario.channel is Channel.SMS else None
    return Conversation(conversation_id=uuid4().hex, channel=scenario.channel, phone=phone)


def _message(conversation: Conversation, text: str, number: int, scenario: Scenario) -> Message:
    return Message(
        conversation_id=conversation.conversation_id,
        message_id=f"{scenario.id}-{number}",
        sequence=number,
        text=text,
        at=scenario.now,
    )


async def _filed(waiting: ToFile, crm: MemoryCRM) -> str | None:
    for _ in range(FILING_TRIES):
        try:
            return (await crm.create(waiting.case, key=waiting.key)).case_id
        except CRMError:
            continue
    return None
