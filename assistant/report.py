"""The report step: takes a report in, merges what was answered, asks one thing, reads back, or files."""

import re
from datetime import date

from assistant.asking import offered
from assistant.booking import too_many_homes, with_named_day
from assistant.conversation import Conversation, Work
from assistant.dropping import dropped
from assistant.filing import file, join
from assistant.merge import Merged, Merger, Wish
from assistant.next_question import CHANGING, ask_next, ask_what_to_change, kept_for_later
from assistant.next_thing import SURE_ENOUGH
from assistant.outcome import Outcome
from assistant.owners import referral
from assistant.pickup_days import day_in_words
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Asked, Consent, Request
from assistant.switched_off import service_off
from assistant.telling import danger, tell
from assistant.turn import Step
from tools.draft import Alternative, Draft
from tools.location import Span
from tools.service import Agency

SEND = re.compile(r"\b(?:submit|send)\b", re.IGNORECASE)
"""The words that send a report, as every read-back names them."""


async def report(turn: Progress, ports: Ports) -> Did:
    """Work off the next report of the message, or go on with the draft under way."""
    if turn.queue:
        return take_in(turn, turn.request, ports)
    return await go_on(turn, ports)


def take_in(turn: Progress, request: Request, ports: Ports, *, told: tuple[str, ...] = ()) -> Did:
    """Begin a draft, or keep the request until the draft under way is done. `told` is what was explained already."""
    conversation = turn.conversation
    if conversation.work is not None:
        kept = conversation.model_copy(update={"waiting": (*conversation.waiting, request)})
        return Did(queue=turn.queue[1:], conversation=kept, resumes=True)
    work = begin(request, turn, ports).model_copy(update={"told": told})
    begun = conversation.model_copy(update={"work": work, "asked": Asked(), "reasks": {}})
    return Did(queue=turn.queue[1:], conversation=begun, resumes=True)


def begin(request: Request, turn: Progress, ports: Ports) -> Work:
    """The draft of a request; unsure of its service while nothing speaks clearly for one."""
    draft = ports.drafter.start(request, language=turn.language, engine=turn.engine, now=turn.now)
    words = (request.words.quote,)
    if draft.service is None or draft.service.confidence >= SURE_ENOUGH:
        return Work(draft=draft, words=words)
    top = Alternative(code=draft.service.code, name=draft.service.name, confidence=draft.service.confidence)
    choices = (top, *draft.service.alternatives)[:3]
    return Work(draft=draft, words=words, choices=choices, clarify=request.clarify)


async def go_on(turn: Progress, ports: Ports) -> Did:
    """Merge what the message says about the draft, then do or ask the next thing."""
    work = turn.conversation.work
    if work is None:
        return _take_up_next(turn, ports)
    asked = turn.conversation.asked.asking_for
    if asked and (fewer := dropped(turn.text, turn.conversation, ports.catalogue)):
        return _without_one(turn, fewer, ports)
    named = with_named_day(await _looked_up(_merged(turn, work, ports), turn, ports), work, turn)
    merged = named.merged
    if named.not_free is not None:
        return await _not_free(named.not_free, turn, merged, ports)
    if (stopped := await _stopped(turn, work, merged, ports)) is not None:
        return stopped
    match merged.wish:
        case Wish.DROP:
            return _dropped(turn, ports)
        case Wish.FILE if not _yes_to_a_change(turn):
            return _then_next(await file(turn, merged.work, ports))
        case Wish.JOIN if merged.work.draft.duplicates:
            return _then_next(await join(turn, merged.work, ports))
        case Wish.CHANGE:
            return await ask_what_to_change(turn, merged.work, ports)
    return await ask_next(turn, merged, ports)


async def _looked_up(merged: Merged, turn: Progress, ports: Ports) -> Merged:
    """What was merged, with a place that only the city's address service knows."""
    draft = await ports.drafter.looked_up(merged.work.draft, now=turn.now)
    return merged.model_copy(update={"work": merged.work.model_copy(update={"draft": draft})})


