"""Tells a question that was read as a report by what the city's articles are asked, before it is worked off."""

import re

from assistant.ports import Ports
from assistant.reading import Request
from assistant.requests import ASKS_FOR, tells_of_trouble
from assistant.sorting_elsewhere import is_a_question
from knowledge.article import SearchUnavailable
from tools.clock import city_time
from tools.draft import Kind

SURE_OF_AN_ARTICLE = 0.85
"""From this score on an article is asked for; of 324 reports of others that were read as such, 11 score higher."""

ASKED_OF_AN_ARTICLE = 0.6
"""The score that is enough where the words ask for something."""

UNSURE_OF_A_SERVICE = 0.25
LIKELY_AN_ARTICLE = 0.45
"""Where hardly any service fits, this score is enough."""

_COME_AND_DO = re.compile(
    r"\b(?:send|fix|repair|clean|pick (?:it|this|that|them|up)|remove|report|tow|someone come|somebody come)\b",
    re.IGNORECASE,
)
OPENS_A_FOLLOW_UP = re.compile(r"^\W*(?:and|but|what about|how about|y|pero|e|mas|et|ak)\b", re.IGNORECASE)
LONGEST_FOLLOW_UP = 7
_OWN_CASE = re.compile(
    r"\b(?:my|our|mi|mis|nuestr[oa]|meu|minha|mon|ma)\b(?:\W+\w+){0,2}\W+"
    r"(?:case|cases|report|reports|request|complaint|ticket|caso|casos|reporte|solicitud|queja|pedido|demande)\b",
    re.IGNORECASE,
)
"""Somebody who speaks of their own case asks how it stands, not how one looks cases up."""

_ASKS = re.compile(
    r"\?\s*$|\bright\W*$|\bis (?:that|this|it) (?:ok|legal|allowed|fine)\b"
    r"|^\W*(?:what|when|where|who|how|why|is|are|was|do|does|did|can|could|should|would|will|am|has|have|ignore"
    r"|ya|cu[aá]nto|qui[eé]n)\b",
    re.IGNORECASE,
)


def sorted_anew(request: Request, ports: Ports, *, language: str, earlier: tuple[str, ...] = ()) -> Request:
    """The request, as a question if the articles answer it better than a service takes it, or if it follows up
    an earlier question; else as it was."""
    if request.kind in (Kind.QUESTION, Kind.PERSON) or request.case_id or request.asks_who:
        return request
    words = request.words.quote
    if ports.today.asked(words, earlier=earlier, today=city_time(ports.clock()).date()):
        return Request(kind=Kind.QUESTION, words=request.words)
    return request if _has_a_place(request) else _sorted_by_articles(request, ports, language=language, earlier=earlier)


def _sorted_by_articles(request: Request, ports: Ports, *, language: str, earlier: tuple[str, ...]) -> Request:
    words = request.words.quote
    if request.kind is Kind.STATUS and _OWN_CASE.search(words):
        return request
    if ports.gate.declines(words) and request.kind is not Kind.FEEDBACK and _ASKS.search(words):
        return Request(kind=Kind.QUESTION, words=request.words)
    if earlier and OPENS_A_FOLLOW_UP.match(words) and len(words.split()) < LONGEST_FOLLOW_UP:
        return Request(kind=Kind.QUESTION, words=request.words)
    if language != "en":
        asks_here = is_a_question(request, ports, language=language)
        return Request(kind=Kind.QUESTION, words=request.words) if asks_here else request
    if _COME_AND_DO.search(words) or tells_of_trouble(words):
        return request
    try:
        found = ports.library.search(words, language=language, limit=1)
    except SearchUnavailable:
        return request
    score = found[0].score if found else 0.0
    certain = request.service.confidence if request.service else 0.0
    asks = _ASKS.search(words) is not None or ASKS_FOR.search(words) is not None
    if asks and score >= ASKED_OF_AN_ARTICLE:
        return Request(kind=Kind.QUESTION, words=request.words)
    likely = certain < UNSURE_OF_A_SERVICE and score >= LIKELY_AN_ARTICLE and request.kind is Kind.REPORT
    if score < SURE_OF_AN_ARTICLE and not likely:
        return request
    return Request(kind=Kind.QUESTION, words=request.words)


def _has_a_place(request: Request) -> bool:
    place = request.location
    return place is not None and bool(place.number or place.cross)
