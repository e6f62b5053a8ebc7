"""Reads a vehicle from free text: make, color and plate."""

import re

from tools.draft import Field, Source
from tools.location import Span

_MAKES = (
    "acura audi bmw buick cadillac chevrolet chevy chrysler dodge fiat ford gmc honda hyundai infiniti isuzu jaguar"
    " jeep kia lexus"
    " lincoln mazda mercedes benz mercury mini mitsubishi nissan oldsmobile pontiac porsche ram saab saturn scion"
    " subaru suzuki"
    " tesla toyota volkswagen vw volvo harley yamaha uhaul u-haul"
).split()
_MODELS = (
    "accord camry civic corolla altima sentra focus fusion escape explorer f150 f-150 impala malibu prius rav4 crv"
    " cr-v pilot odyssey"
    " sienna wrangler cherokee jetta passat golf elantra sonata maxima taurus tahoe suburban silverado caravan"
    " outback forester"
).split()
_COLORS = (
    "black white gray grey silver red blue green brown tan beige gold yellow orange purple maroon burgundy navy"
    " negro blanco gris plateado rojo azul verde"
).split()
_WORDS = re.compile(rf"\b(?:{'|'.join(sorted({*_MAKES, *_MODELS, *_COLORS}, key=len, reverse=True))})\b", re.IGNORECASE)
_MAKE = re.compile(rf"\b(?:{'|'.join(sorted({*_MAKES, *_MODELS}, key=len, reverse=True))})\b", re.IGNORECASE)
_PLATE = re.compile(
    r"\b(?:plates?|lic(?:ense)?(?:\s+plate)?|reg(?:istration)?|tag|placa|matricula)\b(?:\s+(?:number|no|is|#|de|ma"
    r"|mass|es))*[\s:#.]*"
    r"((?=[A-Z0-9 -]*\d)[A-Z0-9]{2,5}[ -]?[A-Z0-9]{1,4})\b",
    re.IGNORECASE,
)
_BARE_PLATE = re.compile(
    r"\b(\d[A-Z]{2,3}\d{2,3}|\d{3}[A-Z]{2,3}\d|\d{4}[A-Z]{2}|\d{2}[A-Z]{2,3}\d{2})\b", re.IGNORECASE
)
_STATES = {
    "MA": "ma|mass|massachusetts", "NH": "nh|new hampshire", "RI": "ri|rhode island", "CT": "ct|conn|connecticut",
    "ME": "maine", "VT": "vt|vermont", "NY": "ny|new york", "NJ": "nj|new jersey", "PA": "pa|pennsylvania",
    "FL": "fl|florida", "TX": "tx|texas", "CA": "calif|california", "GA": "ga|georgia", "NC": "nc|north carolina",
    "VA": "va|virginia", "MD": "md|maryland", "OH": "ohio", "IL": "illinois", "MI": "michigan",
}  # fmt: skip
_STATE = re.compile(
    r"\b(?:" + "|".join(f"(?P<{code}>{names})" for code, names in _STATES.items()) + r")\b", re.IGNORECASE
)
BESIDE = 24
"""Characters before and after a plate in which its state is looked for."""

FARTHEST = 40
"""Characters between words of one vehicle's description."""


def make_model_color(text: str) -> Field | None:
    """Make, model and color as they were said, from the first of these words to the last that stands near."""
    matches = list(_WORDS.finditer(text))
    anchor = next((place for place, match in enumerate(matches) if _MAKE.fullmatch(match[0])), None)
    if anchor is None:
        return None
    first = last = anchor
    while first > 0 and matches[first].start() - matches[first - 1].end() <= FARTHEST:
        first -= 1
    while last + 1 < len(matches) and matches[last + 1].start() - matches[last].end() <= FARTHEST:
        last += 1
    span = Span.of(text, matches[first].start(), matches[last].end())
    return Field(value=span.quote, confidence=0.85, source=Source.SAID, evidence=span)


def plate(text: str) -> Field | None:
    """The license plate, with its state in parentheses if that is named and not our own."""
    named = (match for match in _PLATE.finditer(text) if any(letter.isdigit() for letter in match[1]))
    match = next(named, None) or _BARE_PLATE.search(text)
    if match is None:
        return None
    value, start, end = match[1].upper(), *match.span(1)
    state = _state_beside(text, match)
    if state is not None and state.lastgroup:
        value = f"{value} ({state.lastgroup})"
        start, end = min(start, state.start()), max(end, state.end())
    return Field(value=value, confidence=0.85, source=Source.SAID, evidence=Span.of(text, start, end))


def _state_beside(text: str, plate: re.Match[str]) -> re.Match[str] | None:
    """The state named right before or after a plate, unless it is our own, which says nothing new."""
    before = text[: plate.start(1)]
    named = list(_STATE.finditer(text, max(0, len(before) - BESIDE), len(before)))[-1:]
    named += list(_STATE.finditer(text, plate.end(1), min(len(text), plate.end(1) + BESIDE)))[:1]
    near = [state for state in named if not re.search(r"[.;!?\n]", text[state.end() : plate.start(1)])]
    return next((state for state in near if state.lastgroup != "MA"), None)
