"""Tells a question that was read as a report by what the city's articles are asked, before it is worked off."""

import re

from assistant.kind_cues import load_kind_cues
from assistant.plain import plainly
from assistant.ports import Ports
from assistant.reading import Request
from assistant.sorting_elsewhere import is_a_question
from assistant.statements import ASKS_FOR, books, tells_of_trouble
from knowledge.article import SearchUnavailable
from knowledge.gate import AS_ASKED
from tools.clock import city_time
from tools.draft import Kind

SURE_OF_AN_ARTICLE = 0.85
"""From this score on an article is asked for; of 324 reports of others that were read as such, 11 score higher."""

ASKED_OF_AN_ARTICLE = 0.6
"""The score that is enough where the words ask for something."""

ASKS_OF_AN_ARTICLE = 1.4
"""The sum of the share on a question and the score that is enough for any words; of 458 labelled or filed reports of
others one has more (development halves), of 24 own questions that were read as reports 12 have."""

ASKS_THOUGH_IN_TROUBLE = 1.9
"""The same for words that state that something is wrong ("theres a bat in the house what do i do")."""

PUT_AS_A_QUESTION = 0.45
"""The score that is enough where the words open like a question that asks nobody to come."""

SURE_OF_A_SERVICE, HARDLY_ASKS = 0.9, 0.25
"""A service this sure, in words that hardly sound like a question, is a report of it."""

UNSURE_OF_A_SERVICE = 0.25
LIKELY_AN_ARTICLE = 0.45
"""Where hardly any service fits, this score is enough."""

_COME_AND_DO = re.compile(
    r"\b(?:send|fix|repair|clean|pick (?:it|this|that|them|up)|remove|report|tow|someone come|somebody come)\b",
    re.IGNORECASE,
)
_ASKS_NOBODY_TO_COME = re.compile(
    r"^\W*(?:(?:do|does|did) (?:the |you |they |u )?(?:city |guys )?|will the city "
    r"|is (?!any|some)|are (?!you|u\b)|(?:can|may|should|do|am) i "
    r"|what|when|where|who|how|earliest|latest|max\w* |min\w* )",
    re.IGNORECASE,
)
"""Words that open like a question about how things are done, whatever work they name ("do they pick up … on …")."""

_CLOSES_BY_ASKING = re.compile(
    r"(?:^|[\s,.;])(?:how|now what|what now|(?:is|are) \w+ a problem"
    r"|(?:does|do|will|would) the city (?:take|help|pay|allow|cover|offer)\b[^.?!]{0,25}"
    r"|who(?:s| is)? (?:pays?|liable|do i (?:call|tell|ask|talk to|report (?:it|this|that) to))(?: for \w+)?"
    r"|what (?:do|can|should) (?:i|we)\b[^.?!]{0,20}|do i (?:need|have to)\b[^.?!]{0,40}"
    r"|am i (?:allowed|liable|supposed)\b[^.?!]{0,30})\W*$",
    re.IGNORECASE,
)
"""Words that tell what is the matter and then ask what holds ("got bitten by a dog now what"); "is this legal?" is not
among them, for in 25 of 31 real reports that end so it is indignation."""

_NAMES_A_FACT = re.compile(
    r"^\W*(?:[\w'’]+\W+){1,4}(?:fines?|fees?|penalt(?:y|ies)|deadline|due date|hours|phone|address)\W*$", re.IGNORECASE
)
"""A few words that name what is wanted to know ("hydrant fine", "tow lot hours")."""

_NO_HEAT = re.compile(
    r"\b(?:no|without) (?:heat|heating|hot water)\b"
    r"|\b(?:won['’]?t|doesn['’]?t|refuses to|not|never) (?:\w+ ){0,2}(?:turn on|gives?|fix|provide)\b.{0,12}\bheat"
    r"|\bheat(?:ing)? (?:is |has been |s )?(?:out|off|broken|not working)\b",
    re.IGNORECASE,
)
"""Somebody who tells of a home without heat is not told the law first: a report is begun."""

OPENS_A_FOLLOW_UP = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|k|alright|great|thanks|thank you|thx|cool|got it|oh|bueno|vale|gracias|obrigad[oa]|mesi)\W+)"
    r"{0,2}"
    r"(?:and|but|so|what about|how about|y|pero|e|mas|et|ak)\b",
    re.IGNORECASE,
)
LONGEST_FOLLOW_UP = 7
_OWN_CASE = re.compile(
    r"\b(?:my|our|mi|mis|nuestr[oa]|meu|minha|mon|ma)\b(?:\W+\w+){0,2}\W+"
    r"(?:case|cases|report|reports|request|complaint|ticket|caso|casos|reporte|solicitud|queja|pedido|demande)\b"
    r"|\bhow (?:is|are) the (?:\w+ ){0,2}(?:case|cases|report|reports|request|complaint|ticket)\b"
    r"|\b(?:i|we) (?:already |just )?(?:told you|reported|called in|complained|asked|requested|submitted|filed)\b",
    re.IGNORECASE,
)
"""Somebody who speaks of their own case asks how it stands, not how one looks cases up."""

