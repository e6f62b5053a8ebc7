"""Changes a filed case at a resident's wish: withdraws it, adds to it, opens it again, or moves the day of its pick-up,
each after a yes.

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
from assistant.conversation import WishedChange
from assistant.look_ups import as_long, may_look, not_found
from assistant.message import QuickReply
from assistant.moving import booked_case, day_named, days_for, in_words, moved_to, speaks_of_pickup
from assistant.outcome import Outcome
from assistant.pickup_days import day_in_words
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.readback import shortened
from assistant.reading import Asked, Consent
from assistant.sending_photos import MOST_PHOTOS, photos_in_words
from assistant.status import may_see
from assistant.switched_off import takes_cases
from assistant.turn import Step
from tools.case import Case, Status
from tools.case_number import find_case_number
from tools.crm import CaseNotFound, CRMError, CRMRejected
from tools.pickups import day_of

Kind = Literal["withdraw", "amend", "reopen", "move"]
RULES = Path(__file__).parent / "rules" / "changes.yaml"
KINDS: tuple[Kind, ...] = ("withdraw", "amend", "reopen", "move")
ASKED = {"withdraw": "withdraw_ask", "amend": "amend_ask", "reopen": "reopen_ask", "move": "move_ask"}
DONE = {"withdraw": "case_withdrawn", "amend": "case_amended", "reopen": "case_reopened", "move": "case_moved"}
FEWEST_WORDS = 3
"""A wish to add of fewer words beside the command does not say what to add."""

LONGEST_COMMAND = 12
"""In more words "close the case" or "still there" is part of a story, unless a number is named."""


async def about_change(turn: Progress, ports: Ports) -> Did | None:
    """What a message wishes about a filed case; None for a message about anything else."""
    pending = turn.conversation.change
    if pending is not None and not pending.words and pending.kind == "amend":
        return _offer(turn, pending.model_copy(update={"words": turn.text.strip()}), ports)
    if pending is not None and pending.kind == "reopen" and turn.media and not turn.text.strip():
        return _offer(turn, _with_photos(pending, turn), ports)
    if pending is not None and pending.kind == "move" and _names_a_day(turn, pending):
        return await _moving(turn, pending.case_id, ports)
    if pending is not None:
        return await _answered(turn, pending, ports) if pending.words else None
    if turn.conversation.work is not None or turn.conversation.asked.asking_for is not None:
        return None
    named = find_case_number(turn.text)
    kind = wished(turn.text)
    case_id = named or (await _meant(turn, kind, ports) if kind else None)
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


async def _meant(turn: Progress, kind: Kind, ports: Ports) -> str | None:
    """The case spoken of: a pick-up of theirs if it is about one, else the one told about last or filed last."""
    conversation = turn.conversation
    if kind == "move" or speaks_of_pickup(turn.text):
        return await booked_case(turn, ports)
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
    wish = WishedChange(kind=kind, case_id=case.case_id, words=words, key=f"{turn.turn_id}:{kind}")
    change = _with_photos(wish, turn)
    if kind == "move":
        return await _moving(turn, case_id, ports)
    if not words:
        return _said(turn, "change_add_what", Outcome.ASKED, case_id, ports, change=change)
    return _offer(turn, change, ports)


def _names_a_day(turn: Progress, pending: WishedChange) -> bool:
    day = day_named(turn, ()) if any(letter.isalpha() for letter in turn.text) else None
    return day is not None and day.isoformat() != pending.words


async def _moving(turn: Progress, case_id: str, ports: Ports) -> Did:
    """Offer the day that is named, or ask which of the free ones; a person, where no day can be booked here."""
    try:
        days = await days_for(await ports.crm.get(case_id), turn, ports)
    except CRMError:
        return _said(turn, "change_down", Outcome.NOT_KNOWN, case_id, ports)
    if not days:
        return _said(turn, "move_not_here", Outcome.NOT_KNOWN, case_id, ports)
    day, say = day_named(turn, days), ports.wording.say
    wish = WishedChange(kind="move", case_id=case_id, words="", key=f"{turn.turn_id}:move")
    if day in days and day is not None:
        return _offer(turn, wish.model_copy(update={"words": day.isoformat()}), ports)
    free = in_words(days, ports.wording, language=turn.language)
    told = _said(turn, "move_which", Outcome.ASKED, case_id, ports, change=wish, days="; ".join(free))
    buttons = told.model_copy(update={"quick_replies": tuple(QuickReply(label=each, send=each) for each in free)})
    if day is None:
        return buttons
    named = day_in_words(day, ports.wording, language=turn.language)
    taken = Part(text=say("pickup_not_free", turn.language, day=named))
    return buttons.model_copy(update={"say": (taken, *told.say)})


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
    day = _day(turn, change, ports)
    told = _said(turn, ASKED[change.kind], Outcome.READ_BACK, change.case_id, ports, change=change, day=day)
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


def _with_photos(change: WishedChange, turn: Progress) -> WishedChange:
    """The change with the photos of this message too; only an opening again takes photos."""
    photos = (*change.photos, *turn.media) if change.kind == "reopen" else ()
    return change.model_copy(update={"photos": photos[:MOST_PHOTOS]})


async def _changed(turn: Progress, wish: WishedChange, ports: Ports) -> Did:
    change = _with_photos(wish, turn)
    try:
        case = await _write(change, ports)
    except (CRMRejected, CaseNotFound):
        return await _refused(turn, change, ports)
    except CRMError:
        return _said(turn, "change_down", Outcome.NOT_KNOWN, change.case_id, ports, change=change)
    done = _said(turn, DONE[change.kind], Outcome.CASE_CHANGED, change.case_id, ports, day=_day(turn, change, ports))
    here = turn.conversation.conversation_id
    photos = await photos_in_words(change.photos, change.case_id, change.key, here, ports, language=turn.language)
    say = (*done.say, Part(text=photos)) if photos else done.say
    return done.model_copy(update={"case": case, "say": say})


def _day(turn: Progress, change: WishedChange, ports: Ports) -> str:
    """The day of a move in words; nothing for another change."""
    day = day_of(change.words) if change.kind == "move" else None
    return day_in_words(day, ports.wording, language=turn.language) if day else ""


async def _refused(turn: Progress, change: WishedChange, ports: Ports) -> Did:
    """A closed case takes no change and a day may be gone; what cannot be done with an open one, a person does."""
    try:
        case = await ports.crm.get(change.case_id)
    except CRMError:
        return _said(turn, "change_down", Outcome.NOT_KNOWN, change.case_id, ports)
    if case.status is Status.OPEN and change.kind == "move":
        return await _moving(turn, case.case_id, ports)
    if case.status is Status.OPEN or change.kind == "reopen":
        return _given_to_a_person(turn, change, ports)
    return _said(turn, "change_closed", Outcome.NOT_KNOWN, change.case_id, ports)


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
        case "move":
            return await moved_to(change.words, change.case_id, change.key, ports)


async def _is_own(case: Case, turn: Progress, ports: Ports) -> bool:
    if case.case_id in turn.conversation.cases:
        return True
    phone = turn.conversation.phone
    return phone is not None and any(each.case_id == case.case_id for each in await ports.crm.reported_by(phone))


def _said(
    turn: Progress,
    name: str,
    outcome: Outcome,
    case_id: str,
    ports: Ports,
    *,
    change: WishedChange | None = None,
    **values: str,
) -> Did:
    asked = Asked(asking_for="confirmation", options=("submit", "leave")) if change and change.words else Asked()
    words = shortened(change.words) if change else ""
    text = ports.wording.say(name, turn.language, case=case_id, words=words, **values)
    return Did(
        say=(Part(text=text),),
        outcomes=(outcome,),
        conversation=turn.conversation.model_copy(update={"change": change, "asked": asked}),
        done=True,
        steps=(Step(name="change", did=f"{name} for case {case_id}", ms=0),),
    )
