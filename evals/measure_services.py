"""Measures which service a text is read as: on labelled Boston texts, on other cities' reports, and how sure it is."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml

from assistant.bootstrap import Reading as Parts
from assistant.linear import Examples
from assistant.services import EXAMPLES, Ranking, service_examples
from evals.baseline_services import Rank, naive_bayes, nearest_name, nearest_words
from evals.figures import Figure, bootstrap, share
from tools.value import Value

CITIES = Path(__file__).parent / "other_cities.yaml"
BINS = 10
SAYING = 3
"""Reports of other cities with fewer words ("ward 21") are left out: their category stands in the form, not in them."""

_WORD = re.compile(r"[^\W\d_]{2,}")
SURE = 2
"""Labels given with less certainty than this (1 to 3) are not scored."""


class Labelled(Value):
    """A text and the services that are right for it, the first the best; `id` names it without its words."""

    id: str
    text: str
    right: tuple[str, ...]

    @property
    def development(self) -> bool:
        """Whether the text belongs to the half that rules and constants may be fitted on."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 0


class Judged(Value):
    """A labelled text and how it was ranked."""

    row: Labelled
    ranking: Ranking

    def within(self, places: int) -> bool:
        """Whether a right service stands among the first ones."""
        return any(choice.code in self.row.right for choice in self.ranking.choices[:places])

    @property
    def confidence(self) -> float:
        """How sure the first choice is; 0 without one."""
        return self.ranking.choices[0].confidence if self.ranking.choices else 0.0


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """How services are read. `data` is the folder with `reports/`."""
    reports = data / "reports"
    catalogue = parts.engine.catalogue
    examples = _in_english(service_examples(EXAMPLES, catalogue))
    baselines = {
        "MiniLM nearest name": nearest_name(parts.engine.encoder, catalogue),
        "TF-IDF on our examples": nearest_words(examples),
        "naive Bayes on our examples": naive_bayes(examples),
    }
    gold = judge(parts, boston(reports, known=set(catalogue.services)))
    cities = judge(parts, other_cities(reports))
    return (
        *_shares("service, Boston", gold, baselines, targets=(0.80, 0.93)),
        *_shares("service, Boston, half fitted on", [each for each in gold if each.row.development], {}),
        *_shares("service, Boston, other half", [each for each in gold if not each.row.development], {}),
        *_shares("service, other cities", cities, baselines, targets=(0.70, 0.88)),
        _calibration("half fitted on", [each for each in gold if each.row.development]),
        _calibration("other half", [each for each in gold if not each.row.development], target=0.08),
        _calibration("other cities", cities),
    )


def judge(parts: Parts, rows: Sequence[Labelled]) -> list[Judged]:
    """Every text ranked as the engine ranks a whole message."""
    ranker = parts.engine.requests.ranker
    return [Judged(row=row, ranking=ranker.rank(row.text)) for row in rows]


def boston(reports: Path, *, known: set[str]) -> list[Labelled]:
    """The labelled Boston texts that ask for a service of the city, of those labelled with some certainty."""
    return [
        Labelled(id=row["id"], text=row["text"], right=_codes(row))
        for row in _table(reports / "boston_service_gold.csv")
        if int(row["sure"]) >= SURE and row["label"] in known
    ]


def other_cities(reports: Path) -> list[Labelled]:
    """Other cities' reports whose category holds some of our services."""
    held = yaml.load(CITIES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    newhaven = [
        (row["text"], held["newhaven"].get(row["category_chosen"]))
        for row in _table(reports / "newhaven_seeclickfix.csv")
    ]
    elsewhere = [
        (row["description"], held["elsewhere"].get(row["category"]))
        for row in _table(reports / "other_cities_publicstuff.csv")
    ]
    return [
        Labelled(id=f"city-{place}", text=text.replace("\\r\\n", "\n"), right=tuple(codes))
        for place, (text, codes) in enumerate([*newhaven, *elsewhere])
        if codes and len(_WORD.findall(text)) >= SAYING
    ]


def calibration_error(judged: Sequence[Judged]) -> float:
    """The expected calibration error of the first choice, in ten bins of equal width (C. Guo and others, 2017)."""
    sure = np.array([each.confidence for each in judged])
    right = np.array([each.within(1) for each in judged], dtype=float)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(right[bins == each].mean() - sure[bins == each].mean()) * (bins == each).sum() for each in set(bins)]
    return float(sum(gaps) / len(judged))


