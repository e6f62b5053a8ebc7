"""Plays 20 scenarios on the product and on LangGraph's prebuilt agent, against one test server, in one run.

    python -m evals.peers.agent_compare docs/model.md

Both pay 400 ms a model call. The opponent is scripted without a fault, with the fewest calls its way of working needs.
"""

import asyncio
import re
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import openai
from langgraph.warnings import LangGraphDeprecatedSinceV10

from assistant.bootstrap import Reading, build_ports, build_reading
from assistant.engine_choice import model_engine
from assistant.model import Answering
from assistant.model_servers import model_servers
from assistant.openai_engine import OpenAIModel
from assistant.settings import Settings, read_settings
from evals.grade import graded, passed
from evals.model_agent import agent_scripts
from evals.model_page import table, write_block
from evals.model_server import KEY, MODEL, ModelServer, serving
from evals.peers.agent import Toolbox, build_agent
from evals.peers.agent_model import ChatModel
from evals.play import Played, play
from evals.scenario import Scenario, load_scenarios
from evals.world import crm_of
from tools.clock import fixed_clock
from tools.value import Value

SCENARIOS = Path(__file__).parents[1] / "scenarios"
DELAY_MS = 400
KINDS = ("report", "question", "status", "handoff", "smalltalk")


class Cost(Value):
    """What one conversation took."""

    scenario: str
    resolved: bool
    seconds: float
    calls: int
    tokens: int

    @property
    def kind(self) -> str:
        """What the resident wanted."""
        return self.scenario.partition("-")[0]


async def compare(parts: Reading) -> tuple[list[Cost], list[Cost]]:
    """The costs of both, scenario by scenario, ours first; they take turns."""
    loaded = load_scenarios(SCENARIOS, parts.engine.catalogue.services)
    chosen = [each for each in loaded if each.id in agent_scripts()]
    ours, theirs = [], []
    server = ModelServer()
    async with serving(server) as address:
        base = f"{address}/slow/{DELAY_MS}/v1"
        profile = model_servers()["openai"]
        model = OpenAIModel(profile, base_url=base, api_key=KEY, name=MODEL, answering=Answering.JSON_SCHEMA)
        client = openai.AsyncOpenAI(base_url=base, api_key=KEY, max_retries=0)
        engine = model_engine(model, parts.engine, Settings(openai_tokens_per_day=None))
        for scenario in [chosen[0], *chosen]:  # the first one once more, to warm up
            before = len(server.usage)
            played = await play(scenario, parts, engine=engine)
            ours.append(_cost(scenario, server, before, _seconds(played), resolved=passed(graded(played))))
            theirs.append(await _agent(scenario, parts, server, client))
        await model.close()
        await client.close()
    return ours[1:], theirs[1:]


async def _agent(scenario: Scenario, parts: Reading, server: ModelServer, client: openai.AsyncOpenAI) -> Cost:
    server.agent_script = agent_scripts()[scenario.id]
    clock = fixed_clock(scenario.now)
    crm = crm_of(scenario.world, clock, parts.geocoder)
    drafter = build_ports(parts, crm=crm, clock=clock).drafter
    agent = build_agent(ChatModel(client=client, model=MODEL), Toolbox(parts, crm, drafter, clock))
    reports = "service" in server.agent_script
    before, began = len(server.usage), perf_counter()
    for text in (scenario.resident.opening, *(("yes",) if reports else ())):
        config = {"configurable": {"thread_id": scenario.id}}
        end = await agent.ainvoke({"messages": [{"role": "user", "content": text}]}, config)
    seconds = perf_counter() - began
    filed = [
        case for case_id, case in crm.cases.items() if case_id not in {each.case_id for each in scenario.world.cases}
    ]
    right = [case.service for case in filed] == ([server.agent_script["service"]] if reports else [])
    server.agent_script = None
    told = str(end["messages"][-1].content)
    said = reports or all(re.search(each, told) for each in scenario.expect.said)
    return _cost(scenario, server, before, seconds, resolved=right and said and bool(told))


def _seconds(played: Played) -> float:
    """The time of its turns; the world around them is made anew for each scenario and counts for neither side."""
    return sum(step.ms for turn in played.turns for step in turn.steps if step.name == "turn") / 1000


def _cost(scenario: Scenario, server: ModelServer, before: int, seconds: float, *, resolved: bool) -> Cost:
    calls = server.usage[before:]
    tokens = sum(each["prompt_tokens"] for each in calls)
    return Cost(scenario=scenario.id, resolved=resolved, seconds=seconds, calls=len(calls), tokens=tokens)


def compared(ours: Sequence[Cost], theirs: Sequence[Cost]) -> str:
    """The table: what a resolved conversation takes, by kind and in all."""
    heads = ("conversations", "resolved, ours", "resolved, agent")
    measures = [
        f"{what}, {whose}" for what in ("seconds", "calls", "prompt tokens") for whose in ("ours", "agent", "ratio")
    ]
    rows = [_row(kind, [c for c in ours if c.kind == kind], [c for c in theirs if c.kind == kind]) for kind in KINDS]
    return table((*heads, *measures), [*rows, _row("all", ours, theirs)])


def _row(name: str, ours: Sequence[Cost], theirs: Sequence[Cost]) -> tuple[str, ...]:
    done = [sum(each.resolved for each in costs) for costs in (ours, theirs)]
    cells = [f"{name} ({len(ours)})", str(done[0]), str(done[1])]
    for what, digits in (("seconds", 2), ("calls", 2), ("tokens", 0)):
        one, other = (
            sum(getattr(each, what) for each in costs) / max(1, count)
            for costs, count in zip((ours, theirs), done, strict=True)
        )
        cells += [f"{one:.{digits}f}", f"{other:.{digits}f}", f"{one / other:.2f}" if other else ""]
    return tuple(cells)


def main(page: Path | None) -> None:
    """Measure, print, and write the table into a page."""
    warnings.simplefilter("ignore", LangGraphDeprecatedSinceV10)
    text = compared(*asyncio.run(compare(build_reading(read_settings()))))
    sys.stdout.write(f"{text}\n")
    if page is not None:
        write_block(page, "peers", text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
