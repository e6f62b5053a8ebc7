"""What a message that is no matter of its own leans on: the case that was just filed, or the question just answered."""

from assistant.contact import read_contact
from assistant.conversation import Conversation
from assistant.engine import Engine
from assistant.kind_cues import load_kind_cues
from assistant.next_thing import SURE_ENOUGH
from assistant.plain import plainly
from assistant.reading import Asked, Request
from assistant.saying_more import ends_as_more, opens_as_more
from assistant.statements import tells_of_trouble, trouble_asked_about
from assistant.vehicle import plate
from assistant.when import read_when
from tools.draft import Contact, Kind
from tools.location import Span

MOSTLY_ASKS, HARDLY_A_SERVICE = 0.6, 0.6
"""A statement that is this much like a question, and this little like any service, goes on with the question before it
("my car is registered in another state")."""

A_FRAGMENT, SAYS_NOTHING = 4, 0.3
"""So few words that speak for no service name something of what was said before ("the copley one")."""

LONGEST = 20
"""More words than these tell a matter of their own."""


async def matter_asked_about(question: str, language: str, engine: Engine) -> Request | None:
    """The report in a question what to do about a trouble, None if there is none that is sure. `engine` is asked
    beside the message: it should be the one that costs no call."""
    trouble = trouble_asked_about(question)
    if trouble is None:
        return None
    read = await engine.read(trouble, Asked(language=language))
    return next((each for each in read.requests if each.kind is Kind.REPORT and _certain(each) >= SURE_ENOUGH), None)


async def with_what_was_asked_about(request: Request, conversation: Conversation, engine: Engine) -> Request:
    """The request; a mere address after a question what to do about a trouble reports that trouble there, and after
    one that asks the day of a place it asks that again."""
    asked = conversation.questions[-1] if conversation.questions and not just_filed(conversation) else ""
    if request.kind is not Kind.REPORT or request.service or not _has_an_address(request):
        return request
    if load_kind_cues().asks_for_a_place.search(plainly(asked)):
        return Request(kind=Kind.QUESTION, words=Span.of(asked, 0, len(asked)))
    matter = await matter_asked_about(asked, conversation.language, engine)
    if matter is None:
        return request
    trouble = matter.words.quote
    told = f"{trouble}\n{request.words.quote}"
    location = request.location.shifted(len(trouble) + 1 - request.words.start) if request.location else None
    return matter.model_copy(update={"words": Span.of(told, 0, len(told)), "location": location})


def as_leaning(request: Request, conversation: Conversation, *, plain: bool) -> Request:
    """The request; what only adds to the case just filed is none, and what goes on with the question just answered is a
    question. `plain` marks a yes, a no or thanks, which lean on nothing."""
    if request.kind is not Kind.REPORT or plain or _has_an_address(request):
        return request
    if adds_to_the_filed(request, conversation):
        return request.model_copy(update={"kind": Kind.OTHER})
    answered = bool(conversation.questions) and not just_filed(conversation)
    return request.model_copy(update={"kind": Kind.QUESTION}) if answered and _goes_on_asking(request) else request


def adds_to_the_filed(request: Request, conversation: Conversation) -> bool:
    """Whether words say more of the case whose number was told last: how to reach somebody, since when, how it looks.
    Words that are no report must say so by how they open, or say when."""
    words = request.words.quote
    if not just_filed(conversation) or len(words.split()) > LONGEST or request.joke or _has_an_address(request):
        return False
    if request.kind not in (Kind.REPORT, Kind.OTHER) or tells_of_trouble(words):
        return False
    if read_contact(words) != Contact() or opens_as_more(words) or ends_as_more(words):
        return True
    when = read_when(words, plainly(words), None) is not None
    return when or (request.kind is Kind.REPORT and _certain(request) < SURE_ENOUGH)


def just_filed(conversation: Conversation) -> bool:
    """Whether the last thing said named the case that was filed last."""
    return bool(conversation.cases) and any(conversation.cases[-1] in reply.text for reply in conversation.said)


def _goes_on_asking(request: Request) -> bool:
    certain = _certain(request)
    if request.asks >= MOSTLY_ASKS and certain < HARDLY_A_SERVICE:
        return True
    words = request.words.quote
    if len(words.split()) > A_FRAGMENT:
        return False
    return plate(words) is not None or (certain < SAYS_NOTHING and not tells_of_trouble(words))


def _certain(request: Request) -> float:
    return request.service.confidence if request.service else 0.0


def _has_an_address(request: Request) -> bool:
    place = request.location
    return place is not None and bool(place.number or place.cross or place.street)