def confusions(judged: Sequence[Judged], *, most: int = 20) -> list[tuple[str, str, int]]:
    """The pairs most often mixed up: the right service, the one read, and how often."""
    pairs = Counter(
        (each.row.right[0], each.ranking.choices[0].code)
        for each in judged
        if each.ranking.choices and not each.within(1)
    )
    return [(right, read, times) for (right, read), times in pairs.most_common(most)]


def worst(judged: Sequence[Judged], *, most: int = 20) -> list[str]:
    """The errors that were surest, by id: the right service, the one read, and the words that spoke for it."""
    wrong = sorted((each for each in judged if not each.within(1)), key=lambda each: -each.confidence)
    return [
        f"{each.row.id}: {each.row.right[0]} read as {first.code} ({first.confidence:.2f}) for "
        f"{', '.join(span.quote for span in first.supports) or 'no single word'}"
        f"{'; the right one is among the first three' if each.within(3) else ''}"
        for each in wrong[:most]
        for first in each.ranking.choices[:1]
    ]


def _shares(
    what: str, judged: Sequence[Judged], baselines: dict[str, Rank], *, targets: tuple[float, float] | None = None
) -> Iterator[Figure]:
    ranked = {name: [rank(each.row.text) for each in judged] for name, rank in baselines.items()}
    for at, places in enumerate((1, 3)):
        against = {
            name: round(
                sum(_hit(codes[:places], each) for codes, each in zip(rows, judged, strict=True)) / len(rows), 4
            )
            for name, rows in ranked.items()
        }
        yield share(
            f"{what}: top {places}",
            sum(each.within(places) for each in judged),
            len(judged),
            target=targets[at] if targets else None,
            baselines=against,
        )


def _hit(codes: list[str], judged: Judged) -> bool:
    return any(code in judged.row.right for code in codes)


def _calibration(half: str, judged: Sequence[Judged], *, target: float | None = None) -> Figure:
    low, high = bootstrap(judged, calibration_error)
    return Figure(
        what=f"service, calibration error, {half}",
        value=round(calibration_error(judged), 4),
        total=len(judged),
        low=round(low, 4),
        high=round(high, 4),
        target=target,
        at_most=True,
        bins=tuple(bins_of(judged)),
        pairs=tuple(confusions(judged)),
    )


def bins_of(judged: Sequence[Judged]) -> Iterator[tuple[float, float, int]]:
    """Ten bins of equal width by confidence: mean confidence, share right, how many; empty ones are left out."""
    for place in range(BINS):
        held = [each for each in judged if min(int(each.confidence * BINS), BINS - 1) == place]
        if held:
            sure = sum(each.confidence for each in held) / len(held)
            yield round(sure, 4), round(sum(each.within(1) for each in held) / len(held), 4), len(held)


def _in_english(examples: Examples) -> Examples:
    """The English examples alone: words of other languages would only mislead a plain reader of English texts."""
    rows = [row for row in zip(examples.texts, examples.labels, examples.english, strict=True) if row[2]]
    texts, labels, english = zip(*rows, strict=True)
    return Examples(texts, labels, english)


def _codes(row: dict[str, str]) -> tuple[str, ...]:
    """The codes that are right, those of other agencies as their referral services."""
    labels = [row["label"], *filter(None, row["also_ok"].split(";"))]
    return tuple(label.replace("external:", "external_") for label in labels)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
