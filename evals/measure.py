"""The measurements of `beacon evals measure`: a name for each, and the modules that make its figures."""

from collections.abc import Callable
from pathlib import Path

from assistant.bootstrap import Reading
from evals import (
    measure_attacks,
    measure_consistency,
    measure_duplicates,
    measure_equity,
    measure_kinds,
    measure_knowledge,
    measure_language,
    measure_languages,
    measure_owners,
    measure_places,
    measure_reading,
    measure_reallocation,
    measure_retrieval,
    measure_routing,
    measure_safety,
    measure_services,
    measure_tongues,
)
from evals.figures import Figure

Measurement = Callable[[Reading, Path], tuple[Figure, ...]]
"""Measures the loaded parts on the data folder; every figure is computed in this run."""

MEASUREMENTS: dict[str, tuple[Measurement, ...]] = {
    "understanding": (
        measure_reading.figures,
        measure_kinds.figures,
        measure_services.figures,
        measure_language.figures,
        measure_tongues.figures,
        measure_places.figures,
    ),
    "duplicates": (measure_duplicates.figures,),
    "routing": (measure_owners.figures, measure_routing.figures, measure_reallocation.figures),
    "safety": (measure_safety.figures,),
    "consistency": (measure_consistency.figures,),
    "equity": (measure_equity.figures,),
    "attacks": (measure_attacks.figures,),
    "knowledge": (measure_knowledge.figures, measure_languages.figures),
    "retrieval": (measure_retrieval.figures,),
    "knowledge-development": (measure_knowledge.development_figures,),
    "knowledge-harder": (measure_knowledge.harder_figures,),
    "languages": (measure_languages.figures,),
    "languages-development": (measure_languages.development_figures,),
}


class NotMeasured(Exception):
    """A measurement is not known, or its data is not there."""


def measure(name: str, parts: Reading, data: Path, *, done: Callable[[int, int], None]) -> tuple[Figure, ...]:
    """The figures of one measurement. Raises NotMeasured for an unknown name or a missing folder."""
    if name not in MEASUREMENTS:
        raise NotMeasured(f"There is no measurement {name!r}. Choose one of: {', '.join(MEASUREMENTS)}.")
    if not data.is_dir():
        raise NotMeasured(f"There is no folder {str(data)!r}. Give the folder of measurement data with --data.")
    figures: list[Figure] = []
    for place, part in enumerate(MEASUREMENTS[name]):
        done(place, len(MEASUREMENTS[name]))
        figures += part(parts, data)
    done(len(MEASUREMENTS[name]), len(MEASUREMENTS[name]))
    return tuple(figures)
