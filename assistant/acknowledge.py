"""The acknowledge step: thanks, greetings, jokes, and feedback that asks for no work."""

from assistant.asking import offered
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Asked, Request
from assistant.turn import Step
from tools.draft import Kind, ServiceChoice

COMMENT = "employee_or_program_comment"
"""The catalogue's service for feedback that is to be put on record."""


async def acknowledge(turn: Progress, ports: Ports) -> Did:
    """A short, calm answer; feedback is offered to be put on record. A draft under way goes on by itself."""
    request = turn.request
    if request.kind is Kind.FEEDBACK and turn.conversation.work is None:
        return _offer_to_record(turn, request, ports)
    name = _wording(turn)
    quiet = turn.resumes and request.kind is Kind.OTHER
    return Did(
        say=() if quiet else (Part(text=ports.wording.say(name, turn.language)),),
        outcomes=(Outcome.ACKNOWLEDGED,),
        queue=turn.queue[1:],
        steps=(Step(name="acknowledge", did=f"answered with the fixed text {name!r}", ms=0),),
    )


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


def _wording(turn: Progress) -> str:
    request = turn.request
    if request.joke:
        return "joke_reply"
    if request.kind is Kind.FEEDBACK:
        return "feedback_thanks"
    if turn.conversation.turns == 0:
        return "welcome_first"
    return "thanks_reply" if turn.conversation.cases or turn.conversation.questions else "how_can_i_help"
