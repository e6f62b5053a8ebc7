"""The answer step: a question is answered from the city's own words with source and date, or it is not answered."""

from assistant.conversation import Conversation
from assistant.message import Channel, Citation
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.turn import PassageUsed, Step
from knowledge.article import Found, Passage, SearchUnavailable
from knowledge.gate import Reason, Verdict

SENTENCES = {Channel.SMS: 3, Channel.WEB: 5, Channel.VOICE: 3}
"""The longest answer per channel: a text message stays within two segments, a page may say a little more."""

PASSAGES = 5
"""How many passages are considered for one answer."""


FOLLOW_UP_WORDS = {"and", "but", "also", "y", "pero", "e", "mas", "et", "ak", "a"}
"""Words that open a question which leans on the one before it."""


async def answer(turn: Progress, ports: Ports) -> Did:
    """Find, decide whether that answers it, word it; or say that we do not know and what to do instead."""
    asked = turn.request.words.quote
    question = followed_up(asked, turn.conversation.questions)
    try:
        found = ports.library.search(question, language=turn.language, limit=PASSAGES)
    except SearchUnavailable:
        return _not_known(turn, Reason.NO_SOURCE, "", ports, found=())
    verdict = ports.gate.decide(question, found, today=turn.now.date())
    if verdict.reason is not None:
        return _not_known(turn, verdict.reason, verdict.detail, ports, found=found)
    return await _answered(turn, question, verdict, found, ports)


def followed_up(question: str, earlier: tuple[str, ...]) -> str:
    """The question with the one before it when it cannot stand alone ("and on holidays?")."""
    words = question.split()
    opens_as_follow_up = bool(words) and words[0].strip(",.").casefold() in FOLLOW_UP_WORDS
    return f"{earlier[-1]} {question}" if earlier and (opens_as_follow_up or len(words) <= 3) else question


async def _answered(turn: Progress, question: str, verdict: Verdict, found: tuple[Found, ...], ports: Ports) -> Did:
    passages = tuple(each.passage for each in verdict.passages)
    most = SENTENCES[turn.conversation.channel]
    sentences = await ports.engine.word(question, passages, language=turn.language, sentences=most)
    if not sentences:
        return _not_known(turn, Reason.NO_SOURCE, "", ports, found=found)
    used = (
        tuple(passage for passage in passages if any(sentence in passage.text for sentence in sentences))
        or passages[:1]
    )
    return Did(
        say=tuple(Part(text=sentence, rests_on=passages) for sentence in sentences),
        outcomes=(Outcome.ANSWERED,),
        citations=cited(used),
        passages=_considered(found, used),
        queue=turn.queue[1:],
        conversation=_remembering(turn, question),
        steps=(Step(name="answer", did="answered from the city's articles", ms=0, detail={"question": question}),),
    )


def _remembering(turn: Progress, question: str) -> Conversation:
    """The conversation in which a follow-up to this question will be understood."""
    return turn.conversation.model_copy(update={"questions": (*turn.conversation.questions, question)})


def cited(passages: tuple[Passage, ...]) -> tuple[Citation, ...]:
    """One citation an article, in the order of use."""
    return tuple(
        dict.fromkeys(Citation(title=passage.title, url=passage.url, as_of=passage.as_of) for passage in passages)
    )


def _considered(found: tuple[Found, ...], used: tuple[Passage, ...]) -> tuple[PassageUsed, ...]:
    ids = {passage.id for passage in used}
    return tuple(
        PassageUsed(
            passage_id=each.passage.id, article=each.passage.article, score=each.score, used=each.passage.id in ids
        )
        for each in found
    )


def _not_known(turn: Progress, reason: Reason, detail: str, ports: Ports, *, found: tuple[Found, ...]) -> Did:
    text = ports.wording.say(f"not_known_{reason.value}", turn.language, detail=detail)
    ambiguous = reason is Reason.AMBIGUOUS
    return Did(
        say=(Part(text=text),),
        outcomes=(Outcome.ASKED if ambiguous else Outcome.NOT_KNOWN,),
        passages=_considered(found, ()),
        queue=turn.queue[1:],
        conversation=_remembering(turn, turn.request.words.quote) if ambiguous else None,
        steps=(Step(name="answer", did="found no answer that may be given", ms=0, detail={"reason": reason.value}),),
    )
