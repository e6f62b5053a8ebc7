"""Which service a text means: ranks all services by meaning and by words, with calibrated confidence and reasons."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from assistant.denials import without_denials
from assistant.gloss import in_english
from assistant.linear import READ, Examples, Linear, load_linear
from assistant.look_alikes import LookAlikes, load_look_alikes
from assistant.pieces import Matrix
from assistant.plain import plainly
from assistant.training import softmax
from knowledge.query import Speller
from knowledge.vectors import Encoder
from tools.location import Span
from tools.service import Catalogue
from tools.value import Value

EXAMPLES = Path(__file__).parent / "examples"
TEMPERATURE = 0.8
"""Divides the logits before the softmax; .774 was fitted by likelihood on the half of the labelled
Boston texts with an even hash, before the rules for look-alikes were written, and rounded up."""

CLOSE = 0.18
"""Two services nearer to each other than this in confidence are told apart by a question."""

NEAREST = 8.0
"""How much likeness to the nearest example of a service weighs; the best of 1, 2, 4 and 8 with all development
figures in view."""

ELSEWHERE = 0.5
"""How much an example in another language counts: at 1 the commonest services, which have examples in eleven languages,
draw English texts (top one of the labelled Boston texts .898, at .5 .908)."""

NOTHING = 0.2
"""When no service reaches this confidence, nothing speaks for any: no service is named and the assistant asks."""

GENERAL, UNSURE = "general_request", 0.4
"""The service for what fits no other is never taken silently: its confidence stays so low that the assistant asks."""

TELLING = 2
"""An example is said in English only if so many of its words are known: "tree" alone would draw all that is vague."""

RULED = 1_500
"""Characters of a text that the rules for look-alikes are held against; the reader of words stops long before."""

WEIGHED = 60
"""So many words of a text are looked at for those that speak for a service."""

SPEAKS = 0.2
"""A word that adds less than this to a service's logit is not named as speaking for it."""

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[A-Za-z]+")
_ADDRESS = re.compile(
    r"\b\d{1,5}[a-z]?(?:\s*[-&]\s*\d+)?\s+(?:[a-z'.]+\s+){0,3}?(?:st|street|ave|avenue|rd|road|blvd|ter|terrace|pl|place|ct|court|"
    r"sq|ln|lane|dr|drive|pkwy|way|hwy)\b\.?",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"the user entered the address:?.{0,200}?(?:https?://\S+|$)|https?://\S+|pic\.twitter\.com/\S+|@\w+",
    re.IGNORECASE | re.DOTALL,
)
"""Handles, links and what an app adds to a text by itself: they say nothing about the matter."""


def names_an_address(text: str) -> bool:
    """Whether a text holds what looks like a house number and a street."""
    return _ADDRESS.search(text) is not None


def without_places(text: str) -> str:
    """The text without street addresses, whose names would speak for services they have nothing to do with, and
    without what an app adds by itself."""
    for pattern in (_ADDRESS, _NOISE):
        left = pattern.sub(" ", text)
        text = left if _WORD.search(left) else text
    return text


class Ranked(Value):
    """A service the text may mean: confidence 0 to 1, and the words that speak for it."""

    code: str
    confidence: float
    supports: tuple[Span, ...] = ()


class Ranking(Value):
    """The likeliest services, best first, three at most. `close` when the first two cannot be told apart; then
    `clarify` is the question that would, if we have one in the language."""

    choices: tuple[Ranked, ...]
    close: bool = False
    clarify: str | None = None