_ASKS = re.compile(
    r"\?\s*$|\bright\W*$|\bis (?:that|this|it) (?:ok|legal|allowed|fine)\b"
    r"|^\W*(?:(?:what|when|where|who|how)(?:['’]?s|['’]?re)?|why|is|are|was|do|does|did|can|could|should|would|will|am|has|have|ignore"
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
    if request.kind is Kind.STATUS and (_OWN_CASE.search(words) or load_kind_cues().status.search(plainly(words))):
        return request
    remarks = request.kind is Kind.FEEDBACK and not _ASKS_NOBODY_TO_COME.match(words)
    if ports.gate.declines(words) and not remarks and _ASKS.search(words):
        return Request(kind=Kind.QUESTION, words=request.words)
    if earlier and OPENS_A_FOLLOW_UP.match(words) and len(words.split()) < LONGEST_FOLLOW_UP:
        return Request(kind=Kind.QUESTION, words=request.words)
    if language != "en":
        asks_here = is_a_question(request, ports, language=language)
        return Request(kind=Kind.QUESTION, words=request.words) if asks_here else request
    trouble = tells_of_trouble(words)
    if ports.gate.is_elsewhere(words) and request.location is None and not trouble and not _COME_AND_DO.search(words):
        return Request(kind=Kind.QUESTION, words=request.words)
    opens = _ASKS_NOBODY_TO_COME.match(words) is not None
    if _states(request, opens=opens) or (books(words) and request.kind is Kind.REPORT):
        return request
    if (_COME_AND_DO.search(words) and not opens) or (trouble and request.kind is not Kind.REPORT):
        return request
    try:
        found = ports.library.search(words, language=language, limit=1)
    except SearchUnavailable:
        return request
    score, as_asked = (found[0].score, found[0].asked >= AS_ASKED) if found else (0.0, False)
    asked = _asks_though_in_trouble(request, score) if trouble else as_asked or _is_asked(request, score, opens=opens)
    return Request(kind=Kind.QUESTION, words=request.words) if asked else request


def _states(request: Request, *, opens: bool) -> bool:
    """Whether words only name what is wrong ("street light is out", "graffiti"), however well an article fits: to be
    told how one reports it is no help to who just did."""
    words = request.words.quote
    put = opens or any(each.search(words) for each in (_ASKS, ASKS_FOR, _CLOSES_BY_ASKING, _NAMES_A_FACT))
    certain = request.service.confidence if request.service else 0.0
    hardly = request.asks < HARDLY_ASKS or _NO_HEAT.search(words) is not None
    return not put and hardly and certain >= SURE_OF_A_SERVICE and request.kind is Kind.REPORT


def _asks_though_in_trouble(request: Request, score: float) -> bool:
    """Whether an article that fits this well is asked for though the words tell that something is wrong."""
    closes = score >= ASKED_OF_AN_ARTICLE and _CLOSES_BY_ASKING.search(request.words.quote) is not None
    return closes or request.asks + score >= ASKS_THOUGH_IN_TROUBLE


def _is_asked(request: Request, score: float, *, opens: bool) -> bool:
    """Whether an article that fits this well is asked for, by how the words are put and how well a service fits."""
    words = request.words.quote
    put = opens or _NAMES_A_FACT.match(words) is not None
    if request.asks + score >= ASKS_OF_AN_ARTICLE or (put and score >= PUT_AS_A_QUESTION):
        return True
    if score >= ASKED_OF_AN_ARTICLE and _CLOSES_BY_ASKING.search(words):
        return True
    if score >= ASKED_OF_AN_ARTICLE and (_ASKS.search(words) or ASKS_FOR.search(words)):
        return True
    certain = request.service.confidence if request.service else 0.0
    likely = certain < UNSURE_OF_A_SERVICE and score >= LIKELY_AN_ARTICLE and request.kind is Kind.REPORT
    return score >= SURE_OF_AN_ARTICLE or likely


def _has_a_place(request: Request) -> bool:
    place = request.location
    return place is not None and bool(place.number or place.cross)
