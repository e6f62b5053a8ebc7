"""The answer step: a question is answered from the city's own words with source and date, or it is not answered."""

import re

from assistant.conversation import Conversation
from assistant.leaning import matter_asked_about
from assistant.message import Channel, Citation
from assistant.model_ledger import KEPT_FOR_US, current_ledger
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.statements import ASKS_FOR
from assistant.switched_off import topic_off
from assistant.turn import PassageUsed, Step
from knowledge.article import Found, Library, Passage, SearchUnavailable
from knowledge.facets import leaves_out
from knowledge.gate import LEAST_SCORE, Reason, Verdict
from knowledge.orders import without_orders
from knowledge.sentences import sentences_of
from tools.clock import city_time
from tools.service import LocationKind

SENTENCES = {Channel.SMS: 3, Channel.WEB: 5, Channel.VOICE: 3}
"""The longest answer per channel: a text message stays within two segments, a page may say a little more."""

PASSAGES = 8
"""How many passages are considered for one answer."""

ENGLISH = "en"
OWN_LANGUAGE = 0.1
"""So much worse may an article in the resident's language fit and still be preferred."""

_LEANS = re.compile(
    r"^\W*(?:and|but|also|what about|how about|y|pero|e|mas|et|ak)\b"
    r"|\b(?:it|that|there|them|those|one|then|eso|esos|alli|entonces)\b",
    re.IGNORECASE,
)
"""How a question looks that leans on the one before it."""

_LEADS_UP = (Reason.NO_SOURCE, Reason.OUT_OF_SCOPE)
"""Declined for one of these, words that ask nothing are passed over when more of the message follows."""

STANDS_ALONE = 7
"""From so many words on a question with a pronoun is taken to stand alone."""


async def answer(turn: Progress, ports: Ports) -> Did:
    """Find, decide whether that answers it, word it; or say that we do not know and what to do instead."""
    asked = turn.request.words.quote
    question = followed_up(asked, turn.conversation.questions)
    await ports.library.prepare(question, seconds=current_ledger().left() - KEPT_FOR_US)
    try:
        found = tuple(_to_residents(each) for each in _found(question, turn.language, ports.library))
    except SearchUnavailable:
        return _not_known(turn, Verdict(reason=Reason.NO_SOURCE), ports, found=())
    if await topic_off(found, ports):
        return _topic_off(turn, ports, found)
    verdict = ports.gate.decide(question, found, today=city_time(turn.now).date())
    if verdict.reason in _LEADS_UP and len(turn.queue) > 1 and not _is_put(asked):
        return Did(queue=turn.queue[1:])
    if verdict.reason is not None:
        return _not_known(turn, verdict, ports, found=found)
    return await _answered(turn, question, verdict, found, ports)


def _is_put(words: str) -> bool:
    """Whether words are put as a question, rather than lead up to one ("moved to southie, how do i get a sticker")."""
    return words.rstrip().endswith("?") or ASKS_FOR.search(words) is not None


def _found(question: str, language: str, library: Library) -> tuple[Found, ...]:
    """What fits in the resident's language, or else in English: by what the question means where the library can tell,
    and for words that are English, such as a programme's name.

    A question is not put into English word by word: tried on our questions, a known word or two out of five led to
    the articles about that word, sure and wrong.
    """
    own = library.search(question, language=language, limit=PASSAGES)
    if language == ENGLISH or (own and own[0].score >= LEAST_SCORE):
        return own
    english = library.search(question, language=ENGLISH, limit=PASSAGES)
    sure = english and english[0].score >= LEAST_SCORE
    return english if sure and (not own or english[0].score > own[0].score + OWN_LANGUAGE) else own


def _to_residents(found: Found) -> Found:
    """What was found, without anything in it that speaks to a machine."""
    return found.model_copy(update={"passage": without_orders(found.passage)})


def followed_up(question: str, earlier: tuple[str, ...]) -> str:
    """The question with the one before it when it cannot stand alone ("and on holidays?")."""
    words = question.split()
    leans = len(words) < STANDS_ALONE and _LEANS.search(question) is not None
    opens = _LEANS.match(question) is not None
    return f"{earlier[-1]} {question}" if earlier and (leans or opens or len(words) <= 3) else question


