"""Which service a text means: ranks all services by meaning and by words, with calibrated confidence and reasons."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from assistant.jurisdiction import owners
from assistant.linear import Examples, Linear, load_linear
from assistant.plain import plainly
from knowledge.vectors import Encoder
from tools.location import Span
from tools.service import Catalogue
from tools.value import Value

EXAMPLES = Path(__file__).parent / "examples"
TEMPERATURE = 0.8
"""Divides the logits before the softmax; fitted on one half of the labelled texts (docs/understanding.md)."""

CLOSE = 0.18
"""Two services nearer to each other than this in confidence are told apart by a question."""

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(
    r"\b\d{1,5}[a-z]?(?:\s*[-&]\s*\d+)?\s+(?:[a-z'.]+\s+){0,3}?(?:st|street|ave|avenue|rd|road|blvd|ter|terrace|pl|place|ct|court|"
    r"sq|ln|lane|dr|drive|pkwy|way|hwy)\b\.?",
    re.IGNORECASE,
)
_NEEDS_A_CUE = {"external_dcr": "dcr", "external_massdot": "massdot"}
"""Services that stand for an owner of roads: without a word for that owner they are no reading of a text."""


def without_places(text: str) -> str:
    """The text without street addresses, whose names would speak for services they have nothing to do with."""
    return _ADDRESS.sub(" ", text) if _ADDRESS.sub("", text).strip() else text


def _allowance(code: str, plain: str) -> float:
    owner = _NEEDS_A_CUE.get(code)
    return 1.0 if owner is None or owners()[owner].pattern.search(plain) else 0.02


class Ranked(Value):
    """A service the text may mean: confidence 0 to 1, and the words that speak for it."""

    code: str
    confidence: float
    supports: tuple[Span, ...] = ()


class Ranking(Value):
    """The likeliest services, best first, three at most. `close` when the first two cannot be told apart."""

    choices: tuple[Ranked, ...]
    close: bool = False


@dataclass(frozen=True, eq=False)
class ServiceRanker:
    """Ranks services by a linear reader."""

    reader: Linear

    def rank(self, text: str, *, language: str = "en") -> Ranking:
        """The likeliest services of a text; none for a text without words."""
        if not _WORD.search(text):
            return Ranking(choices=())
        shares = self.reader.shares(without_places(text), english=language == "en", temperature=TEMPERATURE)
        shares = shares * np.array([_allowance(code, plainly(text)) for code in self.reader.labels], dtype=np.float32)
        shares /= shares.sum()
        best = [int(place) for place in np.argsort(-shares)[:3]]
        choices = tuple(
            Ranked(
                code=self.reader.labels[place],
                confidence=round(float(shares[place]), 4),
                supports=self._supports(text, place) if place == best[0] else (),
            )
            for place in best
        )
        return Ranking(choices=choices, close=float(shares[best[0]] - shares[best[1]]) < CLOSE)

    def _supports(self, text: str, place: int) -> tuple[Span, ...]:
        """The three words that speak most for a service."""
        words = [match for match in _WORD.finditer(text) if len(match[0]) > 2]
        weighed = [(self.reader.word_weight(plainly(match[0]), place), match) for match in words]
        best = sorted((pair for pair in weighed if pair[0] > 0.05), key=lambda pair: -pair[0])[:3]
        return tuple(Span.of(text, *match.span()) for _, match in sorted(best, key=lambda pair: pair[1].start()))


def load_ranker(data_dir: Path, encoder: Encoder, catalogue: Catalogue, *, folder: Path = EXAMPLES) -> ServiceRanker:
    """The ranker of a catalogue, trained on our own examples the first time."""
    examples = service_examples(folder, catalogue)
    return ServiceRanker(
        load_linear(data_dir, encoder, examples, tuple(catalogue.services), name="services", nearest=8.0)
    )


def service_examples(folder: Path, catalogue: Catalogue) -> Examples:
    """Our example messages for every service, with its name and summary."""
    rows: list[tuple[str, str, bool]] = []
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        rows += [(line, code, path.stem.startswith("en")) for code, lines in content.items() for line in lines]
    for code, service in catalogue.services.items():
        rows += [(service.name(), code, True), (service.summary, code, True)]
    texts, labels, english = zip(*rows, strict=True)
    return Examples(texts, labels, english)
