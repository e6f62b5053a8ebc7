"""Offers news of a case once it is filed, and takes it up or ends it in the resident's own words. Callers get the
number by text first; there the same offer is made to whoever holds that phone."""

from assistant.conversation import Conversation
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.turn import Step
from tools.value import Value


class Offer(Value):
    """The conversation once a case is filed, and the sentence that offers news of it, if any may be sent."""

    conversation: Conversation
    say: tuple[Part, ...] = ()


def offer(conversation: Conversation, case_id: str, ports: Ports, *, language: str) -> Offer:
    """Offer news where we may text somebody whose number is proven, and nothing else is asked next."""
    by_text = conversation.channel is Channel.SMS and conversation.phone is not None
    by_voice = conversation.texts_from is not None and conversation.phone is not None
    if not (ports.news and (by_text or by_voice)) or conversation.waiting:
        return Offer(conversation=conversation)
    said = Part(text=ports.wording.say("news_offer", language))
    return Offer(conversation=conversation.model_copy(update={"offered": case_id}), say=(said,))


def about_news(turn: Progress, ports: Ports) -> Did | None:
    """What a message wishes about news of a case; None for a message about anything else."""
    conversation = turn.conversation
    if conversation.opted_out or conversation.handed_off or turn.wish is not None or not ports.news:
        return None
    if conversation.news and ports.screen.wants_no_news(turn.text):
        return _ended(turn, ports)
    if conversation.channel is not Channel.SMS and conversation.texts_from is None:
        return None
    wanted = conversation.offered or (conversation.cases[-1] if conversation.cases else None)
    idle = conversation.work is None and conversation.asked.asking_for is None
    if wanted is None or not idle or not ports.screen.wants_news(turn.text):
        return None
    if conversation.offered is None and turn.text.strip().isdigit():
        return None
    return _taken_up(turn, wanted, ports)


def _taken_up(turn: Progress, case_id: str, ports: Ports) -> Did:
    before = turn.conversation
    name = "numbered" if before.channel is Channel.VOICE else "news"
    added = {name: tuple(dict.fromkeys((*getattr(before, name), case_id)))}
    return _said(turn, "news_on", before.model_copy(update={**added, "offered": None}), case_id, ports)


def _ended(turn: Progress, ports: Ports) -> Did:
    before = turn.conversation
    case_id = before.news_of if before.news_of in before.news else before.news[-1]
    after = before.model_copy(update={"news": tuple(each for each in before.news if each != case_id)})
    return _said(turn, "news_off", after, case_id, ports)


def _said(turn: Progress, name: str, after: Conversation, case_id: str, ports: Ports) -> Did:
    text = ports.wording.say(name, turn.language, case=case_id)
    return Did(
        say=(Part(text=text),),
        outcomes=(Outcome.ACKNOWLEDGED,),
        conversation=after,
        done=True,
        steps=(Step(name="news", did=f"noted the wish about news of case {case_id}", ms=0, detail={"wish": name}),),
    )
