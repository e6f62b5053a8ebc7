"""Tells whether a matter is the city's, and if not whose: by roads and places that others own, and by what is said."""

import re

from assistant.screening import plainly
from tools.draft import Jurisdiction
from tools.location import Location
from tools.service import Catalogue

_CUES: tuple[tuple[str, str, str], ...] = (
    ("dcr", r"\b(storrow|soldiers field r(oa)?d|jamaicaway|riverway|arborway|fenway parkway|morrissey|day b(ou)?le?va?r?d|william j\.? day|gallivan b|"
            r"truman (p|h)\w+|vfw p\w+|enneking|turtle pond|neponset valley|carson beach|m street beach|castle island|constitution beach|esplanade|"
            r"charles river path|stony brook reservation|dcr|columbia r(oa)?d rotary|kosciuszko circle|pleasure bay|hatch shell|charlesgate)\b",
     "the place belongs to the state's Department of Conservation and Recreation"),
    ("massdot", r"\b(i-?\s?93|i-?\s?90|mass ?pike|masspike|turnpike|expressway|interstate|o'?neill tunnel|ted williams|sumner tunnel|callahan tunnel|zakim|tobin bridge|"
                r"highway (ramp|exit)|on[- ]ramp|off[- ]ramp|massdot|mass dot|state highway|southeast expressway)\b",
     "the road belongs to the state"),
    ("mbta", r"\b(mbta|the t\b(?! ?shirt)|t station|t stop|(red|orange|green|blue|silver) line|commuter rail|train (tracks?|station)|bus shelter|trolley|subway|"
             r"(bus|train|trolley) (driver|operator|conductor)|charlie ?card|escalator)\b",
     "the property or service belongs to the MBTA"),
    ("massport", r"\b(massport|logan( airport)?|airport noise|airplane|airplanes|planes? (noise|flying|overhead|too low)|aircraft|runway)\b",
     "airport matters belong to Massport"),
    ("usps", r"\b(usps|post office|postal service|mail ?box(es)? (on|at|has|is|was|graffiti)|blue mail ?box|mail (carrier|man|delivery|truck)|mail not delivered|letter carrier)\b",
     "mail matters belong to the Postal Service"),
    ("eversource", r"\b(eversource|n ?star|power (outage|is out|line|lines|out)|no power|electric (wire|wires|company|pole)|utility pole|telephone pole|double pole|transformer)\b",
     "power lines and poles belong to Eversource"),
    ("national_grid", r"\b(national grid|gas company|gas (main|meter|service|crew))\b", "gas lines belong to National Grid"),
    ("bwsc", r"\b(bwsc|water (and|&) sewer|catch ?basins?|storm ?drains?|sewer( drain| backup| cover)?|hydrant (is )?(leak\w*|open|broken|running)|"
             r"(leak\w*|open|broken|running) (fire )?hydrant|water main|clogged drain|drain (is )?(clogged|blocked)|flooded street|street (is )?flood\w*)\b",
     "water, sewers, drains and hydrants belong to the Boston Water and Sewer Commission"),
    ("bha", r"\b(bha|boston housing authority|public housing|housing project)\b", "public housing belongs to the Boston Housing Authority"),
    ("bps", r"\b(school bus|bps|school (building|department|yard|bus driver))\b", "schools belong to Boston Public Schools"),
)  # fmt: skip
_COMPILED = tuple((agency, re.compile(pattern), why) for agency, pattern, why in _CUES)
CUES = {agency: pattern for agency, pattern, _ in _COMPILED}
"""What in a text (lower case, without accents) speaks for each owner."""


def read_jurisdiction(
    text: str, location: Location | None, catalogue: Catalogue, *, service: str | None, outside: str | None
) -> Jurisdiction:
    """Whose matter it is. A place in another city decides first, then a service that is a referral, then what is said."""
    if outside is not None:
        known = outside if outside in catalogue.agencies else None
        return Jurisdiction(city=False, agency=known, why="the place lies outside Boston")
    referral = next((each for each in catalogue.agencies.values() if each.referral_service == service), None)
    if service is not None and referral is not None:
        return Jurisdiction(
            city=False, agency=referral.code, why=f"{referral.name} handles this: {referral.handles.casefold()}"
        )
    plain = plainly(f"{text} {location.value if location else ''}")
    for agency, pattern, why in _COMPILED:
        if agency in _DECIDING and agency in catalogue.agencies and pattern.search(plain):
            return Jurisdiction(city=False, agency=agency, why=why)
    return Jurisdiction(city=True)


_DECIDING = frozenset({"dcr", "massdot"})
"""Owners whose roads decide whatever the matter; for the others the service already says whose it is."""
