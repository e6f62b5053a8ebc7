"""Changes a filed case at a resident's wish: withdraws it, adds to it, or opens it again, each after a yes.

Only who reported a case may withdraw it or add to it: in this conversation, or from the proven number it was reported
with. Any public case may be told to be still there. The key of a change is made when it is offered, so a yes that is
worked twice changes once.
"""

import re
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Literal

import yaml

from assistant.asking import offered
from assistant.conversation import Conversation, WishedChange
from assistant.look_ups import as_long, may_look, not_found
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.readback import shortened
from assistant.reading import Asked, Consent
from assistant.status import may_see
from assistant.switched_off import takes_cases
from assistant.turn import Step
from tools.case import Case, Status
from tools.case_number import find_case_number
from tools.crm import CaseNotFound, CRMError, CRMRejected

Kind = Literal["withdraw", "amend", "reopen"]
RULES = Path(__file__).parent / "rules" / "changes.yaml"
KINDS: tuple[Kind, ...] = ("withdraw", "amend", "reopen")
ASKED = {"withdraw": "withdraw_ask", "amend": "amend_ask", "reopen": "reopen_ask"}
DONE = {"withdraw": "case_withdrawn", "amend": "case_amended", "reopen": "case_reopened"}
FEWEST_WORDS = 3
"""A wish to add of fewer words beside the command does not say what to add."""

LONGEST_COMMAND = 12
"""In more words "close the case" or "still there" is part of a story, unless a number is named."""


async def about_change(turn: Progress, ports: Ports) -> Did | None:
    """What a message wishes about a filed case; None for a message about anything else."""
    pending = turn.conversation.change
    if pending is not None and not pending.words and pending.kind == "amend":
        return _offer(turn, pending.model_copy(update={"words": turn.text.strip()}), ports)
    if pending is not None:
        return await _answered(turn, pending, ports)
    if turn.conversation.work is not None or turn.conversation.asked.asking_for is not None:
        return None
    named = find_case_number(turn.text)
    kind = wished(turn.text)
    case_id = named or (_last(turn.conversation, kind) if kind else None)
    if kind is None or case_id is None or (named is None and len(turn.text.split()) > LONGEST_COMMAND):
        return None
    return await _begun(turn, kind, case_id, ports)


async def offer_to_add(turn: Progress, ports: Ports) -> Did | None:
    """Offer to add a message to the case that was filed last in this conversation; None if it can take no more."""
    case_id = turn.conversation.cases[-1]
    try:
        case = await ports.crm.get(case_id)
    except CRMError:
        return None
    if case.status is not Status.OPEN:
        return None
    change = WishedChange(kind="amend", case_id=case_id, words=turn.text.strip(), key=f"{turn.turn_id}:amend")
    return _offer(turn, change, ports)


def wished(text: str) -> Kind | None:
    """Which change a message speaks of."""
    low = text.casefold()
    return next((kind for kind in KINDS if any(pattern.search(low) for pattern in _rules()[kind])), None)


@lru_cache
def _rules() -> dict[str, tuple[re.Pattern[str], ...]]:
    content = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return {kind: tuple(re.compile(each) for each in content[kind]) for kind in KINDS}


def _last(conversation: Conversation, kind: Kind) -> str | None:
    """The case spoken of: the one told about last, else the one filed last."""
    filed = conversation.cases[-1] if conversation.cases else None
    return conversation.told_of or filed if kind == "reopen" else filed or conversation.told_of


async def _begun(turn: Progress, kind: Kind, case_id: str, ports: Ports) -> Did | None:
    if not may_look(turn.conversation, turn.now):
        return _said(turn, "status_no_number", Outcome.NOT_KNOWN, case_id, ports)
    began = monotonic()
    try:
        case = await ports.crm.get(case_id)
        seen = await may_see(case, turn, ports)
        allowed = kind == "reopen" or await _is_own(case, turn, ports)
        if not seen:
            raise CaseNotFound(case_id)
    except CaseNotFound:
        await as_long(began)
        told = _said(turn, "status_not_found", Outcome.NOT_KNOWN, case_id, ports)
        return told.model_copy(update={"conversation": not_found(told.conversation or turn.conversation, turn.now)})
    except CRMError:
        return _said(turn, "change_down", Outcome.NOT_KNOWN, case_id, ports)
    if (case.status is Status.OPEN) == (kind == "reopen"):
        return None if kind == "reopen" else _said(turn, "change_closed", Outcome.NOT_KNOWN, case_id, ports)
    if not allowed:
        return _said(turn, "change_not_yours", Outcome.REFUSED, case_id, ports)
    words = _beside_the_command(turn.text) if kind == "amend" else turn.text.strip()
    change = WishedChange(kind=kind, case_id=case.case_id, words=words, key=f"{turn.turn_id}:{kind}")
    if not words:
        return _said(turn, "change_add_what", Outcome.ASKED, case_id, ports, change=change)
    return _offer(turn, change, ports)


