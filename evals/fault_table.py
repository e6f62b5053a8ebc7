"""Plays the same conversations against a model server with each fault, and says what became of them: `beacon evals
faults`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

from assistant.bootstrap import Reading, build_ports
from assistant.engine import Engine
from assistant.engine_choice import model_engine
from assistant.message import Channel
from assistant.model import Answering
from assistant.model_ledger import DESK_SECONDS, SECONDS
from assistant.model_servers import model_servers
from assistant.openai_engine import OpenAIModel
from assistant.settings import Settings
from assistant.suggest import Suggester
from assistant.turn import Turn
from evals.fault_row import FaultRow
from evals.grade import graded, passed
from evals.model_faults import Fault
from evals.model_server import KEY, MODEL, ModelServer, serving
from evals.play import Played, play
from evals.scenario import Scenario, load_scenarios
from tools.clock import system_clock
from tools.draft import Draft, Kind
from tools.memory_crm import MemoryCRM

SCENARIOS = Path(__file__).parent / "model_scenarios"
SLOW = (Fault.TIMEOUT, Fault.SLOW_FIRST_BYTE, Fault.RATE_LIMITED_FOR_A_MOMENT)
"""Faults that take a turn's time, which is not the same for each channel."""

WHERE = {Channel.WEB: "page", Channel.SMS: "text message", Channel.VOICE: "phone"}
CALLS = ("pothole at 100 perham st", "theres a big pothole")


async def fault_row(
    fault: Fault, parts: Reading, scenarios: Sequence[Scenario], *, channel: Channel = Channel.WEB
) -> FaultRow:
    """The conversations under one fault on one channel, each with a fresh server and engine."""
    scenarios = [each.model_copy(update={"channel": channel}) for each in scenarios]
    played = [await play_with_fault(fault, scenario, parts) for scenario in scenarios]
    turns = [turn for each in played for turn in each.turns]
    calls = [step.detail for turn in turns for step in turn.steps if step.name == "model"]
    slowest = max(_ms(turn) for turn in turns)
    wrong = [f"{each.scenario.id}: {aspect}: {why}" for each in played for aspect, why in _wrong(each)]
    return FaultRow(
        fault=fault,
        where=WHERE[channel],
        right=not wrong,
        wrong=tuple(wrong),
        outcomes=tuple(outcome.value for each in played for outcome in each.outcomes),
        engines=tuple(dict.fromkeys(turn.engine for turn in turns)),
        troubles=tuple(dict.fromkeys(str(call["trouble"]) for call in calls if call["trouble"])),
        attempts=sum(int(call["attempts"] or 0) for call in calls),
        slowest_ms=slowest,
        in_time=all(_ms(turn) <= SECONDS[each.scenario.channel] * 1000 for each in played for turn in each.turns),
    )


async def desk_row(fault: Fault, parts: Reading) -> FaultRow:
    """Two drafts for a call-taker under one fault: the second comes when the first has shown what the model is like."""
    drafts: list[tuple[Draft, float]] = []
    async with scripted_engine(parts, fault) as engine:
        suggester = Suggester(build_ports(parts, crm=MemoryCRM(system_clock), clock=system_clock, engine=engine))
        for text in CALLS:
            began = perf_counter()
            draft = await suggester.draft(text)
            drafts.append((draft, (perf_counter() - began) * 1000))
    wrong = tuple(text for text, (draft, _) in zip(CALLS, drafts, strict=True) if draft.kind is not Kind.REPORT)
    slowest = max(ms for _, ms in drafts)
    return FaultRow(
        fault=fault,
        where="desk",
        right=not wrong,
        wrong=wrong,
        outcomes=(),
        engines=tuple(dict.fromkeys(draft.engine for draft, _ in drafts)),
        troubles=(),
        attempts=0,
        slowest_ms=slowest,
        in_time=slowest <= DESK_SECONDS * 1000,
    )


async def play_with_fault(fault: Fault, scenario: Scenario, parts: Reading) -> Played:
    """A scenario played on the model engine, whose server has a fault."""
    async with scripted_engine(parts, fault) as engine:
        return await play(scenario, parts, engine=engine)


@asynccontextmanager
async def scripted_engine(parts: Reading, fault: Fault = Fault.NONE) -> AsyncIterator[Engine]:
    """The engine on the scripted model, behind a server of its own on the loopback."""
    async with serving(ModelServer()) as address:
        path = "/v1" if fault is Fault.NONE else f"/faults/{fault.value}/v1"
        server = model_servers()["openai"]
        model = OpenAIModel(server, base_url=address + path, api_key=KEY, name=MODEL, answering=Answering.JSON_SCHEMA)
        try:
            yield model_engine(model, parts.engine, Settings(openai_tokens_per_day=None))
        finally:
            await model.close()


async def fault_table(parts: Reading, *, done: Callable[[int, int], None]) -> tuple[FaultRow, ...]:
    """A row for every fault on the page, and for the slow ones by text message and at the desk."""
    scenarios = load_scenarios(SCENARIOS, parts.engine.catalogue.services)
    making = [fault_row(fault, parts, scenarios) for fault in Fault]
    making += [fault_row(fault, parts, scenarios, channel=Channel.SMS) for fault in SLOW]
    making += [desk_row(fault, parts) for fault in SLOW]
    rows: list[FaultRow] = []
    for row in making:
        rows.append(await row)
        done(len(rows), len(making))
    return tuple(rows)


def _wrong(played: Played) -> list[tuple[str, str]]:
    grades = graded(played)
    silent = [("said", "a turn without a reply")] if any(not turn.replies for turn in played.turns) else []
    failing = [(aspect.value, grade.why) for aspect, grade in grades.items() if grade.value is False]
    return [*failing, *silent] if not passed(grades) or silent else []


def _ms(turn: Turn) -> float:
    return max((step.ms for step in turn.steps if step.name == "turn"), default=0.0)
