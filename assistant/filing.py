"""Files a confirmed draft, or adds it to the case that is already open. The only place where a turn writes to the
CRM."""

from assistant.booking import booked_in_words
from assistant.conversation import Conversation, Work
from assistant.drafting import new_case, reporter
from assistant.news_offer import offer
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress, ToFile
from assistant.readback import promise
from assistant.reading import Asked
from assistant.repeats import repeat_in_words, with_repeat
from assistant.sending_photos import MOST_PHOTOS, photos_in_words
from assistant.switched_off import takes_cases
from assistant.turn import Step
from assistant.wording import Wording
from tools.case import Case, NewCase
from tools.crash_points import Point, reached
from tools.crm import CaseNotFound, CRMError, CRMRejected, CRMUnavailable

MANY_REPORTS = 3
"""From so many reports on a resident is told that they are not the only one."""

TRIES = 2
"""How often a write is tried within the turn; what is still not filed then is queued under the same key."""


def key_of(work: Work) -> str:
    """The idempotency key of a draft: the same draft in the same revision always gives the same case."""
    return f"{work.draft.draft_id}:{work.revision}"


async def file(turn: Progress, work: Work, ports: Ports) -> Did:
    """Open the case, and say its number from the CRM's answer; queue it and say so if the CRM cannot be reached."""
    conversation = turn.conversation
    draft = ports.drafter.of_the_day(work.draft, now=turn.now)
    case = new_case(draft, work.words, channel=conversation.channel.value, phone=conversation.phone)
    case = (await with_repeat(case, ports)).model_copy(update={"photos": photos_of(turn, work)})
    key = key_of(work)
    reached(Point.BEFORE_CASE)
    try:
        filed = await _create(ports, case, key)
    except CRMRejected as error:
        return _refused(turn, work, ports, error)
    except CRMError as error:
        return _queued(turn, work, ToFile(key=key, case=case), ports, error)
    reached(Point.AFTER_CASE)
    return await _opened(turn, work, filed, ports)


def photos_of(turn: Progress, work: Work) -> tuple[str, ...]:
    """The photos that go with a draft, those of this message included."""
    return tuple(dict.fromkeys((*work.photos, *turn.media)))[:MOST_PHOTOS]


async def _photos(turn: Progress, work: Work, case: Case, ports: Ports) -> str:
    here, names = turn.conversation.conversation_id, photos_of(turn, work)
    return await photos_in_words(names, case.case_id, key_of(work), here, ports, language=turn.language)


async def _create(ports: Ports, case: NewCase, key: str) -> Case:
    await takes_cases(ports.off)
    for _ in range(TRIES - 1):
        try:
            return await ports.crm.create(case, key=key)
        except CRMUnavailable:
            continue
    return await ports.crm.create(case, key=key)


async def _opened(turn: Progress, work: Work, case: Case, ports: Ports) -> Did:
    language = turn.language
    text = ports.wording.say("case_opened", language, case=case.case_id)
    booked = booked_in_words(case, ports.wording, language=language)
    repeat = repeat_in_words(case, ports, language=language)
    told = promise(case.route, ports.wording, language=language)
    photos = await _photos(turn, work, case, ports)
    offered = offer(_closed(turn.conversation, case.case_id), case.case_id, ports, language=language)
    return Did(
        say=(Part(text="\n".join(line for line in (text, photos, booked, repeat, told) if line)), *offered.say),
        outcomes=(Outcome.CASE_OPENED,),
        case=case,
        draft=work.draft,
        conversation=offered.conversation,
        steps=(Step(name="file", did=f"opened case {case.case_id}", ms=0, detail={"key": key_of(work)}),),
    )


def _queued(turn: Progress, work: Work, to_file: ToFile, ports: Ports, error: CRMError) -> Did:
    return Did(
        say=(Part(text=ports.wording.say("case_queued", turn.language)),),
        outcomes=(Outcome.CASE_QUEUED,),
        draft=work.draft,
        to_file=(to_file,),
        conversation=_closed(turn.conversation, None),
        steps=(Step(name="file", did="kept the case to file later", ms=0, detail={"error": type(error).__name__}),),
    )


def _refused(turn: Progress, work: Work, ports: Ports, error: CRMError) -> Did:
    return Did(
        say=(Part(text=ports.wording.say("case_not_taken", turn.language)),),
        outcomes=(Outcome.HANDED_OFF,),
        draft=work.draft,
        conversation=turn.conversation.model_copy(update={"handed_off": True}),
        steps=(
            Step(name="file", did="the case system refused the case", ms=0, detail={"error": type(error).__name__}),
        ),
    )


async def join(turn: Progress, work: Work, ports: Ports) -> Did:
    """Add the resident's words to the open case that was offered. Raises IndexError if none was."""
    found = work.draft.duplicates[0]
    who = reporter(work.draft, turn.conversation.phone)
    try:
        await takes_cases(ports.off)
        case = await ports.crm.add_report(found.case_id, words="\n".join(work.words), reporter=who, key=key_of(work))
    except CRMError as error:
        separate = work.model_copy(update={"separate": True})
        name = "join_failed" if isinstance(error, CRMRejected | CaseNotFound) else "join_unreachable"
        return Did(
            say=(Part(text=ports.wording.say(name, turn.language, case=found.case_id)),),
            conversation=turn.conversation.model_copy(update={"work": separate, "asked": Asked()}),
            resumes=True,
            steps=(Step(name="join", did="could not add to the case", ms=0, detail={"error": type(error).__name__}),),
        )
    offered = offer(_closed(turn.conversation, case.case_id), case.case_id, ports, language=turn.language)
    joined = joined_in_words(case, ports.wording, language=turn.language)
    photos = await _photos(turn, work, case, ports)
    return Did(
        say=(Part(text="\n".join(line for line in (joined, photos) if line)), *offered.say),
        outcomes=(Outcome.ADDED_TO_CASE,),
        case=case,
        draft=work.draft,
        conversation=offered.conversation,
        steps=(Step(name="join", did=f"added the report to case {case.case_id}", ms=0),),
    )


def joined_in_words(case: Case, wording: Wording, *, language: str) -> str:
    """That the report belongs to the case, and from the third on how many there are."""
    told = wording.say("added_to_case", language, case=case.case_id)
    if case.reports < MANY_REPORTS:
        return told
    return f"{told} {wording.counted('reports_so_far', language, case.reports)}"


def _closed(conversation: Conversation, case_id: str | None) -> Conversation:
    cases = (*conversation.cases, case_id) if case_id else conversation.cases
    return conversation.model_copy(update={"work": None, "asked": Asked(), "reasks": {}, "cases": cases})
