"""Finds open cases that may be the same matter: near, recent, with the same answers and similar words.

The score is the chance that a logistic model gives (1 / (1 + e^-x), x the weighed sum of the signs). Its weights were
fitted by `python -m evals.fit_duplicates` on pairs of reports that the city linked and near, recent ones that it did
not, each service counted evenly, on the half with an even hash; `beacon evals measure duplicates` reports on the other.
"""

import re
from datetime import datetime, timedelta
from math import exp, inf
from typing import NamedTuple

from tools.case import Case
from tools.crm import CRM
from tools.distance import distance_m
from tools.draft import Duplicate, FieldValue
from tools.location import Location
from tools.service import DuplicateRule, Service

OFFER = 0.45
"""From this score on a case is offered as the same matter: precision .904 at recall .688 in cross-validation."""

PIN_M = 15
"""So far from its address may a pin lie: the radius of a service is searched that much wider, and at this distance
nearness counts half."""

SAME_ADDRESS_M = 100
"""Two points of one address, put on the map by different systems, lie no farther apart."""

LABEL = re.compile(r"(?:^|\|)[^|:]{3,45}:")
LABELLED = re.compile(r"(?:^|\|)\s*([^|:]{3,45}):\s*([^|]*)")
NUMBERED = re.compile(r"(?=\w*\d)(?=\w*[a-z])\w{4,}|\d{5,}")
"""A licence plate, a pole or meter number: two texts that share one speak of one thing."""

EMPTY = frozenset("the a an in of on is and to at has been for it this there with unknown other".split())
NOTHING = frozenset(("", "none", "unknown", "other", "n/a"))
"""What stands in a form for no answer."""


class Signs(NamedTuple):
    """What speaks for or against one matter: nearness, how recent for this service, alike words, the same or another
    plate or number, and the shares of the details given in both that are the same and that differ. All 0 to 1."""

    near: float
    recent: float
    alike: float
    same_number: float
    other_number: float
    same_details: float
    other_details: float


WEIGHTS = Signs(0.60, 2.56, 0.26, 0.62, -0.82, 0.59, -2.38)
BIAS = -2.29


async def find_duplicates(
    crm: CRM, service: Service, location: Location, words: str, answers: dict[str, FieldValue], *, now: datetime
) -> tuple[Duplicate, ...]:
    """Open cases of the service that may be the same, likeliest first. Raises CRMError."""
    rule = service.duplicate_rule
    if rule is None:
        return ()
    reach = max(rule.radius_m + PIN_M, SAME_ADDRESS_M)
    near = await crm.near(service.code, location, radius_m=reach, since=now - timedelta(days=rule.days))
    scored = [judge(case, rule, location, words, answers, now=now) for case in near]
    return tuple(sorted((each for each in scored if each.score >= OFFER), key=lambda each: -each.score))


def judge(
    case: Case, rule: DuplicateRule, location: Location, words: str, answers: dict[str, FieldValue], *, now: datetime
) -> Duplicate:
    """How likely an open case is the same matter (0 to 1), with the reasons for people to read. Beyond the distance
    and the days of the rule it is another matter."""
    metres = metres_between(location, case.location)
    days = max(0.0, (now - case.opened).total_seconds() / 86_400)
    signs = signs_of(case, rule, metres, days, words, answers)
    within = metres <= rule.radius_m + PIN_M and days <= rule.days
    return Duplicate(
        case_id=case.case_id,
        distance_m=round(metres, 1),
        age_days=round(days, 1),
        score=round(_chance(signs), 3) if within else 0.0,
        why=_reasons(metres, days, signs),
    )


def signs_of(
    case: Case, rule: DuplicateRule, metres: float, days: float, words: str, answers: dict[str, FieldValue]
) -> Signs:
    """The signs of a case and a new report so far apart and so much older."""
    mine, theirs = _words(words), _words(case.description)
    shared, either = mine & theirs, mine | theirs
    same, other = _details(case, rule, words, answers)
    numbers, their_numbers = _numbers(mine), _numbers(theirs)
    return Signs(
        near=PIN_M / (PIN_M + metres),
        recent=max(0.0, 1 - days / rule.days),
        alike=len(shared) / max(1, len(either)),
        same_number=float(bool(numbers & their_numbers)),
        other_number=float(bool(numbers and their_numbers) and not numbers & their_numbers),
        same_details=same / max(1, same + other),
        other_details=other / max(1, same + other),
    )


def metres_between(location: Location, other: Location | None) -> float:
    """How far apart two places are. The same address is no distance, wherever either system puts its point."""
    if other is None:
        return inf
    apart = distance_m(location, other)
    address = (location.number, location.street)
    same = all(address) and address == (other.number, other.street)
    return 0.0 if same and apart <= SAME_ADDRESS_M else apart


def _chance(signs: Signs) -> float:
    weighed = BIAS + sum(weight * sign for weight, sign in zip(WEIGHTS, signs, strict=True))
    return 1 / (1 + exp(-weighed))


def _details(case: Case, rule: DuplicateRule, words: str, answers: dict[str, FieldValue]) -> tuple[int, int]:
    """How many details that both give are the same and how many differ: answers, and what stands behind a label."""
    both = [code for code in rule.same_attributes if code in answers and code in case.attributes]
    pairs = [(answers[code], case.attributes[code]) for code in both]
    mine, theirs = _labelled(words), _labelled(case.description)
    pairs += [(mine[label], theirs[label]) for label in mine if label in theirs]
    same = sum(one == other for one, other in pairs)
    return same, len(pairs) - same


def _labelled(text: str) -> dict[str, str]:
    """The answers of an app form in a text, by their labels."""
    found = {label.strip().casefold(): value.strip().casefold() for label, value in LABELLED.findall(text)}
    return {label: value for label, value in found.items() if value not in NOTHING}


def _words(text: str) -> set[str]:
    """What a text says, without the labels of an app form."""
    return {word for word in re.findall(r"\w+", LABEL.sub(" ", text).casefold()) if word not in EMPTY}


def _numbers(words: set[str]) -> set[str]:
    return {word for word in words if NUMBERED.fullmatch(word)}


def _reasons(metres: float, days: float, signs: Signs) -> str:
    reasons = [f"{metres:.0f} m away", f"{days:.0f} days old" if days >= 1 else "reported today"]
    if signs.same_details or signs.other_details:
        reasons.append("the same details" if not signs.other_details else "other details")
    if signs.same_number:
        reasons.append("the same plate or number")
    elif signs.other_number:
        reasons.append("another plate or number")
    if signs.alike >= 0.3:
        reasons.append("similar words")
    return ", ".join(reasons)