def _yes_to_a_change(turn: Progress) -> bool:
    """Whether a bare yes answers "what should I change?": it may mean either, so the report is read back again."""
    plainly_sent = turn.reading is not None and turn.reading.choice == 1
    return CHANGING in turn.conversation.reasks and not plainly_sent and SEND.search(turn.text) is None


def _claimed(before: Draft, after: Draft, ports: Ports) -> Agency | None:
    """Whose matter a report turned out to be with this answer; None if that is as it was."""
    if before.jurisdiction.city and not after.jurisdiction.city:
        return ports.catalogue.agencies.get(after.jurisdiction.agency or "")
    return None


async def _referred(agency: Agency, turn: Progress, merged: Merged, ports: Ports) -> Did:
    """Say whose it is; go on where the City passes it on, else let the report go."""
    said = Part(text=referral(agency, ports.wording, language=turn.language))
    if agency.referral_service is None:
        free = turn.conversation.model_copy(update={"work": None, "asked": Asked(), "reasks": {}})
        return _then_next(Did(say=(said,), outcomes=(Outcome.REFERRED,), conversation=free, resumes=False))
    told = (*merged.work.told, f"agency:{agency.code}")
    known = merged.model_copy(update={"work": merged.work.model_copy(update={"told": told})})
    did = await ask_next(turn, known, ports)
    return did.model_copy(update={"say": (said, *did.say), "outcomes": (Outcome.REFERRED, *did.outcomes)})


async def _stopped(turn: Progress, work: Work, merged: Merged, ports: Ports) -> Did | None:
    """What keeps a report from going on: a switch, danger, another owner, a building that is too big."""
    if (held := await service_off(turn, merged.work, ports)) is not None:
        return held
    if (hazard := _answered_with_danger(merged, turn.conversation.asked.asking_for, ports)) is not None:
        return _stop_for(hazard, turn, merged.work, ports)
    if (owner := _claimed(work.draft, merged.work.draft, ports)) is not None:
        return await _referred(owner, turn, merged, ports)
    if too_many_homes(merged.work.draft):
        return _let_go("pickup_homes", turn, merged, ports)
    return None


async def _not_free(day: date, turn: Progress, merged: Merged, ports: Ports) -> Did:
    """Say that a day cannot be had, and read the draft back with those that can."""
    told = day_in_words(day, ports.wording, language=turn.language)
    said = Part(text=ports.wording.say("pickup_not_free", turn.language, day=told))
    did = await ask_next(turn, merged, ports)
    return did.model_copy(update={"say": (said, *did.say)})


def _let_go(name: str, turn: Progress, merged: Merged, ports: Ports) -> Did:
    """Say why nothing can come of the report and who can help; it is let go."""
    said = Part(text=ports.wording.say(name, turn.language))
    free = turn.conversation.model_copy(update={"work": None, "asked": Asked(), "reasks": {}})
    step = Step(name="report", did=f"let the report go: {name}", ms=0)
    done = Did(
        say=(said,),
        outcomes=(Outcome.REFERRED,),
        draft=merged.work.draft,
        conversation=free,
        resumes=False,
        steps=(step,),
    )
    return _then_next(done)


def _answered_with_danger(merged: Merged, asked: str | None, ports: Ports) -> str | None:
    return danger(merged.work.draft, asked, ports) if asked in merged.changed else None


def _stop_for(hazard: str, turn: Progress, work: Work, ports: Ports) -> Did:
    """An answer speaks of danger: 911 first. The draft is kept, and goes on with the next message."""
    lines = (ports.wording.say(hazard, turn.language), ports.wording.say("emergency_kept", turn.language))
    work = tell(work, ports, language=turn.language).work
    return Did(
        say=(Part(text="\n".join(lines)),),
        outcomes=(Outcome.EMERGENCY,),
        draft=work.draft,
        conversation=turn.conversation.model_copy(update={"work": work, "asked": Asked(), "reasks": {}}),
        resumes=False,
        steps=(Step(name="report", did="found danger in an answer and gave 911", ms=0, detail={"rule": hazard}),),
    )


