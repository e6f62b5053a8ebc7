"""The check step: nothing an engine worded leaves with a link, number, fee, date or hour its passages do not hold."""

from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Part, Progress
from knowledge.grounding import ungrounded


def check(turn: Progress, ports: Ports) -> Progress:
    """The turn without sentences that fail; "I do not know" with a way forward if none of an answer is left."""
    kept = tuple(part for part in turn.say if grounded(part))
    lost_all = any(part.rests_on is not None for part in turn.say) and all(part.rests_on is None for part in kept)
    if not lost_all:
        return turn.model_copy(update={"say": kept, "outcomes": turn.outcomes or (Outcome.ACKNOWLEDGED,)})
    outcomes = tuple(Outcome.NOT_KNOWN if each is Outcome.ANSWERED else each for each in turn.outcomes)
    instead = Part(text=ports.wording.say("not_known", turn.language))
    return turn.model_copy(update={"say": (instead, *kept), "outcomes": outcomes, "citations": ()})


def grounded(part: Part) -> bool:
    """Whether a part may be said: our own fixed words always, an engine's only with figures its passages hold."""
    return part.rests_on is None or not ungrounded(part.text, part.rests_on)
