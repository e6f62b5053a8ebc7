"""The answer step: how long one's own report takes, what holds on a day, and everything else from articles."""

from assistant.answer import PASSAGES, SENTENCES, cited
from assistant.answer import answer as answer_from_articles
from assistant.day_answer import DayAnswer
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.own_time import own_time
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.switches import TOPIC
from assistant.turn import PassageUsed, Step
from knowledge.article import Passage, SearchUnavailable
from knowledge.gate import Reason
from tools.clock import city_time

RULE_SENTENCES = {Channel.SMS: 1, Channel.WEB: 2, Channel.VOICE: 1}
"""How much of the article is told beside what the calendar says."""


async def answer(turn: Progress, ports: Ports) -> Did:
    """How long the report that is spoken of takes; what the City says of a day, or its rule; else what its articles
    say; or that we do not know."""
    if (own := await own_time(turn, ports)) is not None:
        return own
    words, today = turn.request.words.quote, city_time(turn.now).date()
    if ports.gate.is_elsewhere(words):
        return await answer_from_articles(turn, ports)
    asked = ports.today.asked(words, earlier=turn.conversation.questions, today=today)
    if asked is not None and asked.place is None:
        asked = ports.today.asked(turn.text, earlier=turn.conversation.questions, today=today) or asked
    told = await ports.today.answer(asked, now=turn.now, language=turn.language) if asked else None
    switched_off = told is not None and f"{TOPIC}:{told.article}" in await ports.off()
    if told is None or switched_off or not (told.sentences or told.article):
        return await answer_from_articles(turn, ports)
    return await _did(turn, asked.words if asked else words, told, ports)


async def _did(turn: Progress, asked: str, told: DayAnswer, ports: Ports) -> Did:
    passages = _rule(turn, told, ports)
    most = min(RULE_SENTENCES[turn.conversation.channel], SENTENCES[turn.conversation.channel] - len(told.sentences))
    question, language = turn.request.words.quote, turn.language
    rule = (
        await ports.engine.word(question, passages, language=language, sentences=most) if passages and most > 0 else ()
    )
    questions = (*turn.conversation.questions, asked)
    detail: dict[str, str | int | float | bool | None] = {"question": question, "why": told.why}
    if not told.known:
        detail["reason"] = (Reason.NO_SOURCE if told.unlisted else Reason.LIVE_DATA).value
    used = passages if rule else ()
    return Did(
        say=(
            *((Part(text=" ".join(told.sentences)),) if told.sentences else ()),
            *(Part(text=sentence, rests_on=passages) for sentence in rule),
        ),
        outcomes=(Outcome.ANSWERED if told.known else Outcome.NOT_KNOWN,),
        citations=(*told.citations, *cited(used)),
        passages=tuple(PassageUsed(passage_id=each.id, article=each.article, score=1.0, used=True) for each in used),
        queue=turn.queue[1:],
        conversation=turn.conversation.model_copy(update={"questions": questions}),
        steps=(Step(name="answer", did="answered a question about a day", ms=0, detail=detail),),
    )


def _rule(turn: Progress, told: DayAnswer, ports: Ports) -> tuple[Passage, ...]:
    """The passages of the article that tells the rule, as far as they are in force."""
    if told.article is None:
        return ()
    today = city_time(turn.now).date()
    try:
        found = ports.library.search(_asking_for(turn, told.article), language=turn.language, limit=3 * PASSAGES)
    except SearchUnavailable:
        return ()
    own = [each.passage for each in found if each.passage.article == told.article]
    return tuple(each for each in own if each.expires is None or each.expires >= today)


def _asking_for(turn: Progress, article: str) -> str:
    """Words that find an article: the question, and the article's own name."""
    return f"{turn.request.words.quote} {article.replace('-', ' ')}"
