"""Asks for the next thing a draft needs, or reads it back, after a word on what was changed or not understood."""

from assistant.asking import Asker, Question
from assistant.booking import with_days
from assistant.conversation import Work
from assistant.handoff import hand_off
from assistant.merge import Merged
from assistant.next_thing import next_thing, precise
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Repair
from assistant.telling import tell
from tools.draft import Draft
from tools.value import Value

RE_ASKS = 2
"""How often one thing is asked again before the assistant goes on without it or calls a person."""

CHANGING = "change"
"""Kept beside how often the confirmation was asked while the last question is what to change."""

PARTS = ("location", "service")
"""What a resident may name as wrong before saying what is right."""


class NextStep(Value):
    """How the conversation goes on: the thing to ask, the draft, and how the last question went; `kept` if the message
    told of a further matter instead of answering."""

    thing: str
    work: Work
    times: int = 0
    again: bool = False
    left_open: bool = False
    kept: bool = False


async def ask_next(turn: Progress, merged: Merged, ports: Ports) -> Did:
    """One question or the read-back; a person when something that is needed cannot be understood."""
    asked = turn.conversation.asked.asking_for
    part = named_part(turn, merged)
    step = NextStep(thing=part, work=merged.work) if part else await _step(turn, merged, ports)
    if step is None:
        return await hand_off(turn, ports, why=f"could not understand {asked}")
    told = tell(step.work, ports, language=turn.language)
    asker = Asker(ports.catalogue, ports.wording, turn.language)
    repeated = asked == step.thing and not merged.changed
    question = asker.ask(
        step.thing,
        told.work,
        again=step.again and repeated,
        unsure=_unsure(turn),
        brief=repeated and (step.again or step.kept or bool(turn.say)),
    )
    lines = [*_lead_in(turn, merged, step, question, ports), *told.lines, question.text]
    reasks = {step.thing: step.times} if step.times else {}
    remembered = {"work": told.work, "asked": question.asked, "reasks": reasks}
    return Did(
        say=(Part(text="\n".join(lines)),),
        outcomes=(Outcome.READ_BACK if step.thing == "confirmation" else Outcome.ASKED,),
        quick_replies=question.quick_replies,
        draft=_shown(told.work, question),
        conversation=turn.conversation.model_copy(update=remembered),
        resumes=False,
    )


async def _step(turn: Progress, merged: Merged, ports: Ports) -> NextStep | None:
    """The next thing, and whether it is asked again; None if only a person can help."""
    asked = turn.conversation.asked.asking_for
    work = await with_days(merged, await _with_duplicates(merged, turn, ports), turn, ports)
    missed = asked is not None and not merged.understood and not merged.changed and not turn.say
    if missed and kept_for_later(turn):
        return NextStep(thing=next_thing(work, ports.catalogue), work=work, kept=True)
    if not missed or asked is None:
        return NextStep(thing=next_thing(work, ports.catalogue), work=work)
    times = turn.conversation.reasks.get(asked, 0) + 1
    if times <= RE_ASKS:
        return NextStep(thing=next_thing(work, ports.catalogue), work=work, times=times, again=True)
    without = _without(work, asked)
    if without is None:
        return None
    return NextStep(thing=next_thing(without, ports.catalogue), work=without, left_open=True)


def kept_for_later(turn: Progress) -> bool:
    """Whether this message told of a further matter, which waits until the draft under way is done."""
    waiting = turn.conversation.waiting
    return bool(waiting) and waiting[-1].words.quote in turn.text


def named_part(turn: Progress, merged: Merged) -> str | None:
    """The part that a reply to the read-back calls wrong without saying what is right."""
    if turn.conversation.asked.asking_for != "confirmation" or merged.changed or turn.reading is None:
        return None
    return next((part for part in PARTS if part in turn.reading.corrects), None)


def _unsure(turn: Progress) -> bool:
    return turn.reading is not None and turn.reading.repair in (Repair.SKIP, Repair.DONT_KNOW)


def _lead_in(turn: Progress, merged: Merged, step: NextStep, question: Question, ports: Ports) -> list[str]:
    """A word on what was changed, not understood, or left for later."""
    conversation, asked = turn.conversation, turn.conversation.asked.asking_for
    name = None
    if step.again:
        name = None if question.asked.asking_for == "location" else "ask_again"
    elif step.left_open:
        name = "left_open"
    elif step.kept:
        name = "noted_for_later"
    elif merged.changed and asked is not None and (asked == "confirmation" or not merged.understood):
        name = "corrected"
    elif asked and turn.say:
        name = None if step.thing == "confirmation" and not merged.changed else "back_to_report"
    elif asked is None and conversation.waiting and not turn.say:
        count = str(len(conversation.waiting) + 1)
        return [ports.wording.say("several_requests", turn.language, count=count)]
    return [ports.wording.say(name, turn.language)] if name else []


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


async def ask_what_to_change(turn: Progress, work: Work, ports: Ports) -> Did:
    """Nothing is sent; ask what should be different. After that was asked often enough, a person helps."""
    merged = Merged(work=work, understood=True)
    if named_part(turn, merged):
        return await ask_next(turn, merged, ports)
    times = turn.conversation.reasks.get("confirmation", 0) + 1
    if times > RE_ASKS:
        return await hand_off(turn, ports, why="could not find out what to change")
    remembered = {"work": work, "reasks": {"confirmation": times, CHANGING: 1}}
    return Did(
        say=(Part(text=ports.wording.say("change_what", turn.language)),),
        outcomes=(Outcome.ASKED,),
        draft=work.draft,
        conversation=turn.conversation.model_copy(update=remembered),
        resumes=False,
    )
