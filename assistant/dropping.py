"""Lets go of one of several reports when the resident says so ("forget the bike, only do the street light")."""

import re

from assistant.conversation import Conversation
from assistant.plain import plainly
from tools.service import Catalogue

_DROP = re.compile(
    r"\b(?:forget|drop|skip|leave out|never ?mind|cancel|remove|don'?t (?:do|send|file|report|bother with)|not"
    r"|olvid\w+|deje?|quit[ea]|no reporte)\s+"
    r"(?:about )?(?:the|that|my|el|la|lo del?|los|las)\s+([\w ]{3,40})",
)
_ONLY = re.compile(r"\b(?:only|just|solo|solamente)\s+(?:do |send |file |report |the |about |el |la )*([\w ]{3,40})")


def dropped(text: str, conversation: Conversation, catalogue: Catalogue) -> Conversation | None:
    """The conversation without the report that the message lets go; None if it lets none of several go."""
    if conversation.work is None or not conversation.waiting:
        return None
    plain = plainly(text)
    unwanted, wanted = _DROP.search(plain), _ONLY.search(plain)
    if unwanted is None and wanted is None:
        return None
    subjects = [_words_of(conversation, place, catalogue) for place in range(-1, len(conversation.waiting))]
    scores = [_shared(unwanted, each) - _shared(wanted, each) for each in subjects]
    best = max(range(len(scores)), key=scores.__getitem__)
    if scores[best] <= 0:
        return None
    if best == 0:
        return conversation.model_copy(update={"work": None})
    kept = tuple(each for place, each in enumerate(conversation.waiting, start=1) if place != best)
    return conversation.model_copy(update={"waiting": kept})


def _words_of(conversation: Conversation, place: int, catalogue: Catalogue) -> set[str]:
    """The words of a report: those of the draft under way for -1, else of one that waits."""
    if place < 0 and conversation.work is not None:
        said, service = " ".join(conversation.work.words[:1]), conversation.work.draft.service
    else:
        request = conversation.waiting[place]
        said, service = request.words.quote, request.service
    name = catalogue.services[service.code].name() if service else ""
    return {word[:5] for word in re.findall(r"\w{3,}", plainly(f"{said} {name}"))}


def _shared(match: re.Match[str] | None, words: set[str]) -> int:
    if match is None:
        return 0
    return len({word[:5] for word in re.findall(r"\w{3,}", match[1])} & words)
