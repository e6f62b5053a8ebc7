"""What a message holds beside a danger is kept until everybody is safe."""

from collections.abc import AsyncIterator

import pytest_asyncio

from assistant.bootstrap import Reading, build_ports
from assistant.conversation import Conversation
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Progress
from assistant.screen import screen
from tests.conftest import NOW
from tools.clock import Clock
from tools.memory_crm import MemoryCRM


@pytest_asyncio.fixture
async def ports(reading: Reading, clock: Clock) -> AsyncIterator[Ports]:
    yield build_ports(reading, crm=MemoryCRM(clock), clock=clock)


def turn(text: str) -> Progress:
    conversation = Conversation(conversation_id="c1", channel=Channel.WEB)
    return Progress(turn_id="t1", now=NOW, conversation=conversation, text=text)


async def test_a_report_beside_a_danger_waits(ports: Ports) -> None:
    text = "There is a big pothole at 48 Beacon St. I smell gas in my kitchen!"

    did = await screen(turn(text), ports)

    assert did.outcomes == (Outcome.EMERGENCY,)
    assert did.conversation is not None
    waiting = did.conversation.waiting
    assert [request.service.code for request in waiting if request.service] == ["pothole"]
    assert waiting[0].words.quote == text[waiting[0].words.start : waiting[0].words.end]


async def test_nothing_waits_where_only_the_danger_was_told(ports: Ports) -> None:
    did = await screen(turn("help the kitchen is on fire"), ports)

    assert did.done is True
    assert did.conversation is not None
    assert did.conversation.waiting == ()


async def test_a_second_danger_is_never_kept_as_a_report(ports: Ports) -> None:
    did = await screen(turn("A wire is down and sparking on Adams St. The shed is on fire."), ports)

    assert did.conversation is not None
    assert did.conversation.waiting == ()
