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
    """The license plate."""
    match = _PLATE.search(text) or _BARE_PLATE.search(text)
    if match is None:
        return None
    return Field(value=match[1].upper(), confidence=0.85, source=Source.SAID, evidence=Span.of(text, *match.span(1)))
