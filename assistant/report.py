"""The report step: takes a report in, merges what was answered, asks one thing, reads back, or files."""

from assistant.asking import Asker, Question
from assistant.conversation import Conversation, Work
from assistant.dropping import dropped
from assistant.filing import file, join
from assistant.handoff import hand_off
from assistant.merge import Merged, Merger, Wish
from assistant.next_thing import SURE_ENOUGH, next_thing, precise
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Asked, Consent, Request
from tools.draft import Alternative, Draft

RE_ASKS = 2
"""How often one thing is asked again before the assistant goes on without it or calls a person."""


async def report(turn: Progress, ports: Ports) -> Did:
    """Work off the next report of the message, or go on with the draft under way."""
    if turn.queue:
        return take_in(turn, turn.request, ports)
    return await go_on(turn, ports)


def take_in(turn: Progress, request: Request, ports: Ports) -> Did:
    """Begin a draft, or keep the request until the draft under way is done."""
    conversation = turn.conversation
    if conversation.work is not None:
        kept = conversation.model_copy(update={"waiting": (*conversation.waiting, request)})
        return Did(queue=turn.queue[1:], conversation=kept, resumes=True)
    begun = conversation.model_copy(update={"work": begin(request, turn, ports), "asked": Asked(), "reasks": {}})
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
    if turn.conversation.asked.asking_for and (fewer := dropped(turn.text, turn.conversation, ports.catalogue)):
        return _without_one(turn, fewer, ports)
    merged = _merged(turn, work, ports)
    match merged.wish:
        case Wish.DROP:
            return _dropped(turn, ports)
        case Wish.FILE:
            return _then_next(await file(turn, merged.work, ports))
        case Wish.JOIN if merged.work.draft.duplicates:
            return _then_next(await join(turn, merged.work, ports))
        case Wish.CHANGE:
            return _ask_what_to_change(turn, merged.work, ports)
    return await _ask_next(turn, merged, ports)


def _merged(turn: Progress, work: Work, ports: Ports) -> Merged:
    asked = turn.conversation.asked
    if turn.reading is None or asked.asking_for is None:
        return Merged(work=work, understood=True)
    merger = Merger(drafter=ports.drafter, reading=turn.reading, asked=asked, text=turn.text, now=turn.now)
    return merger.merge(work)


async def _ask_next(turn: Progress, merged: Merged, ports: Ports) -> Did:
    conversation, asked = turn.conversation, turn.conversation.asked.asking_for
    work = await _with_duplicates(merged, turn, ports)
    digressed = bool(turn.say)
    times = conversation.reasks.get(asked or "", 0)
    if asked and not merged.understood and not digressed:
        times += 1
        if times > RE_ASKS:
            given_up = _without(work, asked)
            if given_up is None:
                return await hand_off(turn, ports, why=f"could not understand {asked}")
            work = given_up
    thing = next_thing(work, ports.catalogue)
    again = thing == asked and not merged.understood and not digressed
    question = Asker(ports.catalogue, ports.wording, turn.language).ask(thing, work, again=again)
    reasks = {thing: times} if thing == asked and not merged.understood else {}
    said = _lead_in(turn, merged, question, ports, again=again)
    remembered = conversation.model_copy(update={"work": work, "asked": question.asked, "reasks": reasks})
    return Did(
        say=(Part(text=said),),
        outcomes=(Outcome.READ_BACK if thing == "confirmation" else Outcome.ASKED,),
        quick_replies=question.quick_replies,
        draft=_shown(work, question),
        conversation=remembered,
        resumes=False,
    )


def _lead_in(turn: Progress, merged: Merged, question: Question, ports: Ports, *, again: bool) -> str:
    """The question, after a word on what was changed, not understood, or left for later."""
    conversation = turn.conversation
    say = ports.wording.say
    lines = []
    if again and question.asked.asking_for != "location":
        lines.append(say("ask_again", turn.language))
    elif conversation.asked.asking_for == "confirmation" and merged.changed:
        lines.append(say("corrected", turn.language))
    elif conversation.asked.asking_for is None and conversation.waiting and not turn.say:
        lines.append(say("several_requests", turn.language, count=str(len(conversation.waiting) + 1)))
    elif conversation.asked.asking_for and turn.say:
        lines.append(say("back_to_report", turn.language))
    return "\n".join([*lines, question.text])


def _shown(work: Work, question: Question) -> Draft:
    return work.draft.model_copy(update={"next_question": question.text, "suggested_reply": question.text})


async def _with_duplicates(merged: Merged, turn: Progress, ports: Ports) -> Work:
    looked = turn.conversation.asked.asking_for is not None and not {"service", "location"} & set(merged.changed)
    if looked:
        return merged.work
    words = "\n".join(merged.work.words)
    draft = await ports.drafter.with_duplicates(merged.work.draft, words, now=turn.now)
    return merged.work.model_copy(update={"draft": draft})


def _without(work: Work, thing: str) -> Work | None:
    """The draft without what could not be understood, or None if it cannot be filed without it."""
    if thing in ("service", "location_choice", "contact", "confirmation", "duplicate"):
        return None
    if thing == "location" and (work.draft.location is None or not precise(work.draft.location)):
        named = work.draft.location is not None and work.draft.location.street is not None
        return work.model_copy(update={"declined": (*work.declined, thing)}) if named else None
    return work.model_copy(update={"declined": (*work.declined, thing)})


def _ask_what_to_change(turn: Progress, work: Work, ports: Ports) -> Did:
    asked = turn.conversation.asked
    return Did(
        say=(Part(text=ports.wording.say("change_what", turn.language)),),
        outcomes=(Outcome.ASKED,),
        draft=work.draft,
        conversation=turn.conversation.model_copy(update={"work": work, "asked": asked}),
        resumes=False,
    )


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
        return _left(turn, ports)
    first, *rest = conversation.waiting
    begun = conversation.model_copy(
        update={"work": begin(first, turn, ports), "waiting": tuple(rest), "asked": Asked()}
    )
    offered = conversation.asked.asking_for == "question_choice"
    lead = () if offered else (Part(text=ports.wording.say("also_next", turn.language, words=first.words.quote)),)
    return Did(say=lead, conversation=begun, resumes=True)


def _agreed(turn: Progress) -> bool:
    reading = turn.reading
    return reading is not None and (reading.consent is Consent.YES or reading.choice == 1)


def _left(turn: Progress, ports: Ports) -> Did:
    """What was offered is let go unless the resident said yes to it."""
    dropped = turn.conversation.model_copy(update={"waiting": turn.conversation.waiting[:-1], "asked": Asked()})
    refused = turn.reading is not None and (turn.reading.consent is Consent.NO or turn.reading.choice == 2)
    said = (Part(text=ports.wording.say("nothing_filed", turn.language)),) if refused else ()
    outcomes = (Outcome.ACKNOWLEDGED,) if refused else ()
    return Did(say=said, outcomes=outcomes, conversation=dropped, resumes=bool(dropped.waiting))


def waiting_or_under_way(conversation: Conversation) -> bool:
    """Whether a report has been begun or kept for later."""
    return conversation.work is not None or bool(conversation.waiting)
