"""The read step: an engine understands the message; we decide which of it belongs to the draft under way."""

from assistant.booking import chosen_day
from assistant.conversation import Conversation, Work
from assistant.dropping import dropped
from assistant.language import LEAST_WORDS, LanguageReader
from assistant.leaning import as_leaning, with_what_was_asked_about
from assistant.next_thing import SURE_ENOUGH
from assistant.outcome import Outcome
from assistant.own_time import asks_own_time
from assistant.placing import says_only_where
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Asked, Reading, Repair, Request
from assistant.report import waiting_or_under_way
from assistant.requests_split import Does, pieces
from assistant.saying_more import goes_on, without_others
from assistant.sorting import sorted_anew
from assistant.statements import tells_of_trouble
from assistant.switched_off import engine_off
from assistant.turn import Step
from tools.draft import Kind
from tools.location import Location, Span

SURE_OF_A_GREETING = 0.9
"""From this confidence on even a first message of one word tells the language."""


async def read(turn: Progress, ports: Ports) -> Did:
    """Understand the message in the light of what was asked, and queue its requests."""
    conversation = turn.conversation
    asked = conversation.asked.model_copy(
        update={
            "language": conversation.language,
            "language_chosen": conversation.language_chosen,
            "earlier": conversation.questions[-2:],
            "said": tuple(reply.text for reply in conversation.said[-1:]),
            "now": turn.now,
        }
    )
    if (held := await engine_off(turn, ports)) is not None:
        return held
    reading = await ports.engine.read(turn.text, asked)
    if (wished := ports.languages.asks_for(turn.text)) and wished != conversation.language:
        return _switched(turn, wished, ports, reading)
    spoken = conversation.model_copy(
        update={
            "language": _spoken(turn.text, reading, conversation, ports.languages),
            "asked": _still_asked(conversation.asked),
        }
    )
    resumes = waiting_or_under_way(conversation)
    queue = _queue(turn, reading, asked, ports, resumes=resumes, language=spoken.language)
    if conversation.work is None and asked.asking_for is None:
        queue = tuple([await with_what_was_asked_about(each, conversation, ports.floor) for each in queue])
    return Did(
        reading=without_others(reading, queue) if asked.asking_for == "confirmation" else reading,
        queue=queue,
        conversation=spoken,
        resumes=resumes,
        asked_before=asked.asking_for,
        steps=(Step(name="read", did=_told(reading), ms=0, detail={"engine": reading.engine}),),
    )


def _switched(turn: Progress, language: str, ports: Ports, reading: Reading) -> Did:
    """The resident asked for another language: say so in it, and go on with what was under way."""
    spoken = turn.conversation.model_copy(update={"language": language, "language_chosen": True})
    return Did(
        reading=Reading(language=language, language_confidence=reading.language_confidence, engine=reading.engine),
        say=(Part(text=ports.wording.say("language_switched", language)),),
        outcomes=(Outcome.ACKNOWLEDGED,),
        conversation=spoken,
        resumes=waiting_or_under_way(turn.conversation),
        steps=(Step(name="read", did=f"changed the language to {language}", ms=0),),
    )


def _queue(
    turn: Progress, reading: Reading, asked: Asked, ports: Ports, *, resumes: bool, language: str
) -> tuple[Request, ...]:
    """The requests to work off; a message that holds none is acknowledged, so that nobody is met with silence."""
    conversation = turn.conversation
    if asked.asking_for and dropped(turn.text, conversation, ports.catalogue):
        return ()
    if chosen_day(turn, conversation.work) is not None:
        return ()
    if reading.thanks and not resumes and all(each.does is Does.SMALL_TALK for each in pieces(turn.text)):
        return (Request(kind=Kind.OTHER, words=Span.of(turn.text, 0, len(turn.text))),)
    meant = (_as_meant(each, turn.text, reading) for each in reading.requests)
    queue = tuple(request for request in meant if not _belongs(request, reading, conversation, asked))
    if conversation.work is None and asked.asking_for is None:
        earlier = conversation.questions
        queue = tuple(sorted_anew(each, ports, language=language, earlier=earlier) for each in queue)
        plain = reading.consent is not None or reading.repair is not None or reading.thanks
        queue = tuple(as_leaning(each, conversation, plain=plain) for each in queue)
    if queue or resumes:
        return queue
    return (Request(kind=Kind.OTHER, words=Span.of(turn.text, 0, len(turn.text))),)


def _as_meant(request: Request, text: str, reading: Reading) -> Request:
    """ "When will it be fixed" has the words of a report and asks how long it takes; a mere address asks nothing."""
    if request.kind in (Kind.QUESTION, Kind.OTHER) and says_only_where(text, reading.location):
        return Request(kind=Kind.REPORT, words=request.words, location=reading.location)
    asks = request.kind is Kind.REPORT and asks_own_time(request.words.quote)
    return request.model_copy(update={"kind": Kind.QUESTION}) if asks else request


