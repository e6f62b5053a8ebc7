"""Measures what a model costs in time and tokens, and what a dead server costs: `beacon evals model`."""

from collections.abc import Sequence
from functools import reduce
from statistics import quantiles
from time import perf_counter
from uuid import uuid4

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
    """A turn and how long it took from the message to the reply."""

    turn: Turn
    ms: float

    @property
    def calls(self) -> int:
        """How many calls of a model the turn made, those that were refused unmade left out."""
        return sum(1 for step in self.turn.steps if step.name == "model" and step.detail["attempts"])


async def measure_model(parts: Reading) -> tuple[Figure, ...]:
    """The figures, all taken in one run."""
    embedded = await _conversations(parts, parts.engine)
    with running_model_server() as address:
        model = _model(f"{address}/slow/{DELAY_MS}/v1")
        asked = await _conversations(parts, model_engine(model, parts.engine, _settings()))
        await model.close()
    dead_model = _model(NOBODY)
    dead = await _conversations(parts, model_engine(dead_model, parts.engine, _settings()))
    await dead_model.close()
    return (*_times(embedded, asked, dead), *_calls(asked), *_tokens(asked))


def _times(embedded: Sequence[Timed], asked: Sequence[Timed], dead: Sequence[Timed]) -> list[Figure]:
    overhead = [each.ms - each.calls * DELAY_MS for each in asked if each.calls]
    usual = _p95([each.ms for each in embedded])
    opened = [each.ms for each in dead if each.calls == 0]
    times = round(_p95(opened) / usual, 2)
    return [
        Figure(what="turn p95, embedded engine", value=usual, total=len(embedded), unit="ms"),
        _at_most("overhead beyond the model's time, p95", _p95(overhead), len(overhead), "ms", 40),
        Figure(what="turn p95, server dead, breaker open", value=_p95(opened), total=len(opened), unit="ms"),
        _at_most("as a multiple of the embedded engine's", times, len(opened), "x", 1.2),
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


async def _conversations(parts: Reading, engine: Engine) -> list[Timed]:
    """The turns of the bench's conversation, again and again; the first round warms up and is left out."""
    ports = build_ports(parts, crm=MemoryCRM(system_clock), clock=system_clock, engine=engine)
    responder = Responder(TurnGraph(ports), ports, parts.versions)
    timed: list[Timed] = []
    for number in range(ROUNDS):
        conversation = Conversation(conversation_id=uuid4().hex, channel=Channel.WEB)
        for place, text in enumerate(CONVERSATION):
            message = Message(
                conversation_id=conversation.conversation_id,
                message_id=f"{number}-{place}",
                sequence=place + 1,
                text=text,
                at=system_clock(),
            )
            began = perf_counter()
            responded = await responder(conversation, (message,))
            took = (perf_counter() - began) * 1000
            conversation = responded.conversation
            if number:
                timed.append(Timed(turn=responded.turn, ms=took))
    return timed


def _model(address: str) -> OpenAIModel:
    server = model_servers()["openai"]
    return OpenAIModel(server, base_url=address, api_key=KEY, name=MODEL, answering=Answering.JSON_SCHEMA)


def _settings() -> Settings:
    return Settings(openai_tokens_per_conversation=None, openai_tokens_per_day=None)


def _p95(times: Sequence[float]) -> float:
    return round(quantiles(times, n=20)[18], 1)
