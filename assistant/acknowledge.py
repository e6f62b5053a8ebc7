"""The acknowledge step: thanks, greetings, jokes, and feedback that asks for no work."""

from assistant.asking import offered
from assistant.changing import offer_to_add
from assistant.leaning import adds_to_the_filed
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Asked, Consent, Repair, Request
from assistant.turn import Step
from tools.draft import Kind, ServiceChoice

COMMENT = "employee_or_program_comment"
"""The catalogue's service for feedback that is to be put on record."""


async def acknowledge(turn: Progress, ports: Ports) -> Did:
    """A short, calm answer; feedback is offered to be put on record. A draft under way goes on by itself."""
    request = turn.request
    if request.kind is Kind.FEEDBACK and turn.conversation.work is None:
        return _offer_to_record(turn, request, ports)
    if turn.resumes and request.kind is Kind.OTHER:
        return Did(queue=turn.queue[1:])
    if (
        _is_all_that_is_said(turn)
        and adds_to_the_filed(request, turn.conversation)
        and (added := await offer_to_add(turn, ports))
    ):
        return added
    repeated = _said_before(turn)
    name = "repeat" if repeated else _wording(turn)
    case = turn.conversation.cases[-1] if turn.conversation.cases else ""
    return Did(
        say=(Part(text=repeated or ports.wording.say(name, turn.language, case=case)),),
        outcomes=(Outcome.ACKNOWLEDGED,),
        queue=turn.queue[1:],
        steps=(Step(name="acknowledge", did=f"answered with the fixed text {name!r}", ms=0),),
    )


def _is_all_that_is_said(turn: Progress) -> bool:
    """Whether the request stands alone, and is no yes, no or thanks."""
    reading = turn.reading
    plain = reading is None or reading.consent is not None or reading.repair is not None or reading.thanks
    return len(turn.queue) == 1 and not turn.say and not plain


def _offer_to_record(turn: Progress, request: Request, ports: Ports) -> Did:
    say = ports.wording.say
    service = ports.catalogue.services[COMMENT]
    comment = request.model_copy(
        update={
            "kind": Kind.REPORT,
            "service": ServiceChoice(code=COMMENT, name=service.name(), confidence=0.9),
        }
    )
    waiting = (*turn.conversation.waiting, comment)
    asked = Asked(asking_for="question_choice", options=("record", "leave"))
    return Did(
        say=(Part(text=say("feedback_offer_to_record", turn.language)),),
        outcomes=(Outcome.ASKED,),
        quick_replies=offered([say("label_record", turn.language), say("label_leave", turn.language)]),
        queue=turn.queue[1:],
        conversation=turn.conversation.model_copy(update={"waiting": waiting, "asked": asked}),
        resumes=False,
        steps=(Step(name="acknowledge", did="offered to put the feedback on record", ms=0),),
    )


def _said_before(turn: Progress) -> str:
    """What was said last, if the resident asks to hear it again."""
    repeat = turn.reading is not None and turn.reading.repair is Repair.REPEAT
    return "\n\n".join(reply.text for reply in turn.conversation.said) if repeat else ""


def _wording(turn: Progress) -> str:
    request, reading, conversation = turn.request, turn.reading, turn.conversation
    if not turn.text.strip():
        return "empty_message"
    if request.joke:
        return "joke_reply"
    if request.kind is Kind.FEEDBACK:
        return "feedback_thanks"
    if turn.asked_before == "case_number":
        return "status_no_number"
    if conversation.turns == 0:
        return "welcome_first"
    if reading is not None and reading.consent is Consent.YES:
        return "already_sent" if conversation.cases and turn.asked_before is None else "how_can_i_help"
    if reading is not None and reading.thanks:
        return "thanks_reply"
    return "how_can_i_help"