def _spoken(text: str, reading: Reading, conversation: Conversation, languages: LanguageReader) -> str:
    """The language to go on in: an address or a number says nothing of the language somebody speaks."""
    evidence = reading.location.evidence if reading.location else None
    if conversation.turns == 0 and not conversation.language_chosen:
        greeted = languages.detect(text)
        return greeted.language if greeted.confidence >= SURE_OF_A_GREETING else reading.language
    if conversation.turns == 0 or evidence is None or reading.language == conversation.language:
        return reading.language
    rest = [word for word in text.replace(evidence.quote, " ").split() if any(map(str.isalpha, word))]
    return reading.language if len(rest) >= LEAST_WORDS else conversation.language


def _still_asked(asked: Asked) -> Asked:
    """A case number is asked for once; every other question stands until its draft is done."""
    return Asked() if asked.asking_for == "case_number" else asked


def _told(reading: Reading) -> str:
    kinds = [request.service.name if request.service else request.kind.value for request in reading.requests]
    return f"understood: {', '.join(kinds)}" if kinds else "understood a reply to what was asked"


def _belongs(request: Request, reading: Reading, conversation: Conversation, asked: Asked) -> bool:
    """Whether a report is about the draft under way rather than a further matter."""
    work = conversation.work
    if asked.asking_for == "duplicate" and answered(reading, asked) and request.case_id is None:
        return request.kind is not Kind.QUESTION or not is_put_as_a_question(request)
    if asked.asking_for == "question_choice" and _says_little(request):
        return True
    if work is not None and request.kind is Kind.STATUS and request.case_id is None:
        return answered(reading, asked)
    if request.kind is Kind.QUESTION:
        return work is not None and not is_put_as_a_question(request)
    if work is None or request.kind not in (Kind.REPORT, Kind.OTHER):
        return False
    if asked.asking_for == "service" or reading.repair in (Repair.CORRECTION, Repair.START_OVER):
        return True
    if request.kind is Kind.OTHER:
        return answered(reading, asked)
    if asked.asking_for is not None and _goes_with_the_answer(request, reading, asked):
        return True
    same_service = _service(request) in (None, _service_of(work))
    return same_service and not _elsewhere(request.location, work.draft.location)


def _goes_with_the_answer(request: Request, reading: Reading, asked: Asked) -> bool:
    """Whether what was read as a report in answer to a question says no more than that answer, or more of the draft."""
    if answered(reading, asked) and not _clearly_new(request, reading):
        return True
    if not _speaks_for_itself(request):
        return True
    if asked.asking_for == "location":
        # "Near the bridge" answers where it is, though whose the bridge is speaks for a service of its own.
        return not request.jurisdiction.city and not tells_of_trouble(request.words.quote)
    if asked.asking_for != "confirmation" or request.location is not None:
        return False
    return goes_on(request) or not tells_of_trouble(request.words.quote)


def _says_little(request: Request) -> bool:
    """Whether words instead of a yes or a no are no matter of their own ("nothing ever gets done")."""
    certain = request.service.confidence if request.service else 0.0
    return request.kind in (Kind.REPORT, Kind.FEEDBACK) and certain < SURE_ENOUGH and request.location is None


def _speaks_for_itself(request: Request) -> bool:
    """Whether words in the middle of a draft say enough to be a matter of their own."""
    sure = request.service is not None and request.service.confidence >= SURE_ENOUGH
    return sure and (request.location is not None or len(request.words.quote.split()) >= LEAST_WORDS)


def is_put_as_a_question(request: Request) -> bool:
    """Whether the words have the form of a question; in the middle of a draft anything else is an answer."""
    return any(piece.does is Does.ASKS for piece in pieces(request.words.quote))


def _clearly_new(request: Request, reading: Reading) -> bool:
    """Whether a report stands beside the answer rather than being its words: sure of itself, and about another
    place."""
    sure = request.service is not None and request.service.confidence >= SURE_OF_A_NEW_MATTER
    same_place = request.location is None or (reading.location and request.location.street == reading.location.street)
    return sure and not same_place


SURE_OF_A_NEW_MATTER = 0.75
"""From this confidence on a report inside an answer is taken for a further matter."""


def answered(reading: Reading, asked: Asked) -> bool:
    """Whether the message holds an answer to what was asked."""
    code = asked.asking_for
    values = code in reading.fields or (code in ("location", "location_choice") and reading.location is not None)
    contact = code == "contact" and any((reading.contact.phone, reading.contact.email, reading.contact.name))
    return values or contact or reading.consent is not None or reading.choice is not None or reading.repair is not None


def _service(request: Request) -> str | None:
    return request.service.code if request.service else None


def _service_of(work: Work) -> str | None:
    return work.draft.service.code if work.draft.service else None


def _elsewhere(said: Location | None, known: Location | None) -> bool:
    if said is None or known is None or known.candidates:
        return False
    return (said.street, said.number) != (known.street, known.number) and bool(said.street or said.place)
