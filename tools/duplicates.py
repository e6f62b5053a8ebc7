"""Finds open cases that may be the same matter: near, recent, with the same answers and similar words."""

import re
from datetime import datetime, timedelta

from tools.case import Case
from tools.crm import CRM
from tools.distance import distance_m
from tools.draft import Duplicate, FieldValue
from tools.location import Location
from tools.service import DuplicateRule, Service

OFFER = 0.5
"""From this score on a case is offered as the same matter (measured by `beacon evals measure duplicates`)."""

NEARNESS, RECENCY, WORDS, NUMBER, ANSWERS = 0.6, 0.15, 0.2, 0.2, 0.2
"""What each sign weighs; nearness, recency, words and a shared plate or number as fitted on the half of the linked
pairs that is there to learn from. Other answers to the same questions count against as much as equal ones for."""

HALF_NEAR_M = 15
"""At this distance nearness counts half."""

LABEL = re.compile(r"(?:^|\|)[^|:]{3,45}:")
NUMBERED = re.compile(r"(?=\w*\d)(?=\w*[a-z])\w{4,}|\d{5,}")
"""A licence plate, a pole or meter number: two texts that share one speak of one thing."""


async def find_duplicates(
    crm: CRM, service: Service, location: Location, words: str, answers: dict[str, FieldValue], *, now: datetime
) -> tuple[Duplicate, ...]:
    """Open cases of the service that may be the same, likeliest first. Raises CRMError."""
    rule = service.duplicate_rule
    if rule is None:
        return ()
    near = await crm.near(service.code, location, radius_m=rule.radius_m, since=now - timedelta(days=rule.days))
    scored = [judge(case, rule, location, words, answers, now=now) for case in near]
    return tuple(sorted((each for each in scored if each.score >= OFFER), key=lambda each: -each.score))


def judge(
    case: Case, rule: DuplicateRule, location: Location, words: str, answers: dict[str, FieldValue], *, now: datetime
) -> Duplicate:
    """How likely an open case is the same matter (0 to 1), with the reasons for people to read."""
    metres = _metres_between(location, case.location, rule)
    days = max(0.0, (now - case.opened).total_seconds() / 86_400)
    both = [code for code in rule.same_attributes if code in answers and code in case.attributes]
    same = sum(answers[code] == case.attributes[code] for code in both) / len(both) if both else None
    mine, theirs = _words(words), _words(case.description)
    shared = mine & theirs
    alike = len(shared) / max(1, min(len(mine), len(theirs)))
    numbered = any(NUMBERED.fullmatch(word) for word in shared)
    score = NEARNESS * HALF_NEAR_M / (HALF_NEAR_M + metres) + RECENCY * max(0.0, 1 - days / rule.days)
    score += WORDS * alike + NUMBER * numbered + (ANSWERS * (2 * same - 1) if same is not None else 0.0)
    return Duplicate(
        case_id=case.case_id,
        distance_m=round(metres, 1),
        age_days=round(days, 1),
        score=round(min(1.0, max(0.0, score)), 3),
        why=_reasons(metres, days, same, alike, numbered=numbered),
    )


def _metres_between(location: Location, other: Location | None, rule: DuplicateRule) -> float:
    """How far apart two places are. The same address is no distance, wherever either system puts its point."""
    if other is None:
        return rule.radius_m
    address = (location.number, location.street)
    if all(address) and address == (other.number, other.street) and distance_m(location, other) <= rule.radius_m:
        return 0.0
    return distance_m(location, other)


def _words(text: str) -> set[str]:
    """What a text says, without the labels of an app form."""
    return {word for word in re.findall(r"\w+", LABEL.sub(" ", text).casefold()) if word not in EMPTY}


EMPTY = frozenset("the a an in of on is and to at has been for it this there with unknown other".split())


def _reasons(metres: float, days: float, same: float | None, alike: float, *, numbered: bool) -> str:
    reasons = [f"{metres:.0f} m away", f"{days:.0f} days old" if days >= 1 else "reported today"]
    if same is not None:
        reasons.append("the same details" if same == 1 else "other details")
    if numbered:
        reasons.append("the same plate or number")
    if alike >= 0.5:
        reasons.append("similar words")
    return ", ".join(reasons)