def _merged(turn: Progress, work: Work, ports: Ports) -> Merged:
    asked = turn.conversation.asked
    begun_now = asked.asking_for is None and work.words[-1] in turn.text
    if turn.reading is None or begun_now:
        return Merged(work=work, understood=True)
    merger = Merger(drafter=ports.drafter, reading=turn.reading, asked=asked, text=turn.text, now=turn.now)
    merged = merger.merge(work)
    only_words = merged.changed == ("words",)
    return Merged(work=work) if only_words and kept_for_later(turn) else merged


def _dropped(turn: Progress, ports: Ports) -> Did:
    emptied = turn.conversation.model_copy(update={"work": None, "waiting": (), "asked": Asked(), "reasks": {}})
    return Did(
        say=(Part(text=ports.wording.say("start_over", turn.language)),),
        outcomes=(Outcome.ACKNOWLEDGED,),
        conversation=emptied,
        resumes=False,
    )


def _without_one(turn: Progress, fewer: Conversation, ports: Ports) -> Did:
    """One of several reports was let go; the draft under way, or the next one, goes on."""
    said = Part(text=ports.wording.say("dropped_one", turn.language))
    return Did(say=(said,), conversation=fewer.model_copy(update={"asked": Asked()}), resumes=True)


def _then_next(did: Did) -> Did:
    """After a case is filed the next waiting report is taken up in the same turn."""
    waiting = did.conversation.waiting if did.conversation else ()
    return did.model_copy(update={"resumes": did.resumes or bool(waiting)})


def _take_up_next(turn: Progress, ports: Ports) -> Did:
    conversation = turn.conversation
    if not conversation.waiting:
        return Did(resumes=False)
    if conversation.asked.asking_for == "question_choice" and not _agreed(turn):
        return _offered_again(turn, ports) if _says_more(turn) else _left(turn, ports)
    first, *rest = conversation.waiting
    begun = conversation.model_copy(
        update={"work": begin(first, turn, ports), "waiting": tuple(rest), "asked": Asked()}
    )
    agreed = conversation.asked.asking_for == "question_choice"
    lead = () if agreed else (Part(text=ports.wording.say("also_next", turn.language, words=first.words.quote)),)
    return Did(say=lead, conversation=begun, resumes=True)


def _agreed(turn: Progress) -> bool:
    reading = turn.reading
    return reading is not None and (reading.consent is Consent.YES or reading.choice == 1)


def _says_more(turn: Progress) -> bool:
    """Whether words came instead of a yes or a no, for the first time and with nothing else to answer."""
    reading = turn.reading
    plain = reading is None or (reading.consent is None and reading.choice is None)
    return plain and not turn.say and turn.conversation.reasks.get("question_choice", 0) == 0


def _offered_again(turn: Progress, ports: Ports) -> Did:
    """What was offered is offered once more, with the words that came instead of a yes or a no."""
    conversation = turn.conversation
    last = conversation.waiting[-1]
    told = f"{last.words.quote}\n{turn.text.strip()}"
    longer = last.model_copy(update={"words": Span.of(told, 0, len(told))})
    say = ports.wording.say
    return Did(
        say=(Part(text=say("feedback_offer_to_record", turn.language)),),
        outcomes=(Outcome.ASKED,),
        quick_replies=offered([say("label_record", turn.language), say("label_leave", turn.language)]),
        conversation=conversation.model_copy(
            update={"waiting": (*conversation.waiting[:-1], longer), "reasks": {"question_choice": 1}}
        ),
        resumes=False,
    )


def _left(turn: Progress, ports: Ports) -> Did:
    """What was offered is let go unless the resident said yes to it."""
    dropped = turn.conversation.model_copy(
        update={"waiting": turn.conversation.waiting[:-1], "asked": Asked(), "reasks": {}}
    )
    refused = turn.reading is not None and (turn.reading.consent is Consent.NO or turn.reading.choice == 2)
    said = (Part(text=ports.wording.say("nothing_filed", turn.language)),) if refused else ()
    outcomes = (Outcome.ACKNOWLEDGED,) if refused else ()
    return Did(say=said, outcomes=outcomes, conversation=dropped, resumes=bool(dropped.waiting))


def waiting_or_under_way(conversation: Conversation) -> bool:
    """Whether a report has been begun or kept for later."""
    return conversation.work is not None or bool(conversation.waiting)
