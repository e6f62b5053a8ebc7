"""The status step: finds a case and says in plain words how it stands, never who reported it."""

from time import monotonic

from assistant.look_ups import as_long, may_look, not_found
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.own_cases import meant_case, others_in_words, own_cases
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.proof import begin, named_phone
from assistant.readback import promise
from assistant.reading import Asked, Request
from assistant.turn import Step
from assistant.wording import Wording
from tools.case import Case, Status
from tools.case_number import valid
from tools.clock import city_time
from tools.crm import CaseNotFound, CRMError
from tools.handed_on import handed_on
from tools.pickups import planned_day
from tools.service import Catalogue
from tools.teams import department_names


async def status(turn: Progress, ports: Ports) -> Did:
    """Look the case up by its number, by the sender's own proven number, or ask for the number."""
    request = turn.request
    if request.case_id is None and (phone := named_phone(turn, ports)) is not None:
        return (await begin(turn, phone, ports)).model_copy(update={"done": None, "queue": turn.queue[1:]})
    if request.asks_who:
        return _done(turn, ports.wording.say("refuse_who", turn.language), Outcome.REFUSED, "kept the reporter private")
    if request.case_id is not None and not may_look(turn.conversation, turn.now):
        text = ports.wording.say("status_no_number", turn.language)
        return _done(turn, text, Outcome.NOT_KNOWN, "looked up no further number in this conversation")
    began = monotonic()
    try:
        case, others = await _find(turn, request, ports)
        if case is not None and not await may_see(case, turn, ports):
            raise CaseNotFound(case.case_id)
    except CaseNotFound:
        await as_long(began)
        return _not_found(turn, request.case_id or "", ports)
    except CRMError as error:
        text = ports.wording.say("crm_down_lookup", turn.language)
        return _done(turn, text, Outcome.NOT_KNOWN, f"the case system did not answer: {type(error).__name__}")
    if case is None:
        return which_case(turn, ports)
    return _told_of(turn, case, others, ports)


async def own_status(turn: Progress, words: str, ports: Ports) -> Did:
    """How the cases of a number stand that was just proven, in the light of what was asked before."""
    try:
        meant, others = meant_case(await own_cases(turn, ports), words, ports.catalogue)
        whole = await ports.crm.get(meant.case_id) if meant is not None else None
    except CRMError as error:
        text = ports.wording.say("crm_down_lookup", turn.language)
        return _done(turn, text, Outcome.NOT_KNOWN, f"the case system did not answer: {type(error).__name__}")
    if whole is None:
        return _done(turn, ports.wording.say("proof_none", turn.language), Outcome.NOT_KNOWN, "found no case of theirs")
    return _told_of(turn, whole, others, ports)


def _told_of(turn: Progress, case: Case, others: tuple[Case, ...], ports: Ports) -> Did:
    text = in_words(case, ports.catalogue, ports.wording, language=turn.language)
    if others:
        named = others_in_words(others, ports.catalogue, turn.language)
        text = f"{text}\n{ports.wording.say('status_others', turn.language, list=named)}"
    told = _done(turn, text, Outcome.STATUS_GIVEN, f"looked up case {case.case_id}")
    remembered = turn.conversation.model_copy(update={"told_of": case.case_id})
    return told.model_copy(update={"case": case, "conversation": remembered})


def _not_found(turn: Progress, number: str, ports: Ports) -> Did:
    """The same words and the same wait for a number that is nobody's and for one that this person may not see."""
    name = "status_misspelt" if number.startswith("B311") and not valid(number) else "status_not_found"
    text = ports.wording.say(name, turn.language, case=number)
    told = _done(turn, text, Outcome.NOT_KNOWN, f"found no case {number} that may be told of here")
    return told.model_copy(update={"conversation": not_found(turn.conversation, turn.now)})


async def _find(turn: Progress, request: Request, ports: Ports) -> tuple[Case | None, tuple[Case, ...]]:
    """The case that is meant, with its history; and the other open ones of somebody who named no number."""
    if request.case_id is not None:
        return await ports.crm.get(request.case_id), ()
    meant, others = meant_case(await own_cases(turn, ports), request.words.quote, ports.catalogue)
    return (None, ()) if meant is None else (await ports.crm.get(meant.case_id), others)