def _beside_the_command(text: str) -> str:
    """What is to be added: the words behind a colon or the command; nothing if there are too few."""
    rest = text.partition(":")[2] or text
    for pattern in () if ":" in text else _rules()["amend"]:
        rest = pattern.sub(" ", rest.casefold()) if pattern.search(rest.casefold()) else rest
    return rest.strip(" ,.-") if len(rest.split()) >= FEWEST_WORDS else ""


def _offer(turn: Progress, change: WishedChange, ports: Ports) -> Did:
    """Read the change back and wait for a yes."""
    say = ports.wording.say
    labels = [say("label_submit", turn.language), say("label_leave", turn.language)]
    told = _said(turn, ASKED[change.kind], Outcome.READ_BACK, change.case_id, ports, change=change)
    return told.model_copy(update={"quick_replies": offered(labels)})


async def _answered(turn: Progress, change: WishedChange, ports: Ports) -> Did | None:
    """A yes changes the case, a no leaves it, and anything else lets the offer go and is read as a new message."""
    asked = Asked(asking_for="confirmation", options=("submit", "leave"), language=turn.language)
    reading = await ports.engine.read(turn.text, asked)
    if reading.consent is Consent.YES or reading.choice == 1:
        return await _changed(turn, change, ports)
    if reading.consent is Consent.NO or reading.choice == 2:
        return _said(turn, "change_left", Outcome.ACKNOWLEDGED, change.case_id, ports)
    return None


async def _changed(turn: Progress, change: WishedChange, ports: Ports) -> Did:
    try:
        case = await _write(change, ports)
    except (CRMRejected, CaseNotFound):
        if change.kind == "reopen":
            return _given_to_a_person(turn, change, ports)
        return _said(turn, "change_closed", Outcome.NOT_KNOWN, change.case_id, ports)
    except CRMError:
        return _said(turn, "change_down", Outcome.NOT_KNOWN, change.case_id, ports, change=change)
    done = _said(turn, DONE[change.kind], Outcome.CASE_CHANGED, change.case_id, ports)
    return done.model_copy(update={"case": case})


def _given_to_a_person(turn: Progress, change: WishedChange, ports: Ports) -> Did:
    """Not every system opens a case again; then a person at 311 takes the matter up."""
    told = _said(turn, "handed_off", Outcome.HANDED_OFF, change.case_id, ports)
    after = (told.conversation or turn.conversation).model_copy(update={"handed_off": True})
    return told.model_copy(update={"conversation": after})


async def _write(change: WishedChange, ports: Ports) -> Case:
    await takes_cases(ports.off)
    match change.kind:
        case "withdraw":
            return await ports.crm.withdraw(change.case_id, reason="Withdrawn by its reporter", key=change.key)
        case "amend":
            return await ports.crm.amend(change.case_id, words=change.words, key=change.key)
        case "reopen":
            return await ports.crm.reopen(change.case_id, reason=change.words, key=change.key)


async def _is_own(case: Case, turn: Progress, ports: Ports) -> bool:
    if case.case_id in turn.conversation.cases:
        return True
    phone = turn.conversation.phone
    return phone is not None and any(each.case_id == case.case_id for each in await ports.crm.reported_by(phone))


def _said(
    turn: Progress, name: str, outcome: Outcome, case_id: str, ports: Ports, *, change: WishedChange | None = None
) -> Did:
    asked = Asked(asking_for="confirmation", options=("submit", "leave")) if change and change.words else Asked()
    words = shortened(change.words) if change else ""
    text = ports.wording.say(name, turn.language, case=case_id, words=words)
    return Did(
        say=(Part(text=text),),
        outcomes=(outcome,),
        conversation=turn.conversation.model_copy(update={"change": change, "asked": asked}),
        done=True,
        steps=(Step(name="change", did=f"{name} for case {case_id}", ms=0),),
    )
