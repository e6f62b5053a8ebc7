"""Tells a question from a report outside English, by how it is put and by whether an article answers it."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.plain import plainly
from assistant.reading import Request
from assistant.requests_split import Does, pieces
from knowledge.article import Library, SearchUnavailable
from tools.draft import Kind

WORDS = Path(__file__).parent / "lexicon" / "questions.yaml"
ANSWERED = 0.5
"""From this score on an article answers what is put as a question."""

SURE = 0.9
"""From this score on an article is asked for though the words are no question ("horario de la grua")."""

A_SERVICE_FITS, A_SERVICE_IS_MEANT = 0.5, 0.85
"""Below these confidences in a service, what an article fits very well, and what is put as a question, is one."""


@lru_cache(maxsize=1)
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    content = yaml.load(WORDS.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {
        language: {name: re.compile("|".join(map(_plain, forms))) for name, forms in kinds.items()}
        for language, kinds in content.items()
    }


def _plain(pattern: str) -> str:
    """A pattern without accents; its ASCII letters stay, for some of them are signs."""
    return "".join(letter if letter.isascii() else plainly(letter) for letter in pattern)


def is_a_question(request: Request, library: Library, *, language: str) -> bool:
    """Whether what was read as something else asks for information."""
    words = request.words.quote
    patterns = _patterns().get(language, {})
    if "wants_work" in patterns and patterns["wants_work"].search(plainly(words)):
        return False
    plain = plainly(words)
    asks = any(piece.does is Does.ASKS for piece in pieces(words))
    asks = asks or ("asks" in patterns and patterns["asks"].search(plain) is not None)
    tells = "tells" in patterns and patterns["tells"].search(plain) is not None
    certain = request.service.confidence if request.service else 0.0
    score = _score(words, library, language)
    if asks and score >= ANSWERED:
        return True
    if asks and not tells and request.kind is Kind.REPORT:
        return certain < A_SERVICE_IS_MEANT
    return score >= SURE and not tells and certain < A_SERVICE_FITS


def _score(words: str, library: Library, language: str) -> float:
    try:
        found = library.search(words, language=language, limit=1)
    except SearchUnavailable:
        return 0.0
    return found[0].score if found else 0.0
