"""Answers how long one's own report takes, while it is made or right after: from its promise, not an article."""

import re

from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.readback import promise
from assistant.status import which_case
from assistant.turn import Step
from tools.crm import CRMError
from tools.route import Route

_HOW_LONG = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|but|also|y|e)\W+)*"
    r"(?:how (?:long|soon|quick(?:ly)?|fast|many days)\b(?:\W+(?:will|does|do|would|is|s|it|that|this|they|you|take"
    r"|until|before|to|be|get|gets|fix|fixed|done|come|usually|normally|about|for|a|the|crew|someone|here|going|gonna))*"
    r"|when (?:will|are|is|do|does)\b(?:\W+(?:it|that|this|they|you|somebody|someone|be|get|fix|fixed|done|come|coming"
    r"|going|to|a|the|crew|here|out|repaired|cleaned|picked|up))+"
    r"|cu[aá]nto (?:tiempo )?(?:se )?(?:tarda|tardan|demora|demoran|toma|va a tardar)n?"
    r"|cu[aá]ndo (?:lo |la |me lo )?(?:arreglan|vienen|van a (?:arreglarlo|venir|recoger(?:lo|la)?))"
    r"|quanto tempo (?:demora|leva)|konbyen tan (?:sa|l)(?: ap| pral)? pran)\W*$",
    re.IGNORECASE,
)
"""A question that names no matter: it can only be about the report that is being spoken of."""


def asks_own_time(words: str) -> bool:
    """Whether words ask how long it takes, and name nothing that it could be."""
    return _HOW_LONG.match(words) is not None


async def own_time(turn: Progress, ports: Ports) -> Did | None:
    """What may be said of the time of the report under way, or of the one filed last; which case it is where there is
    neither. None for any other question."""
    if not asks_own_time(turn.request.words.quote):
        return None
    work, cases = turn.conversation.work, turn.conversation.cases
    if work is not None and work.draft.service is not None:
        route = work.draft.route
    elif cases:
        try:
            route = (await ports.crm.get(cases[-1])).route
        except CRMError:
            return None
    else:
        return which_case(turn, ports)
    return Did(
        say=(Part(text=_told(route, ports, turn.language)),),
        outcomes=(Outcome.ANSWERED,),
        queue=turn.queue[1:],
        steps=(Step(name="answer", did="said how long the report takes", ms=0),),
    )


def _told(route: Route | None, ports: Ports, language: str) -> str:
    return promise(route, ports.wording, language=language) or ports.wording.say("own_time_no_target", language)