async def may_see(case: Case, turn: Progress, ports: Ports) -> bool:
    """A public service's status is public; any other only for who filed it: in this conversation, or from this
    proven number."""
    service = ports.catalogue.services.get(case.service)
    if (service is not None and service.public) or case.case_id in turn.conversation.cases:
        return True
    if turn.conversation.phone is None:
        return False
    return any(each.case_id == case.case_id for each in await ports.crm.reported_by(turn.conversation.phone))


def in_words(case: Case, catalogue: Catalogue, wording: Wording, *, language: str) -> str:
    """How a case stands: what, where, since when, with whom, and what its closing really means."""
    service = catalogue.services.get(case.service)
    name = service.name(language) if service else case.service
    place = case.location.value if case.location else ""
    opened = wording.date(city_time(case.opened).date(), language)
    head = wording.say("status_head", language, case=case.case_id, service=name, place=place or "-", date=opened)
    return "\n".join(line for line in (head, state_in_words(case, catalogue, wording, language)) if line)


def state_in_words(case: Case, catalogue: Catalogue, wording: Wording, language: str) -> str:
    """Open and with whom; or when it was closed, what that means and how to go on."""
    if case.status is Status.OPEN:
        name = "status_returned" if case.returned else "status_open"
        held = wording.say(name, language, team=_department(case, catalogue))
        promised = promise(case.route, wording, language=language)
        return "\n".join(line for line in (held, _planned(case, wording, language), promised) if line)
    closed = wording.date(city_time(case.closed or case.updated).date(), language)
    if case.status is Status.TRANSITIONED:
        return _handed_on(case, catalogue, wording, language, date=closed)
    meaning = closure_in_words(case.closure_reason, catalogue, language)
    said = wording.say("status_closed", language, date=closed)
    reopen = wording.say("status_still_there", language)
    return "\n".join(line for line in (said, meaning, reopen) if line)


def _handed_on(case: Case, catalogue: Catalogue, wording: Wording, language: str, *, date: str) -> str:
    """To whom it was passed, never that it is done; who can tell where we do not know."""
    to, reopen = handed_on(case, catalogue), wording.say("status_still_there", language)
    if to is None:
        return f"{wording.say('status_transitioned', language, date=date)}\n{reopen}"
    if to.case_id is not None:
        return wording.say("status_moved", language, date=date, case=to.case_id)
    said = wording.say("status_handed_to", language, date=date, agency=to.name)
    reach = wording.say("status_reach", language, contact=to.contact) if to.contact else ""
    return "\n".join((" ".join(part for part in (said, reach) if part), reopen))


def _planned(case: Case, wording: Wording, language: str) -> str:
    """The day that the work is planned for, if the system names one."""
    day = planned_day(case)
    return wording.say("news_scheduled", language, date=wording.date(day, language)) if day else ""


def _department(case: Case, catalogue: Catalogue) -> str:
    """Who has the case now, as the City says it: it may have been given to another department than its service's."""
    service = catalogue.services.get(case.service)
    own = service.department_name if service else "311"
    if case.route is None or (service is not None and case.route.department == service.department):
        return own
    return department_names(catalogue).get(case.route.department, own)


def closure_in_words(reason: str | None, catalogue: Catalogue, language: str) -> str:
    """What a closure code means, in a language or in English; nothing when we do not know the code."""
    if reason is None:
        return ""
    code = catalogue.closure_codes.get(reason.strip().rstrip("."))
    return code.words.get(language, code.words["en"]) if code else ""


def which_case(turn: Progress, ports: Ports) -> Did:
    """Ask for the number of a case that somebody speaks of without one."""
    by_phone = ports.codes is not None and turn.conversation.channel is Channel.WEB
    text = ports.wording.say("status_which_or_phone" if by_phone else "status_which", turn.language)
    asked = turn.conversation.asked if turn.conversation.work else Asked(asking_for="case_number")
    told = _done(turn, text, Outcome.ASKED, "asked for the case number")
    return told.model_copy(update={"conversation": turn.conversation.model_copy(update={"asked": asked})})


def _done(turn: Progress, text: str, outcome: Outcome, did: str) -> Did:
    step = Step(name="status", did=did, ms=0)
    return Did(say=(Part(text=text),), outcomes=(outcome,), queue=turn.queue[1:], steps=(step,))
