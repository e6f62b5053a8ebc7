"""The read step: an engine understands the message; we decide which of it belongs to the draft under way."""

from assistant.conversation import Conversation, Work
from assistant.ports import Ports
from assistant.progress import Did, Progress
from assistant.reading import Asked, Reading, Repair, Request
from assistant.report import waiting_or_under_way
from assistant.turn import Step
from tools.draft import Kind
from tools.location import Location


async def read(turn: Progress, ports: Ports) -> Did:
    """Understand the message in the light of what was asked, and queue its requests."""
    conversation = turn.conversation
    asked = conversation.asked.model_copy(
        update={
            "language": conversation.language,
            "language_chosen": conversation.language_chosen,
            "earlier": conversation.questions[-2:],
        }
    )
    reading = await ports.engine.read(turn.text, asked)
    spoken = conversation.model_copy(update={"language": reading.language})
    queue = tuple(request for request in reading.requests if not _belongs(request, reading, conversation, asked))
    return Did(
        reading=reading,
        queue=queue,
        conversation=spoken,
        resumes=waiting_or_under_way(conversation),
        steps=(Step(name="read", did=_told(reading), ms=0, detail={"engine": reading.engine}),),
    )


def _told(reading: Reading) -> str:
    kinds = [request.service.name if request.service else request.kind.value for request in reading.requests]
    return f"understood: {', '.join(kinds)}" if kinds else "understood a reply to what was asked"


def _belongs(request: Request, reading: Reading, conversation: Conversation, asked: Asked) -> bool:
    """Whether a report is about the draft under way rather than a further matter."""
    work = conversation.work
    if work is not None and request.kind is Kind.STATUS and request.case_id is None:
        return answered(reading, asked)
    if work is None or request.kind not in (Kind.REPORT, Kind.OTHER):
        return False
    if asked.asking_for == "service" or reading.repair in (Repair.CORRECTION, Repair.START_OVER):
        return True
    if request.kind is Kind.OTHER:
        return answered(reading, asked)
    if asked.asking_for is not None and answered(reading, asked) and not _clearly_new(request, reading):
        return True
    same_service = _service(request) in (None, _service_of(work))
    return same_service and not _elsewhere(request.location, work.draft.location)


def _clearly_new(request: Request, reading: Reading) -> bool:
    """Whether a report stands beside the answer rather than being its words: sure of itself, and about another
    place."""
    sure = request.service is not None and request.service.confidence >= SURE_OF_A_NEW_MATTER
    same_place = request.location is None or (reading.location and request.location.street == reading.location.street)
    return sure and not same_place


SURE_OF_A_NEW_MATTER = 0.75
"""From this confidence on a report inside an answer is taken for a further matter."""


def answered(reading: Reading, asked: Asked) -> bool:
    """Whether the message holds an answer to what was asked."""
    code = asked.asking_for
    values = code in reading.fields or (code in ("location", "location_choice") and reading.location is not None)
    contact = code == "contact" and any((reading.contact.phone, reading.contact.email, reading.contact.name))
    return values or contact or reading.consent is not None or reading.choice is not None or reading.repair is not None


def _service(request: Request) -> str | None:
    return request.service.code if request.service else None


def _service_of(work: Work) -> str | None:
    return work.draft.service.code if work.draft.service else None


def _elsewhere(said: Location | None, known: Location | None) -> bool:
    if said is None or known is None or known.candidates:
        return False
    return (said.street, said.number) != (known.street, known.number) and bool(said.street or said.place)
