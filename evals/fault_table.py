"""Plays the same conversations against a model server with each fault, and says what became of them: `beacon evals
faults`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from assistant.bootstrap import Reading
from assistant.engine import Engine
from assistant.engine_choice import model_engine
from assistant.model import Answering
from assistant.model_ledger import SECONDS
from assistant.model_servers import model_servers
from assistant.openai_engine import OpenAIModel
from assistant.settings import Settings
from assistant.turn import Turn
from evals.fault_row import FaultRow
from evals.grade import graded, passed
from evals.model_faults import Fault
from evals.model_server import KEY, MODEL, ModelServer, serving
from evals.play import Played, play
from evals.scenario import Scenario, load_scenarios

SCENARIOS = Path(__file__).parent / "model_scenarios"


async def fault_row(fault: Fault, parts: Reading, scenarios: Sequence[Scenario]) -> FaultRow:
    """The conversations under one fault, each with a fresh server and engine."""
    played = [await play_with_fault(fault, scenario, parts) for scenario in scenarios]
    turns = [turn for each in played for turn in each.turns]
    calls = [step.detail for turn in turns for step in turn.steps if step.name == "model"]
    slowest = max(_ms(turn) for turn in turns)
    wrong = [f"{each.scenario.id}: {aspect}: {why}" for each in played for aspect, why in _wrong(each)]
    return FaultRow(
        fault=fault,
        right=not wrong,
        wrong=tuple(wrong),
        outcomes=tuple(outcome.value for each in played for outcome in each.outcomes),
        engines=tuple(dict.fromkeys(turn.engine for turn in turns)),
        troubles=tuple(dict.fromkeys(str(call["trouble"]) for call in calls if call["trouble"])),
        attempts=sum(int(call["attempts"] or 0) for call in calls),
        slowest_ms=slowest,
        in_time=all(_ms(turn) <= SECONDS[each.scenario.channel] * 1000 for each in played for turn in each.turns),
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
    """A row for every fault."""
    scenarios = load_scenarios(SCENARIOS, parts.engine.catalogue.services)
    rows: list[FaultRow] = []
    for fault in Fault:
        rows.append(await fault_row(fault, parts, scenarios))
        done(len(rows), len(Fault))
    return tuple(rows)


def _wrong(played: Played) -> list[tuple[str, str]]:
    grades = graded(played)
    silent = [("said", "a turn without a reply")] if any(not turn.replies for turn in played.turns) else []
    failing = [(aspect.value, grade.why) for aspect, grade in grades.items() if grade.value is False]
    return [*failing, *silent] if not passed(grades) or silent else []


def _ms(turn: Turn) -> float:
    return max((step.ms for step in turn.steps if step.name == "turn"), default=0.0)
