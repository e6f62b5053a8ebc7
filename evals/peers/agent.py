"""The opponent: LangGraph's prebuilt tool-calling agent with the product's own tools and a prompt of its own."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from langchain_core.tools import StructuredTool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.prebuilt import create_react_agent

from assistant.bootstrap import Reading
from assistant.drafting import Drafter, new_case
from assistant.reading import Request
from evals.peers.agent_model import ChatModel
from tools.clock import Clock
from tools.crm import CaseNotFound
from tools.draft import Field, Kind, ServiceChoice
from tools.location import Location, Span
from tools.memory_crm import MemoryCRM

PROMPT = Path(__file__).parent / "prompt.md"
SERVICES, PASSAGES = 4, 4
"""How many services and passages the tools return: as many as our own model sees of passages."""

NEAR_M, NEW = 60.0, timedelta(days=30)


class Toolbox:
    """The tools of one conversation, on the same catalogue, map, library and CRM that the product uses."""

    def __init__(self, parts: Reading, crm: MemoryCRM, drafter: Drafter, clock: Clock) -> None:
        self._parts, self._crm, self._drafter, self._clock = parts, crm, drafter, clock
        self._key = uuid4().hex

    async def search_services(self, text: str) -> str:
        """Find the city services that a problem may be, with the questions each asks. text: the problem in English."""
        codes = self._parts.engine.requests.ranker.nearest(text, count=SERVICES)
        services = [self._parts.engine.catalogue.services[code] for code in codes]
        return json.dumps(
            [
                {
                    "code": each.code,
                    "for": each.summary,
                    "questions": {one.code: [choice.key for choice in one.choices] for one in each.attributes},
                }
                for each in services
            ]
        )

    async def locate(self, address: str) -> str:
        """Place an address, corner or park on the city's map. address: the resident's words for the place."""
        place = self._located(address)
        if place is None:
            return json.dumps({"found": False})
        return json.dumps({"found": place.lat is not None, "place": place.value, "neighborhood": place.neighborhood})

    async def find_duplicates(self, service: str, address: str) -> str:
        """Find open cases of a service near a place."""
        place = self._located(address)
        found = await self._crm.near(service, place, radius_m=NEAR_M, since=self._clock() - NEW) if place else ()
        return json.dumps([case.case_id for case in found])

    async def create_case(self, service: str, address: str, description: str, answers: dict[str, str]) -> str:
        """Open a case after the resident said yes. answers: the service's questions by code, as the resident said."""
        known = self._parts.engine.catalogue.services[service]
        request = Request(
            kind=Kind.REPORT,
            words=Span.of(description, 0, len(description)),
            service=ServiceChoice(code=service, name=known.name(), confidence=1.0),
            location=self._located(address),
            fields={code: Field(value=value, confidence=1.0) for code, value in answers.items()},
        )
        draft = self._drafter.start(request, language="en", engine="openai", now=self._clock())
        case = new_case(draft, (description,), channel="web", phone=None)
        filed = await self._crm.create(case, key=f"{self._key}:{service}:{address}")
        return json.dumps({"case_id": filed.case_id})

    async def get_case(self, case_id: str) -> str:
        """Look a case up by its number."""
        try:
            case = await self._crm.get(case_id)
        except CaseNotFound:
            return json.dumps({"found": False})
        return json.dumps({"service": case.service, "status": case.status.value, "closure": case.closure_reason})

    async def search_articles(self, question: str) -> str:
        """Search the city's articles for what answers a question."""
        found = self._parts.library.search(question, language="en", limit=PASSAGES)
        return json.dumps([{"title": each.passage.heading, "text": each.passage.text} for each in found])

    async def hand_off(self, reason: str) -> str:
        """Hand the conversation to a person."""
        return json.dumps({"handed_off": True, "reason": reason})

    def _located(self, address: str) -> Location | None:
        return self._parts.engine.places.read(address, expecting=True)


def build_agent(model: ChatModel, tools: Toolbox) -> Any:  # noqa: ANN401 - LangGraph's compiled graph
    """The agent, remembering its conversation."""
    given = (
        tools.search_services,
        tools.locate,
        tools.find_duplicates,
        tools.create_case,
        tools.get_case,
        tools.search_articles,
        tools.hand_off,
    )
    bound = [StructuredTool.from_function(coroutine=each, name=each.__name__) for each in given]
    prompt = PROMPT.read_text(encoding="utf-8")
    return create_react_agent(model, bound, prompt=prompt, checkpointer=InMemorySaver())
