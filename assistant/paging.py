"""What of a reply goes out as texts: two segments at a time where nothing is asked, the rest when it is wished for."""

from assistant.message import Channel, Reply
from assistant.outcome import Outcome
from assistant.segments import cut, sendable, whole
from assistant.wording import Wording
from assistant.work import Responded

BUDGET = 2
"""Segments of a text that nobody has to answer."""

AT_ONCE = frozenset((Outcome.EMERGENCY, Outcome.CRISIS))
"""Outcomes of which nothing may be held back."""


def paged(responded: Responded, wording: Wording) -> Responded:
    """The turn with its texts. A question, an offer, a read-back and words of safety go out whole: half of one is no
    use."""
    turn, after = responded.turn, responded.conversation
    if after.channel is not Channel.SMS:
        return responded
    offers = turn.case is not None and after.offered == turn.case.case_id
    must_be_whole = turn.asking_for is not None or offers or not AT_ONCE.isdisjoint(turn.outcomes)
    texts: list[Reply] = []
    kept = ""
    for reply in turn.replies:
        text = sendable(reply.text)
        if must_be_whole or kept:
            texts += [reply.model_copy(update={"text": part}) for part in whole(text)]
            continue
        first = cut(text, most=BUDGET, more=wording.say("text_more", reply.language))
        texts.append(reply.model_copy(update={"text": first.now}))
        kept = first.later
    conversation = after.model_copy(update={"more": kept})
    return responded.model_copy(update={"texts": tuple(texts), "conversation": conversation})
