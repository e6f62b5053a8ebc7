"""Finds open cases that may be the same matter: near, recent, with the same answers and similar words."""

from datetime import datetime, timedelta

from rapidfuzz import fuzz

from tools.case import Case
from tools.crm import CRM
from tools.distance import distance_m
from tools.draft import Duplicate, FieldValue
from tools.location import Location
from tools.service import DuplicateRule, Service

OFFER = 0.6
"""From this score on a case is offered as the same matter (measured by `beacon evals measure duplicates`)."""

NEARNESS, RECENCY, ANSWERS, WORDS = 0.45, 0.2, 0.15, 0.2
"""What each sign weighs; together 1."""


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
    metres = distance_m(location, case.location) if case.location else rule.radius_m
    days = max(0.0, (now - case.opened).total_seconds() / 86_400)
    both = [code for code in rule.same_attributes if code in answers and code in case.attributes]
    same = sum(answers[code] == case.attributes[code] for code in both) / len(both) if both else 0.7
    alike = fuzz.token_set_ratio(words.casefold(), case.description.casefold()) / 100 if case.description else 0.5
    nearness = max(0.0, 1 - metres / rule.radius_m)
    recency = max(0.0, 1 - days / rule.days)
    score = NEARNESS * (0.4 + 0.6 * nearness) + RECENCY * recency + ANSWERS * same + WORDS * alike
    return Duplicate(
        case_id=case.case_id,
        distance_m=round(metres, 1),
        age_days=round(days, 1),
        score=round(min(1.0, score), 3),
        why=_reasons(metres, days, same if both else None, alike),
    )


def _reasons(metres: float, days: float, same: float | None, alike: float) -> str:
    reasons = [f"{metres:.0f} m away", f"{days:.0f} days old" if days >= 1 else "reported today"]
    if same is not None:
        reasons.append("the same details" if same == 1 else "other details")
    if alike >= 0.6:
        reasons.append("similar words")
    return ", ".join(reasons)
