"""What a turn does about an engine, a topic or a service that is switched off: a person, or the embedded engine."""

from dataclasses import dataclass

from assistant.conversation import Work
from assistant.engine import Engine
from assistant.handoff import hand_off
from assistant.ports import Ports
from assistant.progress import Did, Progress
from assistant.reading import Asked, Reading
from assistant.switches import CASES, EMBEDDED, MODEL, SERVICE, TOPIC, Off
from knowledge.article import Found, Passage
from tools.crm import CRMUnavailable


async def engine_off(turn: Progress, ports: Ports) -> Did | None:
    """Without the embedded engine nothing can be read: a person takes over. Danger was looked for before."""
    if EMBEDDED not in await ports.off():
        return None
    return await hand_off(turn, ports, why="the engine is switched off")


async def service_off(turn: Progress, work: Work, ports: Ports) -> Did | None:
    """A report of a service that is switched off goes to a person, with the draft as far as it got."""
    service = work.draft.service
    if service is None or work.choices or f"{SERVICE}:{service.code}" not in await ports.off():
        return None
    kept = turn.model_copy(update={"conversation": turn.conversation.model_copy(update={"work": work})})
    return await hand_off(kept, ports, why=f"the service {service.code} is switched off")


async def topic_off(found: tuple[Found, ...], ports: Ports) -> bool:
    """Whether what fits a question best belongs to a topic that is switched off: nothing else may answer it then."""
    return bool(found) and f"{TOPIC}:{found[0].passage.article}" in await ports.off()


async def takes_cases(off: Off) -> None:
    """Passes while cases may be written. While they are switched off a write is met as if the case system were away:
    what is confirmed is kept and filed later. Raises CRMUnavailable."""
    if CASES in await off():
        raise CRMUnavailable("Writing to the case system is switched off (`beacon switch on cases`).")


@dataclass(frozen=True, eq=False)
class SwitchedEngine:
    """Implements `assistant.engine.Engine`: the model while it is switched on, else the embedded engine."""

    model: Engine
    embedded: Engine
    off: Off

    @property
    def name(self) -> str:
        """Which engine is asked first."""
        return self.model.name

    async def read(self, message: str, asked: Asked) -> Reading:
        """Understand a message in the light of what was asked. Always gives a Reading, whatever the text."""
        return await (await self._engine()).read(message, asked)

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        """The sentences that answer a question from these passages."""
        return await (await self._engine()).word(question, passages, language=language, sentences=sentences)

    async def _engine(self) -> Engine:
        return self.embedded if MODEL in await self.off() else self.model
