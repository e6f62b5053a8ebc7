"""Where a case went that was closed as transitioned: to an agency, to another department, or into the other system."""

import re
from collections import Counter
from functools import lru_cache

from tools.case import Case, Change
from tools.service import Agency, Catalogue
from tools.teams import department_names
from tools.value import Value

SHORTEST = 3
"""Codes of agencies shorter than this are no names."""


class HandedOn(Value):
    """Who has it now and how to reach them, as far as is known; or the number it goes on under in the other system."""

    name: str = ""
    contact: str | None = None
    case_id: str | None = None


def handed_on(case: Case, catalogue: Catalogue) -> HandedOn | None:
    """Where the case went, by what the case itself says: the history, else its service or queue, else the agency that
    the closing note names. None where nothing tells, or more than one is named."""
    detail = next((each.detail for each in reversed(case.history) if each.change is Change.TRANSITIONED), {})
    if successor := detail.get("as"):
        return HandedOn(case_id=successor)
    to = detail.get("to", "")
    if (department := department_names(catalogue).get(to)) is not None:
        return HandedOn(name=department)
    agency = catalogue.agencies.get(to) or _by_queue(case, catalogue) or _named(case.closure_reason or "", catalogue)
    return HandedOn(name=agency.name, contact=agency.phone or agency.url) if agency else None


def _by_queue(case: Case, catalogue: Catalogue) -> Agency | None:
    """The agency whose referral service the case is of, or in whose queue it ended."""
    owners = [each for each in catalogue.agencies.values() if each.referral_service]
    of_service = next((each for each in owners if each.referral_service == case.service), None)
    if of_service is not None or case.route is None:
        return of_service
    teams = {each.code: catalogue.services[each.referral_service or ""].team for each in owners}
    alone = {team for team, times in Counter(teams.values()).items() if times == 1}
    return next((each for each in owners if teams[each.code] == case.route.team and case.route.team in alone), None)


def _named(note: str, catalogue: Catalogue) -> Agency | None:
    """The one agency that a note names in full or by its letters. Towns are left out: streets are named after them."""
    found = [
        each
        for each in catalogue.agencies.values()
        if not each.code.startswith("city_") and _pattern(each.code, each.name).search(note)
    ]
    return found[0] if len(found) == 1 else None


@lru_cache
def _pattern(code: str, name: str) -> re.Pattern[str]:
    names = [name.partition(" (")[0], *([code] if code.isalpha() and len(code) >= SHORTEST else [])]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)
