"""Approved conversations: reads a transcript file, plays its resident's lines through the real assistant, writes it
anew.

A transcript is a head in YAML (title, what it shows, channel, phone, the world before), a line of dashes, and the
conversation. `[later]` stands for the moment when cases that wait are filed.
"""

import re
from pathlib import Path

import yaml

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.engine import Engine
from assistant.message import Channel, Inbound
from assistant.settings import Settings
from assistant.turn import Turn
from evals.scenario import World
from evals.world import FailingEngine, FailingLibrary, Failures, crm_of
from tools.case import Case
from tools.clock import Clock
from tools.database import Database
from tools.memory_crm import MemoryCRM
from tools.value import Value

FOLDER = Path(__file__).parent / "transcripts"
LATER = "[later]"
DASHES = "-" * 60


class Transcript(Value):
    """What a file says before it is played: its head as written, and what the resident says."""

    head: str
    channel: Channel
    phone: str | None
    world: World
    said: tuple[str, ...]


def load(path: Path) -> Transcript:
    head, _, body = path.read_text(encoding="utf-8").partition(f"{DASHES}\n")
    about = yaml.safe_load(head)
    lines = re.findall(r"^(?:Resident: (.*)|\[later\])$", body, re.MULTILINE)
    return Transcript(
        head=head,
        channel=Channel(about.get("channel", "sms")),
        phone=about.get("phone"),
        world=World.model_validate(about.get("world", {})),
        said=tuple(line or LATER for line in lines),
    )


async def played(
    transcript: Transcript, *, reading: Reading, database: Database, clock: Clock, engine: Engine | None = None
) -> str:
    """The whole file as the assistant makes it now, on the embedded engine unless another is given."""
    crm = crm_of(transcript.world, clock, reading.geocoder)
    before = dict(crm.cases)
    assistant = await _assistant(transcript, reading, database, clock, crm, engine or reading.engine)
    phone = transcript.phone if transcript.channel is Channel.SMS else None
    opened = await assistant.open(transcript.channel, phone=phone)
    told: list[str] = []
    for place, text in enumerate(transcript.said):
        if text == LATER:
            told.append(await _later(assistant, opened.conversation_id))
            continue
        turn = await assistant.take(_inbound(transcript, opened.conversation_id, place, text, clock), wait_seconds=60)
        assert turn is not None
        told.append(f"Resident: {text}\n{_told(turn)}")
    await assistant.runner.drain(5)
    return "\n\n".join([f"{transcript.head}{DASHES}", *told, in_the_crm(crm, before)]) + "\n"


async def _assistant(
    transcript: Transcript, reading: Reading, database: Database, clock: Clock, crm: MemoryCRM, engine: Engine
) -> Assistant:
    failures = Failures(list(transcript.world.faults))
    return await build_assistant(
        Settings(),
        reading=reading,
        crm=crm,
        engine=FailingEngine(engine, failures),
        library=FailingLibrary(reading.library, failures),
        clock=clock,
        database=database,
    )


def _inbound(transcript: Transcript, conversation_id: str, place: int, text: str, clock: Clock) -> Inbound:
    return Inbound(
        conversation_id=conversation_id,
        channel=transcript.channel,
        message_id=f"m{place}",
        text=text.replace("<4,001 letters>", "a" * 4_001),
        at=clock(),
    )


async def _later(assistant: Assistant, conversation_id: str) -> str:
    await assistant.file_later.run()
    turn = await assistant.history.last_turn(conversation_id)
    assert turn is not None
    return f"{LATER}\n{_told(turn)}"


def _told(turn: Turn) -> str:
    replies = [f"Beacon: {reply.text}".replace("\n", "\n        ") for reply in turn.replies]
    asks = f"; asks for {turn.asking_for}" if turn.asking_for else ""
    return "\n".join([*(replies or ["Beacon: (says nothing)"]), f"({', '.join(turn.outcomes)}{asks})"])


def in_the_crm(crm: MemoryCRM, before: dict[str, Case]) -> str:
    """What the case system holds that it did not hold before."""
    new = [_case(case) for case_id, case in crm.cases.items() if case_id not in before]
    joined = [
        f"  {case_id}: now {case.reports} reports"
        for case_id, case in crm.cases.items()
        if case_id in before and case.reports != before[case_id].reports
    ]
    return "\n".join(["In the case system afterwards:", *(new + joined or ["  nothing new"])])


def _case(case: Case) -> str:
    place = case.location.value if case.location else "no place"
    answers = ", ".join(f"{code}={value}" for code, value in sorted(case.attributes.items()))
    team = f"{case.route.department}, {case.route.team}, {case.route.priority}" if case.route else "no team"
    return f"  {case.case_id}: {case.service} at {place}; {answers or 'no details'}\n    goes to {team}"
