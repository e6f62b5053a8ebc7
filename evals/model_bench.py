"""Measures what a model costs in time and tokens, and what a dead server costs: `beacon evals model`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from statistics import quantiles
from time import perf_counter, process_time
from uuid import uuid4

import httpx2

from assistant.bootstrap import Reading, build_ports
from assistant.conversation import Conversation
from assistant.engine import Engine
from assistant.engine_choice import model_engine
from assistant.graph import TurnGraph
from assistant.message import Channel, Message
from assistant.model import Answering, Usage
from assistant.model_budget import price_of
from assistant.model_servers import model_servers
from assistant.openai_engine import OpenAIModel
from assistant.respond import Responder
from assistant.settings import Settings
from assistant.turn import Turn
from evals.bench import CONVERSATION
from evals.figures import Figure
from evals.model_process import running_model_server
from evals.model_server import KEY, MODEL
from tools.clock import system_clock
from tools.memory_crm import MemoryCRM
from tools.value import Value

ROUNDS = 12
DELAY_MS = 50
"""How long the test model thinks about each call."""

PRICED_AS = "gpt-4o-mini"
NOBODY = "http://127.0.0.1:9/v1"
"""An address at which nothing listens."""


class Timed(Value):
    """A turn and how long it took from the message to the reply; `model_ms` of that were the test server's own.

    `cpu_ms` is what our process computed for it, which hardly depends on what else the machine does.
    """

    turn: Turn
    ms: float
    cpu_ms: float
    model_ms: float = 0.0

    @property
    def calls(self) -> int:
        """How many calls of a model the turn made, those that were refused unmade left out."""
        return sum(1 for step in self.turn.steps if step.name == "model" and step.detail["attempts"])


async def measure_model(parts: Reading) -> tuple[Figure, ...]:
    """The figures, all taken in one run: the engines take turns, so that what else the machine does meets all alike."""
    with running_model_server() as address:
        model, dead_model = _model(f"{address}/slow/{DELAY_MS}/v1"), _model(NOBODY)
        async with httpx2.AsyncClient(base_url=address) as client:
            players = (
                _Player.on(parts, parts.engine),
                _Player.on(parts, model_engine(model, parts.engine, _settings()), timings=client),
                _Player.on(parts, model_engine(dead_model, parts.engine, _settings())),
            )
            for number in range(ROUNDS):
                for player in players:
                    await player.converse(keep=number > 0)
        await model.close()
        await dead_model.close()
    embedded, asked, dead = (player.timed for player in players)
    return (*_times(embedded, asked, dead), *_calls(asked), *_tokens(asked))


@dataclass(frozen=True, eq=False)
class _Player:
    """Plays the bench's conversation on one engine. `timings` is where the test server tells its own times."""

    responder: Responder
    timings: httpx2.AsyncClient | None = None
    timed: list[Timed] = field(default_factory=list)

    @classmethod
    def on(cls, parts: Reading, engine: Engine, *, timings: httpx2.AsyncClient | None = None) -> "_Player":
        """On this engine, with a case system of its own."""
        ports = build_ports(parts, crm=MemoryCRM(system_clock), clock=system_clock, engine=engine)
        return cls(Responder(TurnGraph(ports), ports, parts.versions), timings)

    async def converse(self, *, keep: bool) -> None:
        """One conversation; its turns are kept, except those that warm up."""
        conversation = Conversation(conversation_id=uuid4().hex, channel=Channel.WEB)
        for place, text in enumerate(CONVERSATION):
            message = Message(
                conversation_id=conversation.conversation_id,
                message_id=f"{place}",
                sequence=place + 1,
                text=text,
                at=system_clock(),
            )
            began, computed = perf_counter(), process_time()
            responded = await self.responder(conversation, (message,))
            took, cpu = (perf_counter() - began) * 1000, (process_time() - computed) * 1000
            conversation = responded.conversation
            model_ms = sum((await self.timings.get("/timings")).json()) if self.timings else 0.0
            if keep:
                self.timed.append(Timed(turn=responded.turn, ms=took, cpu_ms=cpu, model_ms=model_ms))


