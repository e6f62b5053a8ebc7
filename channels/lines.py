"""The commands that read one message or lines of JSON and write what was understood, drafted or answered."""

import json
import sys
from codecs import BOM_UTF8 as BOM
from collections.abc import Awaitable, Callable, Iterator
from io import TextIOWrapper
from typing import BinaryIO, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, StrictInt, StrictStr

from assistant.bootstrap import Reading, build_ports, build_reading
from assistant.conversation import Conversation
from assistant.graph import TurnGraph
from assistant.live_sources import live_sources
from assistant.message import Channel
from assistant.ports import Ports
from assistant.progress import Progress
from assistant.reading import Asked
from assistant.settings import Settings
from assistant.suggest import Suggester
from assistant.turn import Turn
from channels.text import storable
from tools.draft import Draft, Kind
from tools.memory_crm import MemoryCRM


class Line(BaseModel):
    """One line of input. `channel` and `asking_for` are for `beacon read` only."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: StrictStr | StrictInt
    text: str
    channel: Literal["sms", "web", "voice"] = "sms"
    asking_for: str | None = None


class LineBroken(Exception):
    """A line of input cannot be read; the sentence names it."""


Answer = Callable[[Line], Awaitable[dict[str, object]]]


async def draft_lines(settings: Settings, text: str, *, jsonl: bool) -> None:
    """`beacon draft`: a draft for each line, in order."""
    ports = _ports(settings)
    suggester = Suggester(ports)

    async def answer(line: Line) -> dict[str, object]:
        return (await suggester.draft(line.text)).model_dump(mode="json")

    await _each(text, answer, jsonl=jsonl)


def print_draft_schema() -> None:
    """`beacon draft --schema`: what docs/schemas/draft.json holds."""
    print(json.dumps(Draft.model_json_schema(mode="serialization"), indent=2))  # noqa: T201 - the command's output


async def ask_lines(settings: Settings, text: str, *, jsonl: bool) -> None:
    """`beacon ask`: an answer with its sources for each line, in order."""
    ports = _ports(settings)
    graph = TurnGraph(ports)

    async def answer(line: Line) -> dict[str, object]:
        turn = await _turn(graph, ports, line)
        return {
            "outcome": turn.outcome.value,
            "text": "\n".join(reply.text for reply in turn.replies),
            "citations": [each.model_dump(mode="json") for each in turn.citations],
            "language": turn.replies[0].language if turn.replies else "en",
        }

    await _each(text, answer, jsonl=jsonl)


async def read_lines(settings: Settings, text: str, *, jsonl: bool) -> None:
    """`beacon read`: language, safety, texting words and requests of each line, in order."""
    ports = _ports(settings)

    async def answer(line: Line) -> dict[str, object]:
        screened = ports.screen(line.text, Channel(line.channel))
        reading = await ports.engine.read(line.text, Asked(asking_for=line.asking_for))
        requests = [
            {
                "kind": each.kind.value,
                "quote": each.words.quote,
                "service": each.service.code if each.service and each.kind is Kind.REPORT else None,
            }
            for each in reading.requests
        ]
        return {
            "language": reading.language,
            "safety": screened.safety,
            "opt": screened.opt,
            "requests": requests,
        }

    await _each(text, answer, jsonl=jsonl)


async def _turn(graph: TurnGraph, ports: Ports, line: Line) -> Turn:
    conversation = Conversation(conversation_id=uuid4().hex, channel=Channel.WEB)
    progress = Progress(turn_id=uuid4().hex, now=ports.clock(), conversation=conversation, text=line.text)
    turn, _ = await graph.run(progress)
    return turn


def _ports(settings: Settings) -> Ports:
    shared: Reading = build_reading(settings)
    clock = settings.clock
    return build_ports(shared, crm=MemoryCRM(clock), clock=clock, live=live_sources(settings, clock))


async def _each(text: str, answer: Answer, *, jsonl: bool) -> None:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # lines of JSON are UTF-8, whatever the terminal is set to
    if not jsonl:
        if not text.strip():
            raise LineBroken(
                "There are no words to read. Give them after the command, or use --jsonl with lines of JSON."
            )
        found = await answer(Line(id=0, text=storable(text)))
        print(json.dumps(found, ensure_ascii=False, indent=2))  # noqa: T201 - the command's output
        return
    for line in lines_of(sys.stdin.buffer):
        found = await answer(line)
        print(json.dumps({"id": line.id} | found, ensure_ascii=False), flush=True)  # noqa: T201 - the command's output


def lines_of(stream: BinaryIO) -> Iterator[Line]:
    """Lines of bytes, so that one that is not UTF-8 is named like any other. Raises LineBroken."""
    for number, raw in enumerate(stream, start=1):
        if not raw.strip():
            continue
        try:
            line = Line.model_validate(json.loads(raw.removeprefix(BOM)))
        except (ValueError, RecursionError) as error:
            example = '{"id": "1", "text": "..."}'
            raise LineBroken(f"Line {number} is not what is expected here: {example}.") from error
        yield line.model_copy(update={"text": storable(line.text), "id": _storable_id(line.id)})


def _storable_id(given: str | int) -> str | int:
    return storable(given) if isinstance(given, str) else given
