"""Tells a question from a report outside English, by how it is put and by whether an article answers it."""

from assistant.ports import Ports
from assistant.reading import Request
from assistant.requests_split import Does, pieces
from assistant.statements import said_elsewhere
from knowledge.article import Library, SearchUnavailable
from tools.draft import Kind

ANSWERED = 0.5
"""From this score on an article answers what is put as a question."""

SURE = 0.95
"""From this score on an article is asked for though the words are no question ("horario de la grua")."""

ASKS_OF_AN_ARTICLE, UNSURE_OF_A_SERVICE = 1.1, 0.85
"""The sum of the share on a question and the score that is enough where no service is sure: of 299 wordings of reports
in six languages one has it, of 30 questions put without a word of asking seven have."""

SURE_THOUGH_IN_TROUBLE = 0.65
"""The score that is enough for words that tell of a home without heat, whatever they ask: a report is safer."""

HARDLY_ASKS = 0.1
"""Below this share on a question, words that name a service ("bache") report it, however well an article fits."""

A_SERVICE_IS_MEANT = 0.9
"""From this confidence in a service on, somebody who wants something wants that service."""


def is_a_question(request: Request, ports: Ports, *, language: str) -> bool:
    """Whether what was read as something else asks for information.

    The form decides: how sure the services are says little, for they know few words of these languages. Somebody who
    asks whom to tell has something to report, unless an article says whom.
    """
    said = said_elsewhere(request.words.quote, language)
    if "wants_work" in said and "how_long" not in said:
        return False
    asks = "asks" in said or any(piece.does is Does.ASKS for piece in pieces(request.words.quote))
    score = _score(request.words.quote, ports.library, language)
    certain = request.service.confidence if request.service else 0.0
    if not asks and not said and certain >= A_SERVICE_IS_MEANT and request.asks < HARDLY_ASKS:
        return False
    if not asks and "wants" in said and "tells" not in said:
        return certain < A_SERVICE_IS_MEANT and (score >= ANSWERED or request.kind is Kind.REPORT)
    if not asks:
        likely = certain < UNSURE_OF_A_SERVICE and score >= ANSWERED and request.asks + score >= ASKS_OF_AN_ARTICLE
        return (score >= SURE or likely) and "tells" not in said
    if "tells" in said and _is_without_heat(request) and score < SURE_THOUGH_IN_TROUBLE:
        return False
    if score >= ANSWERED or ports.gate.declines(request.words.quote):
        return True
    return request.kind is Kind.REPORT and not said & {"tells", "whom"}


def _is_without_heat(request: Request) -> bool:
    service = request.service
    return service is not None and service.code == "heat_complaint" and service.confidence >= A_SERVICE_IS_MEANT


def _score(words: str, library: Library, language: str) -> float:
    try:
        found = library.search(words, language=language, limit=1)
    except SearchUnavailable:
        return 0.0
    return found[0].score if found else 0.0
