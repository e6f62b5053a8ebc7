"""The turn as a LangGraph graph: which step follows which. The steps themselves know nothing of LangGraph.

screen ─► read ─► ┬► answer ──────┐
                  ├► report ──────┤
                  ├► status ──────┤
                  ├► refer ───────┼─► (next request) … ─► check ─► reply
                  ├► handoff ─────┤
                  └► acknowledge ─┘
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from assistant import tracing
from assistant.acknowledge import acknowledge
from assistant.check import check
from assistant.day import answer
from assistant.disclosures import with_care
from assistant.handoff import handoff
from assistant.ports import Ports
from assistant.progress import Did, Progress
from assistant.read import read
from assistant.refer import is_external, refer
from assistant.reply import reply
from assistant.report import report
from assistant.screen import screen
from assistant.status import status
from assistant.surge import with_notice
from assistant.turn import Turn
from tools.draft import Kind

StepOfATurn = Callable[[Progress, Ports], Awaitable[Did]]
STEPS: dict[str, StepOfATurn] = {
    "screen": screen,
    "read": read,
    "answer": answer,
    "report": report,
    "status": status,
    "refer": refer,
    "handoff": handoff,
    "acknowledge": acknowledge,
}
BY_KIND = {
    Kind.QUESTION: "answer",
    Kind.REPORT: "report",
    Kind.STATUS: "status",
    Kind.PERSON: "handoff",
    Kind.FEEDBACK: "acknowledge",
    Kind.OTHER: "acknowledge",
}
MOST_STEPS = 60
"""A message of ten requests needs about 25 steps; a turn that needs more than this is broken and fails."""


class State(TypedDict):
    """What LangGraph carries from step to step: the turn so far and, at the end, the finished one."""

    progress: Progress
    turn: Turn | None


@dataclass(frozen=True, eq=False)
class _TimedStep:
    """A step as LangGraph runs it: what it did is merged into the turn, with how long it took."""

    name: str
    step: StepOfATurn
    ports: Ports

    async def __call__(self, state: State) -> dict[str, Progress]:
        began = perf_counter()
        with tracing.step(self.name):
            did = await self.step(state["progress"], self.ports)
        took = round((perf_counter() - began) * 1000, 2)
        steps = tuple(each.model_copy(update={"ms": took}) for each in did.steps)
        return {"progress": state["progress"].after(did.model_copy(update={"steps": steps}))}


class TurnGraph:
    """Runs one turn through its steps."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._graph = self._build()

    async def run(self, progress: Progress) -> tuple[Turn, Progress]:
        """The finished turn, and how the conversation stands after it."""
        end = await self._graph.ainvoke({"progress": progress, "turn": None}, {"recursion_limit": MOST_STEPS})
        return end["turn"], end["progress"]

    def _build(self) -> CompiledStateGraph[State, None, State, State]:
        graph = StateGraph(State)
        for name, step in STEPS.items():
            graph.add_node(name, _TimedStep(name, step, self._ports))
        graph.add_node("check", self._check)
        graph.add_node("reply", self._reply)
        graph.add_edge(START, "screen")
        ways = {*BY_KIND.values(), "refer", "check"}
        graph.add_conditional_edges("screen", self._after_screen, ["read", "report", "check"])
        for name in STEPS.keys() - {"screen"}:
            graph.add_conditional_edges(name, self._where_next, sorted(ways))
        graph.add_edge("check", "reply")
        graph.add_edge("reply", END)
        return graph.compile()

    def _after_screen(self, state: State) -> str:
        progress = state["progress"]
        if progress.done:
            return "check"
        return "report" if progress.resumes else "read"

    def _where_next(self, state: State) -> str:
        progress = state["progress"]
        if progress.done:
            return "check"
        if progress.queue:
            external = is_external(progress.request, self._ports.catalogue)
            return "refer" if external else BY_KIND[progress.request.kind]
        return "report" if progress.resumes else "check"

    async def _check(self, state: State) -> dict[str, Progress]:
        return {"progress": check(state["progress"], self._ports)}

    async def _reply(self, state: State) -> dict[str, Turn | Progress]:
        noticed = with_notice(state["progress"], await self._ports.surge())
        progress, turn = reply(with_care(noticed, self._ports.wording))
        return {"progress": progress, "turn": turn}
