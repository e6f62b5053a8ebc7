"""Every team that a case can be given to, with its department: those of the catalogue and of the legacy queues."""

from collections.abc import Mapping

from tools.districts import QUEUES
from tools.legacy_queues import (
    BY_ADDRESS,
    BY_PARK,
    SENT_BACK,
    load_legacy_queues,
    load_other_queues,
    load_park_regions,
)
from tools.service import Catalogue


def teams_of(catalogue: Catalogue) -> Mapping[str, str]:
    """Departments by team, in the order of the teams' names; without the queue of what was sent back."""
    named = [(each.team, each.department) for each in catalogue.services.values()]
    named += [
        (effect.team, each.department)
        for each in catalogue.services.values()
        for attribute in each.attributes
        for effect in attribute.effects
        if effect.team is not None
    ]
    named += [(queue.team, queue.department) for queue in load_legacy_queues().values()]
    named += [(queue.team, queue.department) for each in load_other_queues().values() for queue in each]
    regions = sorted(set(load_park_regions().values()))
    found: dict[str, str] = {}
    for team, department in named:
        whole = {BY_ADDRESS: list(QUEUES.values()), BY_PARK: [team.replace(BY_PARK, each) for each in regions]}
        if team == SENT_BACK:
            continue
        open_end = next((end for end in whole if end in team), None)
        found = dict.fromkeys(whole[open_end] if open_end else [team], department) | found
    return dict(sorted(found.items()))


def department_names(catalogue: Catalogue) -> Mapping[str, str]:
    """Departments as the City says them, by code."""
    return {each.department: each.department_name for each in catalogue.services.values()}
