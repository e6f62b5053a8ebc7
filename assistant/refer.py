"""The refer step: a matter that is not the city's. Say whose it is and how to reach them."""

from assistant.outcome import Outcome
from assistant.owners import owner_of, referral
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Request
from assistant.report import take_in
from assistant.turn import Step
from tools.draft import Kind
from tools.service import Agency, Catalogue


async def refer(turn: Progress, ports: Ports) -> Did:
    """Name the owner and the number to call; go on to a referral case where the city keeps a queue for them."""
    request = turn.request
    agency = owner(request, ports.catalogue)
    told = Did(
        say=(Part(text=_words(agency, turn, ports)),),
        outcomes=(Outcome.REFERRED,),
        queue=turn.queue[1:],
        steps=(Step(name="refer", did=f"found whose matter this is: {agency.name if agency else 'not known'}", ms=0),),
    )
    if agency is None or agency.referral_service is None:
        return told
    begun = take_in(turn, request, ports, told=(f"agency:{agency.code}",))
    return told.model_copy(update={"conversation": begun.conversation, "resumes": begun.resumes})


def owner(request: Request, catalogue: Catalogue) -> Agency | None:
    """The agency whose matter a report is, or None if it is the city's (or nobody's we know)."""
    if not request.jurisdiction.city:
        return catalogue.agencies.get(request.jurisdiction.agency or "")
    return owner_of(request.service.code, catalogue) if request.service is not None else None


def is_external(request: Request, catalogue: Catalogue) -> bool:
    """Whether a report is for somebody other than the city's departments."""
    return request.kind is Kind.REPORT and (not request.jurisdiction.city or owner(request, catalogue) is not None)


def _words(agency: Agency | None, turn: Progress, ports: Ports) -> str:
    if agency is None:
        return ports.wording.say("refer_unsure", turn.language)
    return referral(agency, ports.wording, language=turn.language)