@dataclass(frozen=True, eq=False)
class ServiceRanker:
    """Ranks services by a linear reader and by the rules for look-alikes."""

    reader: Linear
    rules: LookAlikes
    catalogue: Catalogue
    speller: Speller

    def rank(self, text: str, *, language: str = "en") -> Ranking:
        """The likeliest services of a text; none for a text without words, or of words we know nothing about."""
        if not _WORD.search(text):
            return Ranking(choices=())
        text = text[:RULED]
        said = without_denials(text)
        said = said if _WORD.search(said) else text
        heard = _LETTERS.sub(lambda match: self._heard(match[0]), said) if language == "en" else said
        meant = in_english(heard, language)
        logits = self.reader.logits(without_places(heard), english=language == "en", meant=meant)
        if language != "en" and not meant and not self.reader.knows(heard):
            return Ranking(choices=())
        for code, much in self.rules.speaks(plainly(f"{heard} {meant}" if meant else heard)).items():
            logits[self.reader.labels.index(code)] += much
        shares = softmax(logits / TEMPERATURE)
        if shares.max() < NOTHING:
            return Ranking(choices=())
        best = [int(place) for place in np.argsort(-shares)[:3]]
        weighed = self._weighed(said, best)
        first, second = (self.reader.labels[place] for place in best[:2])
        close = float(shares[best[0]] - shares[best[1]]) < CLOSE
        choices = [
            Ranked(
                code=self.reader.labels[place],
                confidence=self._confidence(place, float(shares[place])),
                supports=_supports(text, weighed, at),
            )
            for at, place in enumerate(best)
        ]
        return Ranking(
            choices=tuple(sorted(choices, key=lambda choice: -choice.confidence)),
            close=close,
            clarify=self.rules.question(first, second, self.catalogue, language=language) if close else None,
        )

    def nearest(self, text: str, *, count: int, language: str = "en") -> tuple[str, ...]:
        """The codes of so many services, the likeliest first; none for a text without words."""
        if not _WORD.search(text):
            return ()
        meant = in_english(text, language)
        logits = self.reader.logits(without_places(text), english=language == "en", meant=meant)
        return tuple(self.reader.labels[int(place)] for place in np.argsort(-logits)[:count])

    def _heard(self, word: str) -> str:
        """A word as it was most likely meant: slips of the finger put right towards the words of our examples."""
        right = self.speller.corrected(word.lower())
        return word if right == word.lower() else right

    def _confidence(self, place: int, share: float) -> float:
        return round(min(share, UNSURE) if self.reader.labels[place] == GENERAL else share, 4)

    def _weighed(self, text: str, best: Sequence[int]) -> list[tuple[Matrix, re.Match[str]]]:
        """The words of a text with what each adds to the best services, in their order."""
        words = [match for match in _WORD.finditer(text[:READ]) if len(match[0]) > 2 or not match[0].isascii()]
        return [(self.reader.word_weights(plainly(self._heard(match[0])), best), match) for match in words[:WEIGHED]]


def _supports(text: str, weighed: list[tuple[Matrix, re.Match[str]]], at: int) -> tuple[Span, ...]:
    """The three words that speak most for one of the best services, in their order."""
    speaking = [(float(weights[at]), match) for weights, match in weighed if weights[at] > SPEAKS]
    best = sorted(speaking, key=lambda pair: -pair[0])[:3]
    return tuple(Span.of(text, *match.span()) for _, match in sorted(best, key=lambda pair: pair[1].start()))


def load_ranker(data_dir: Path, encoder: Encoder, catalogue: Catalogue, *, folder: Path = EXAMPLES) -> ServiceRanker:
    """The ranker of a catalogue, trained on our own examples the first time."""
    examples = service_examples(folder, catalogue)
    codes = tuple(catalogue.services)
    reader = load_linear(data_dir, encoder, examples, codes, name="services", nearest=NEAREST, elsewhere=ELSEWHERE)
    known = Counter(
        word
        for line, _, language in _lines(folder, catalogue)
        if language == "en"
        for word in _LETTERS.findall(line.lower())
    )
    speller = Speller(known, encoder.knows)
    return ServiceRanker(reader, load_look_alikes(), catalogue, speller)


def service_examples(folder: Path, catalogue: Catalogue) -> Examples:
    """Our example messages for every service, with its name and summary."""
    rows = [
        (line, code, language == "en", in_english(line, language, least=TELLING))
        for line, code, language in _lines(folder, catalogue)
    ]
    texts, labels, english, meant = zip(*rows, strict=True)
    return Examples(texts, labels, english, meant)


def _lines(folder: Path, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """What is known of the services in words: a text, the service, and the language."""
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for code, lines in content.items():
            yield from ((line, code, path.stem.split("_")[0]) for line in lines)
    for code, service in catalogue.services.items():
        yield from ((text, code, "en") for text in (service.name(), service.summary))