async def _answered(turn: Progress, question: str, verdict: Verdict, found: tuple[Found, ...], ports: Ports) -> Did:
    passages = tuple(each.passage for each in verdict.passages)
    most = SENTENCES[turn.conversation.channel]
    sentences = await ports.engine.word(question, passages, language=turn.language, sentences=most)
    if not sentences or leaves_out(question, sentences):
        return _not_known(turn, Verdict(reason=Reason.NO_SOURCE), ports, found=found)
    used = (
        tuple(passage for passage in passages if any(sentence in passage.text for sentence in sentences))
        or passages[:1]
    )
    notes = _notes(turn, used[0], ports) if verdict.old else ()
    notes = (*notes, *await _offer(turn, question, ports))
    return Did(
        say=(*_only_english(turn, used[0], ports), *(Part(text=each, rests_on=passages) for each in sentences), *notes),
        outcomes=(Outcome.ANSWERED,),
        citations=cited(used),
        passages=_considered(found, used),
        queue=turn.queue[1:],
        conversation=_remembering(turn, question),
        steps=(
            Step(name="answer", did="answered from the city's articles", ms=0, detail={"article": used[0].article}),
        ),
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


def _only_english(turn: Progress, main: Passage, ports: Ports) -> tuple[Part, ...]:
    """What must be said before an answer that is not in the resident's language."""
    here = main.language == turn.language
    return () if here else (Part(text=ports.wording.say("answer_in_english", turn.language)),)


async def _offer(turn: Progress, question: str, ports: Ports) -> tuple[Part, ...]:
    """That the trouble somebody asked about can be reported here, if they send where it is."""
    if turn.conversation.work is not None or turn.conversation.waiting or len(turn.queue) > 1:
        return ()
    matter = await matter_asked_about(question, turn.language, ports.floor)
    service = ports.catalogue.services.get(matter.service.code) if matter and matter.service else None
    if service is None or service.location_kind is LocationKind.NONE:
        return ()
    return (Part(text=ports.wording.say("report_offer", turn.language)),)


def _notes(turn: Progress, main: Passage, ports: Ports) -> tuple[Part, ...]:
    """What must be said after an answer from an article that is old: that its figures may have changed."""
    return (Part(text=ports.wording.say("answer_is_old", turn.language, year=str(main.as_of.year))),)


_CALLS = re.compile(r"\b(?:calls?|questions|contact|phone|ask|reach)\b.*\b\d{3}-\d{4}\b", re.IGNORECASE)
_NAMES_NOBODY = (Reason.AMBIGUOUS, Reason.OTHER_CITY, Reason.OUT_OF_SCOPE)
LIKELY_ABOUT = 0.43
LONGEST_CONTACT = 30


def who_can_help(found: tuple[Found, ...]) -> str:
    """The first sentence that says whom to call in the article that a question is likely about; or nothing."""
    if not found or found[0].score < LIKELY_ABOUT:
        return ""
    own = [each.passage for each in found if each.passage.article == found[0].passage.article]
    sentences = [sentence for passage in own for sentence in sentences_of(passage.text)]
    named = (each for each in sentences if _CALLS.search(each) and "$" not in each)
    return next((each for each in named if len(each.split()) <= LONGEST_CONTACT), "")


def _topic_off(turn: Progress, ports: Ports, found: tuple[Found, ...]) -> Did:
    """The City took this topic out of use for now: a person answers it."""
    step = Step(name="answer", did="did not answer: the topic is switched off", ms=0)
    return Did(
        say=(Part(text=ports.wording.say("topic_off", turn.language)),),
        outcomes=(Outcome.NOT_KNOWN,),
        passages=_considered(found, ()),
        queue=turn.queue[1:],
        steps=(step,),
    )


def _not_known(turn: Progress, verdict: Verdict, ports: Ports, *, found: tuple[Found, ...]) -> Did:
    reason = verdict.reason or Reason.NO_SOURCE
    name = f"not_known_{reason.value}"
    told = name if turn.language in ports.wording.languages(name) else "not_known"
    text = ports.wording.say(told, turn.language, detail=verdict.detail).strip()
    ambiguous = reason is Reason.AMBIGUOUS
    contact = verdict.contact or ("" if reason in _NAMES_NOBODY else who_can_help(found))
    return Did(
        say=(Part(text=f"{text} {contact}".strip()),),
        outcomes=(Outcome.ASKED if ambiguous else Outcome.NOT_KNOWN,),
        passages=_considered(found, ()),
        queue=turn.queue[1:],
        conversation=_remembering(turn, turn.request.words.quote) if ambiguous else None,
        steps=(Step(name="answer", did="found no answer that may be given", ms=0, detail={"reason": reason.value}),),
    )
