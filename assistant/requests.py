"""Splits a message into the things a resident wants, and tells what kind each is."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.linear import Examples, Linear, load_linear
from assistant.services import Ranking, ServiceRanker, service_examples
from assistant.services import EXAMPLES as SERVICE_EXAMPLES
from knowledge.vectors import Encoder
from tools.case_number import find_case_number
from tools.draft import Kind
from tools.location import Span
from tools.service import Catalogue
from tools.value import Value

KINDS = Path(__file__).parent / "lexicon" / "kinds.yaml"
TEMPERATURE = 0.7
MOST_PARTS = 8
LONGEST = 900
"""A message longer than this is read as one request: splitting it would cost more time than a turn has."""

SURE_OF_ANOTHER = 0.5
"""A further part of a message is a request of its own if its own service is at least this sure."""

_BREAK = re.compile(
    r"(?<=[a-z\d)\]!?.])[.!?]+\s+|[;\n]+\s*|(?:,\s*|\s+)(?:and also|also|plus|another thing|on top of that|oh and|btw|by the way|second(?:ly)?|"
    r"as well as|separate(?:ly)?(?: thing)?|tambien|también|ademas|además|alem disso|anplis|aussi)\b[,:]?\s+|"
    r",?\s+(?:and|y|e|ak|et)\s+(?=(?:there|the|my|a|an|someone|somebody|hay|la|el|un|una|when|how|what|where)\b)|,\s*(?=and )|\s+(?=\d[.)]\s)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:what|when|where|who|whom|which|how|why|is there|are there|do i|do you|does|can i|may i|should i|am i|is it|are|"
    r"cuando|cuándo|donde|dónde|como|cómo|que|qué|cuanto|cuánto|cual|cuál|puedo|quando|onde|kile|ki kote|kijan|konbyen|quand|comment|combien)\b",
    re.IGNORECASE,
)
_WANTS_WORK = re.compile(
    r"\b(fix|repair|remove|pick (it |this |that )?up|clean|send|report|plow|salt|tow|replace|empty|come and|come get|arregl\w+|repar\w+|quit\w+|recoj\w+|report\w+)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\b(status|update|case|ticket|request|report(ed)?|complaint|closed|follow(ing)? up|caso|estado|reporte|reporté)\b",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(who|which (neighbor|person|neighbour)|name of the)\b[\w ,']{0,30}\b(report(ed|s)?|complain(ed|ing)?|called|filed|turned me in|snitch\w*)\b|"
    r"\b(all|list|show)\b[\w ]{0,20}\bcases\b[\w ]{0,20}\b(by|from|of)\b|\bquien (me )?(report|denunci)\w*",
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


@dataclass(frozen=True, eq=False)
class RequestReader:
    """Splits and sorts messages by linear readers trained on our own examples, and a few rules."""

    kinds: Linear
    ranker: ServiceRanker

    def read(self, text: str, *, language: str) -> tuple[PartOfMessage, ...]:
        """The requests of a message in order; greetings and thanks only if there is nothing else."""
        parts = [self._part(text, span, language) for span in _spans(text)]
        joined = self._joined(text, parts, language)
        wanted = [part for part in joined if part.kind is not Kind.OTHER]
        return tuple(wanted or joined[:1])

    def _part(self, text: str, span: Span, language: str) -> PartOfMessage:
        words = span.quote
        ranking = self.ranker.rank(words, language=language)
        case_id = find_case_number(words)
        asks_who = _WHO.search(words) is not None
        kind, sure = self._kind(words, ranking, language=language)
        if (case_id and (_STATUS.search(words) or len(words.split()) <= 6)) or asks_who:
            kind, sure = Kind.STATUS, 0.95
        return PartOfMessage(
            words=span, kind=kind, confidence=sure, ranking=ranking, case_id=case_id, asks_who=asks_who
        )

    def _kind(self, words: str, ranking: Ranking, *, language: str) -> tuple[Kind, float]:
        shares = self.kinds.shares(words, english=language == "en", temperature=TEMPERATURE)
        place = int(shares.argmax())
        kind, sure = Kind(self.kinds.labels[place]), float(shares[place])
        asks = _ASKS.search(words) is not None or words.rstrip().endswith("?")
        certain = ranking.choices[0].confidence if ranking.choices else 0.0
        if kind is Kind.QUESTION and not asks and certain > 0.6 and sure < 0.75:
            return Kind.REPORT, certain
        if (
            kind is Kind.REPORT
            and asks
            and not _WANTS_WORK.search(words)
            and shares[self.kinds.labels.index("question")] > 0.3
        ):
            return Kind.QUESTION, sure
        if kind is Kind.OTHER and certain > 0.7 and len(words.split()) > 2:
            return Kind.REPORT, certain
        return kind, sure

    def _joined(self, text: str, parts: list[PartOfMessage], language: str) -> list[PartOfMessage]:
        """Parts that speak of one matter put together again."""
        groups: list[list[PartOfMessage]] = []
        for part in parts:
            if groups and not _is_another(part, groups[-1]):
                groups[-1].append(part)
            else:
                groups.append([part])
        return [self._whole(text, group, language) for group in groups]

    def _whole(self, text: str, group: list[PartOfMessage], language: str) -> PartOfMessage:
        if len(group) == 1:
            return group[0]
        span = Span.of(text, group[0].words.start, group[-1].words.end)
        strongest = max((part for part in group if part.kind is not Kind.OTHER), key=_weight, default=group[0])
        whole = self._part(text, span, language)
        if strongest.kind in (Kind.STATUS, Kind.PERSON, Kind.QUESTION, Kind.REPORT):
            whole = whole.model_copy(update={"kind": strongest.kind})
        return whole


def _weight(part: PartOfMessage) -> float:
    order = {Kind.PERSON: 3.0, Kind.STATUS: 2.0, Kind.REPORT: 1.0, Kind.QUESTION: 1.0}
    return order.get(part.kind, 0.0) + part.confidence


def _is_another(part: PartOfMessage, group: list[PartOfMessage]) -> bool:
    """Whether a part is a request of its own rather than more words about the one before it."""
    before = max(group, key=_weight)
    if part.kind is Kind.OTHER or before.kind is Kind.OTHER or len(part.words.quote.split()) < 3:
        return False
    if {part.kind, before.kind} == {Kind.QUESTION, Kind.REPORT}:
        asked = part if part.kind is Kind.QUESTION else before
        return _ASKS.search(asked.words.quote) is not None
    if part.kind is not before.kind:
        return Kind.STATUS in (part.kind, before.kind) and part.confidence > 0.6
    if part.kind is not Kind.REPORT:
        return part.kind is Kind.QUESTION and _ASKS.search(part.words.quote) is not None
    if not part.ranking.choices or not before.ranking.choices:
        return False
    first, other = before.ranking.choices[0], part.ranking.choices[0]
    related = first.code in {each.code for each in part.ranking.choices[:2]}
    return not related and other.confidence >= SURE_OF_ANOTHER and first.confidence >= SURE_OF_ANOTHER


def _spans(text: str) -> list[Span]:
    """The parts between breaks, without white space around them."""
    whole = _trimmed(text, 0, len(text))
    if len(text) > LONGEST or "|" in text:
        return [whole]
    spans, start = [], 0
    for match in _BREAK.finditer(text):
        if match.start() > start:
            spans.append(_trimmed(text, start, match.start()))
        start = match.end()
    spans.append(_trimmed(text, start, len(text)))
    spans = [span for span in spans if span.quote]
    return spans if 1 <= len(spans) <= MOST_PARTS else [whole]


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return Span.of(text, start + left, max(start + left, end - (len(piece) - len(piece.rstrip()))))


def load_request_reader(data_dir: Path, encoder: Encoder, ranker: ServiceRanker, catalogue: Catalogue) -> RequestReader:
    """The reader, trained on our own examples the first time."""
    rows = [
        (line, kind, line.isascii())
        for kind, lines in yaml.load(KINDS.read_text(encoding="utf-8"), yaml.CSafeLoader).items()
        for line in lines
    ]
    reports = service_examples(SERVICE_EXAMPLES, catalogue)
    chosen = [
        row
        for place, row in enumerate(zip(reports.texts, reports.labels, reports.english, strict=True))
        if place % 4 == 0
    ]
    rows += [(text, Kind.REPORT.value, english) for text, _, english in chosen]
    texts, labels, english = zip(*rows, strict=True)
    kinds = tuple(kind.value for kind in Kind)
    return RequestReader(load_linear(data_dir, encoder, Examples(texts, labels, english), kinds, name="kinds"), ranker)
