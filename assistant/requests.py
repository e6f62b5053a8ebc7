"""Splits a message into the things a resident wants, and tells what kind each is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.form import read_form
from assistant.gloss import in_english
from assistant.kind_cues import LONGEST, load_kind_cues
from assistant.linear import Examples, Linear, load_linear
from assistant.plain import UNSPACED, plainly
from assistant.requests_split import Does, Piece, is_the_same_elsewhere, pieces
from assistant.services import EXAMPLES as SERVICE_EXAMPLES
from assistant.services import Ranked, Ranking, ServiceRanker, names_an_address, service_examples
from assistant.statements import ASKS_FOR, books, states_elsewhere, tells_of_trouble, without_own_number
from knowledge.vectors import Encoder
from tools.case_number import find_case_number
from tools.draft import Kind
from tools.location import Span
from tools.service import Catalogue
from tools.value import Value

KINDS = Path(__file__).parent / "lexicon" / "kinds.yaml"
TEMPERATURE = 0.7
SURE_OF_ANOTHER = 0.85
"""Two statements are two requests only if each is this sure of its service, and neither likely for the other. From .6
to .95 the texts with one request that stay whole rise from .92 to .96, and those with several stay the same."""

JOKE, A_JOKE = "joke", 0.25
"""The kind of what is only meant to be funny, and the share from which it is answered as such."""

COMMENT = "employee_or_program_comment"
"""The service whose examples are feedback."""

LIKELY = 0.25
"""A service this likely makes a report of words that ask for nothing."""

SURE_OF_FEEDBACK = 0.6
"""Below this share, words that a service fits well report something rather than praise or blame."""

A_PERSON, FEWEST_FOR_A_PERSON = 0.3, 3
"""From this share on a question may be a wish for a person; with fewer words only our word lists tell such a wish."""

PLAIN = 0.9
"""How sure a kind is that single words show."""

SURE_OF_NO_REQUEST = 0.85
"""From this share on a text asks for nothing, though a service fits some of its words."""

RANKED_PIECES = 6
"""A message of more pieces is not compared piece by piece: that would cost more time than a turn has."""

_ASKS = re.compile(
    r"^\W*(?:what|when|where|who|whom|which|how|why|is there|are there|do i|do you|does|can i|may i|should i|am i"
    r"|is it|"
    r"are|cuando|cuándo|donde|dónde|como|cómo|que|qué|cuanto|cuánto|cual|cuál|puedo|quando|onde|kile|ki kote|kijan|"
    r"konbyen|quand|comment|combien)\b",
    re.IGNORECASE,
)
_WANTS_WORK = re.compile(
    r"\b(?:fix|repair|remove|pick (?:it |this |that )?up|clean|send|report|plow|salt|tow|replace|empty|come and"
    r"|come get|"
    r"arregl\w+|repar\w+|quit\w+|recoj\w+|report\w+)\b",
    re.IGNORECASE,
)
SURE_OF_A_QUESTION = 0.95
"""From this share on a text that does not look like a question is one all the same, though a service fits it."""

_STATUS = re.compile(
    r"\b(?:status|update|news|progress|case|ticket|request|report(?:ed)?|complaint|closed|follow(?:ing)? up|caso|estado"
    r"|reporte|reporté)\b",
    re.IGNORECASE,
)
_ONLY_A_DAY = re.compile(
    r"^\W*(?:(?:on|this|next|any|maybe|preferably|el|este)\s+)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|weekends?|lunes|martes|miercoles|jueves|viernes|sabado|ma[nñ]ana)"
    r"\b(?:\W+\w+){0,5}\W*$",
    re.IGNORECASE,
)
"""A piece of a message that says no more than which day suits ("friday would be good")."""

_FORM = re.compile(r"\?\s*:|\w: ?\[")
"""How an app writes down what it asked."""

_WHO = re.compile(
    r"\b(?:who(?! (?:do|can|should|would|could|must) (?:i|we)\b)|which (?:neighbor|person|neighbour)|name of the)\b"
    r"[\w ,']{0,30}"
    r"\b(?:report(?:ed|s)?|complain(?:ed|ing)?|called|filed|turned me in|snitch\w*)\b|"
    r"\b(?:all|list|show)\b[\w ]{0,20}\bcases\b[\w ]{0,20}\b(?:by|from|of)\b|\bquien (?:me )?(?:report|denunci)\w*",
    re.IGNORECASE,
)


class PartOfMessage(Value):
    """One thing a resident wants: its words, its kind with confidence, and the ranking of services for a report."""

    words: Span
    kind: Kind
    confidence: float
    ranking: Ranking
    case_id: str | None = None
    asks_who: bool = False
    asks: float = 0.0
    joke: bool = False


@dataclass(frozen=True, eq=False)
class RequestReader:
    """Splits and sorts messages by linear readers trained on our own examples, and a few rules."""

    kinds: Linear
    ranker: ServiceRanker

    def read(self, text: str, *, language: str) -> tuple[PartOfMessage, ...]:
        """The requests of a message in order; greetings and thanks only if there is nothing else."""
        groups = self._groups(pieces(text), language)
        spans = [Span.of(text, group[0].span.start, group[-1].span.end) for group in groups]
        parts = _with_the_same_elsewhere([self._part(span, language) for span in spans])
        wanted = [part for part in parts if part.kind is not Kind.OTHER]
        return tuple(wanted or parts[:1])

    def _groups(self, found: tuple[Piece, ...], language: str) -> list[list[Piece]]:
        """The pieces put together that speak of one matter."""
        groups: list[list[Piece]] = []
        for piece in found:
            if groups and not self._is_another(piece, groups[-1], language, compare=len(found) <= RANKED_PIECES):
                groups[-1].append(piece)
            else:
                groups.append([piece])
        if len(groups) > 1 and all(_is_small(piece) for piece in groups[0]):
            groups[1] = groups.pop(0) + groups[0]
        return groups

    def _is_another(self, piece: Piece, group: list[Piece], language: str, *, compare: bool) -> bool:
        """Whether a piece is a request of its own rather than more words about the one before it."""
        said = [each for each in group if not _is_small(each)]
        if piece.listed:
            return True
        if _is_small(piece) or not said:
            return False
        has_asked = any(each.does is Does.ASKS for each in said)
        if piece.does is Does.ASKS:
            return piece.marked or not piece.refers
        if piece.refers or _ONLY_A_DAY.match(piece.span.quote):
            return False
        if piece.marked or not compare:
            return piece.marked
        if has_asked:
            tells = names_an_address(piece.span.quote) or tells_of_trouble(piece.span.quote)
            return said[-1].seeks and tells and _sure(self._meant(piece.span.quote, language))
        first = self._meant(said[-1].span.quote, language)
        if not _sure(first):
            return False
        second = self._meant(piece.span.quote, language)
        return _sure(second) and not _alike(first, second)

    def _meant(self, words: str, language: str) -> tuple[Ranked, ...]:
        return _ranked(self.ranker, words, language).choices

    def _part(self, span: Span, language: str) -> PartOfMessage:
        words = span.quote
        ranking = _ranked(self.ranker, words, language)
        case_id = find_case_number(words)
        asks_who = _WHO.search(words) is not None
        wants = without_own_number(words)
        shares = self.kinds.shares(
            wants, english=language == "en", temperature=TEMPERATURE, meant=in_english(wants, language)
        )
        chances = dict(zip(self.kinds.labels, map(float, shares), strict=True))
        kind, sure = self._kind(wants, ranking, chances, language)
        asks = float(shares[self.kinds.labels.index(Kind.QUESTION.value)])
        if (case_id and (_STATUS.search(words) or len(words.split()) <= 6)) or asks_who:
            kind, sure = Kind.STATUS, 0.95
        return PartOfMessage(
            words=span,
            kind=kind,
            confidence=sure,
            ranking=ranking,
            case_id=case_id,
            asks_who=asks_who,
            asks=min(1.0, asks),
            joke=kind is Kind.OTHER and shares[self.kinds.labels.index(JOKE)] > A_JOKE,
        )

    def _kind(self, words: str, ranking: Ranking, shares: dict[str, float], language: str) -> tuple[Kind, float]:
        """What kind of request words are; a joke and what is no request are both of the kind OTHER."""
        if shares[Kind.PERSON.value] < A_PERSON and (plain := self._plainly_a(words)) is not None:
            return plain, PLAIN
        chances = {kind: shares[kind.value] + (shares[JOKE] if kind is Kind.OTHER else 0.0) for kind in Kind}
        if len(words.split()) < FEWEST_FOR_A_PERSON and not UNSPACED.search(words):
            chances[Kind.PERSON] = 0.0
        kind, sure = max(chances.items(), key=lambda chance: chance[1])
        asks = _ASKS.search(words) is not None or words.rstrip().endswith("?") or ASKS_FOR.search(words) is not None
        certain = ranking.choices[0].confidence if ranking.choices else 0.0
        if kind is Kind.QUESTION and not asks and certain > LIKELY and sure < SURE_OF_A_QUESTION:
            return Kind.REPORT, certain
        if kind is Kind.STATUS and not _STATUS.search(words) and certain > LIKELY and sure < SURE_OF_NO_REQUEST:
            return Kind.REPORT, certain
        if kind is Kind.FEEDBACK and ranking.choices[:1] and certain > 0.7 and sure < SURE_OF_FEEDBACK:
            return (kind, sure) if ranking.choices[0].code == COMMENT else (Kind.REPORT, certain)
        states = tells_of_trouble(words) or books(words) or states_elsewhere(words, language)
        if kind is Kind.QUESTION and certain > 0.6 and states:
            return Kind.REPORT, certain
        if kind is Kind.REPORT and asks and not _WANTS_WORK.search(words) and chances[Kind.QUESTION] > 0.3:
            return Kind.QUESTION, sure
        if kind is Kind.OTHER and certain > 0.7 and sure < SURE_OF_NO_REQUEST and len(words.split()) > 2:
            return Kind.REPORT, certain
        return kind, sure

    def _plainly_a(self, words: str) -> Kind | None:
        """What words are by single words that leave no doubt."""
        plain, cues = plainly(words[:LONGEST]), load_kind_cues()
        if len(words) > LONGEST or read_form(words) or _FORM.search(words):
            return None
        if cues.spam.search(plain) and not names_an_address(words):
            return Kind.OTHER
        if cues.status.search(plain):
            return Kind.STATUS
        if cues.asks_for_a_place.search(plain):
            return Kind.QUESTION
        tells = tells_of_trouble(words) or names_an_address(words) or _WANTS_WORK.search(words) is not None
        return Kind.QUESTION if cues.asks.search(plain) and not tells else None


@lru_cache(maxsize=64)
def _ranked(ranker: ServiceRanker, words: str, language: str) -> Ranking:
    """Remembered, for a piece that is a request of its own is ranked to tell so and as that request."""
    return ranker.rank(words, language=language)


def _with_the_same_elsewhere(parts: list[PartOfMessage]) -> list[PartOfMessage]:
    """The parts, where "and one at 12 Perham St" reports what the part before it does."""
    told: list[PartOfMessage] = []
    for part in parts:
        same = told and told[-1].kind is Kind.REPORT and is_the_same_elsewhere(part.words.quote)
        told.append(told[-1].model_copy(update={"words": part.words}) if same else part)
    return told


def _is_small(piece: Piece) -> bool:
    return piece.does is Does.SMALL_TALK or piece.short


def _sure(choices: tuple[Ranked, ...]) -> bool:
    return bool(choices) and choices[0].confidence >= SURE_OF_ANOTHER


def _alike(one: tuple[Ranked, ...], other: tuple[Ranked, ...]) -> bool:
    """Whether the service that one statement is about may be meant by the other too."""
    return one[0].code in {each.code for each in other} or other[0].code in {each.code for each in one}


def load_request_reader(
    data_dir: Path,
    encoder: Encoder,
    ranker: ServiceRanker,
    catalogue: Catalogue,
    *,
    questions: Sequence[tuple[str, str]] = (),
) -> RequestReader:
    """The reader, trained on our own examples the first time. `questions` are further ones, each with its language."""
    rows = [
        (line, kind, line.isascii())
        for kind, lines in yaml.load(KINDS.read_text(encoding="utf-8"), yaml.CSafeLoader).items()
        for line in lines
    ]
    reports = service_examples(SERVICE_EXAMPLES, catalogue)
    rows += [
        (text, (Kind.FEEDBACK if code == COMMENT else Kind.REPORT).value, english)
        for text, code, english in zip(reports.texts, reports.labels, reports.english, strict=True)
    ]
    rows += [(text, Kind.QUESTION.value, language == "en") for text, language in questions]
    texts, labels, english = zip(*rows, strict=True)
    kinds = (*(kind.value for kind in Kind), JOKE)
    return RequestReader(load_linear(data_dir, encoder, Examples(texts, labels, english), kinds, name="kinds"), ranker)