def _times(embedded: Sequence[Timed], asked: Sequence[Timed], dead: Sequence[Timed]) -> list[Figure]:
    overhead = [each.ms - each.model_ms for each in asked if each.calls]
    usual = _p95([each.ms for each in embedded])
    opened = [each.ms for each in dead if each.calls == 0]
    times = round(_p95(opened) / usual, 2)
    computed = [
        Figure(what=f"processor time of ours a turn, p95, {name}", value=_p95(times), total=len(times), unit="ms")
        for name, times in (
            ("embedded engine", [each.cpu_ms for each in embedded]),
            ("with the model", [each.cpu_ms for each in asked if each.calls]),
            ("server dead, breaker open", [each.cpu_ms for each in dead if each.calls == 0]),
        )
    ]
    return [
        Figure(what="turn p95, embedded engine", value=usual, total=len(embedded), unit="ms"),
        _at_most("overhead beyond the model's time, p95", _p95(overhead), len(overhead), "ms", 40),
        Figure(what="turn p95, server dead, breaker open", value=_p95(opened), total=len(opened), unit="ms"),
        _at_most("as a multiple of the embedded engine's", times, len(opened), "x", 1.2),
        *computed,
    ]


def _calls(asked: Sequence[Timed]) -> list[Figure]:
    answers = [each.calls for each in asked if "answered" in each.turn.outcomes]
    others = [each.calls for each in asked if "answered" not in each.turn.outcomes]
    mean = round(sum(answers + others) / len(asked), 2)
    return [
        _at_most("most calls, report, status or chit-chat", max(others), len(others), "calls", 1),
        _at_most("most calls, answers", max(answers), len(answers), "calls", 2),
        Figure(what="calls a turn", value=mean, total=len(asked), unit="calls"),
    ]


def _tokens(asked: Sequence[Timed]) -> list[Figure]:
    details = [step.detail for each in asked for step in each.turn.steps if step.name == "model"]
    usages = [(str(each["call"]), _usage(each)) for each in details]
    reads = [usage for call, usage in usages if call == "read" and usage.prompt]
    cached = [usage.cached / usage.prompt for usage in reads]
    whole = reduce(Usage.plus, (usage for _, usage in usages))
    conversations = ROUNDS - 1
    price = price_of(PRICED_AS)
    each_one = round((whole.prompt + whole.completion) / conversations)
    cents = round(price.of(whole) * 100 / conversations, 4) if price else 0.0
    return [
        _at_most("prompt for reading, most", max(each.prompt for each in reads), len(reads), "tokens", 2_500),
        Figure(what="cached prefix of it, least", value=round(min(cached), 3), total=len(cached), target=0.6),
        Figure(what="tokens a conversation", value=each_one, total=conversations, unit="tokens"),
        Figure(what=f"its cost at {PRICED_AS}'s price", value=cents, total=conversations, unit="cents"),
    ]


def _usage(detail: dict[str, str | int | float | bool | None]) -> Usage:
    return Usage(
        prompt=int(detail["prompt_tokens"] or 0),
        cached=int(detail["cached_tokens"] or 0),
        completion=int(detail["completion_tokens"] or 0),
    )


def _at_most(what: str, value: float, total: int, unit: str, target: float) -> Figure:
    return Figure(what=what, value=value, total=total, unit=unit, target=target, at_most=True)


def _model(address: str) -> OpenAIModel:
    server = model_servers()["openai"]
    return OpenAIModel(server, base_url=address, api_key=KEY, name=MODEL, answering=Answering.JSON_SCHEMA)


def _settings() -> Settings:
    return Settings(openai_tokens_per_conversation=None, openai_tokens_per_day=None)


def _p95(times: Sequence[float]) -> float:
    return round(quantiles(times, n=20)[18], 1)
