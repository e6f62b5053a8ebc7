"""The world of a scenario: a CRM with its cases, and the outside failing where the scenario says so."""

from dataclasses import dataclass, field

from assistant.contact import e164
from assistant.engine import Engine, EngineFailed
from assistant.reading import Asked, Reading
from evals.scenario import SeededCase, World, WorldFault
from knowledge.article import Found, Library, Passage, SearchUnavailable
from tools.case import Case, CaseEvent, Change, Reporter, Status
from tools.clock import Clock
from tools.geocode import Geocoder
from tools.location import Location
from tools.memory_crm import Fault, MemoryCRM


def crm_of(world: World, clock: Clock, geocoder: Geocoder) -> MemoryCRM:
    """A fresh CRM with the world's cases, on the map where the geocoder knows their place, and its failures."""
    faults = [
        Fault.model_validate({"at": each.at.removeprefix("crm."), "error": each.error, "times": each.times})
        for each in world.faults
        if each.at.startswith("crm.")
    ]
    crm = MemoryCRM(clock, faults=faults)
    for case in world.cases:
        phone = e164(case.reporter_phone)
        crm.seed(_case(case, geocoder), reporter=Reporter(phone=phone) if phone else None)
    return crm


def _case(seeded: SeededCase, geocoder: Geocoder) -> Case:
    place = seeded.location
    street = " & ".join(name for name in (place.street, place.cross) if name)
    line = place.place or " ".join(part for part in (place.number, street) if part)
    value = ", ".join(part for part in (line, place.neighborhood) if part)
    named = Location(value=value, confidence=1.0, **place.model_dump())
    closed = None if seeded.status is Status.OPEN else seeded.opened
    return Case(
        case_id=seeded.case_id,
        service=seeded.service,
        status=seeded.status,
        closure_reason=seeded.closure_reason,
        opened=seeded.opened,
        updated=seeded.opened,
        closed=closed,
        location=named if named.lat is not None else geocoder.find(named),
        attributes=seeded.attributes,
        history=(CaseEvent(at=seeded.opened, change=Change.CREATED),),
    )


@dataclass
class Failures:
    """What is still to fail at a point."""

    faults: list[WorldFault] = field(default_factory=list)

    def due(self, point: str) -> WorldFault | None:
        """The failure to play now, counted off."""
        for place, fault in enumerate(self.faults):
            if fault.at == point and fault.times != 0:
                if isinstance(fault.times, int):
                    self.faults[place] = fault.model_copy(update={"times": fault.times - 1})
                return fault
        return None


@dataclass(frozen=True, eq=False)
class FailingEngine:
    """An engine that fails where the scenario says so, and is the given one otherwise."""

    engine: Engine
    failures: Failures

    @property
    def name(self) -> str:
        """The name of the engine behind."""
        return self.engine.name

    async def read(self, message: str, asked: Asked) -> Reading:
        """Understand a message, or fail. Raises EngineFailed."""
        self._play("engine.read")
        return await self.engine.read(message, asked)

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        """Word an answer, or fail. Raises EngineFailed."""
        self._play("engine.word")
        return await self.engine.word(question, passages, language=language, sentences=sentences)

    def _play(self, point: str) -> None:
        if fault := self.failures.due(point):
            raise EngineFailed(f"The engine failed on purpose: {fault.error}.")


@dataclass(frozen=True, eq=False)
class FailingLibrary:
    """A library whose search fails where the scenario says so."""

    library: Library
    failures: Failures

    @property
    def version(self) -> str:
        """The version of the library behind."""
        return self.library.version

    @property
    def embedded(self) -> bool:
        """Whether it searches with the vectors of this machine only."""
        return self.library.embedded

    async def prepare(self, question: str, *, seconds: float) -> None:
        """Let the library behind prepare."""
        await self.library.prepare(question, seconds=seconds)

    def search(self, question: str, *, language: str, limit: int = 5) -> tuple[Found, ...]:
        """The passages that fit a question. Raises SearchUnavailable."""
        if self.failures.due("index.search"):
            raise SearchUnavailable("The search failed on purpose.")
        return self.library.search(question, language=language, limit=limit)
