"""Tells with a new case, and to who reported it, that the same was reported at this place before."""

from assistant.ports import Ports
from tools.case import Case, NewCase
from tools.crm import CRMError
from tools.repeats import repeat_at, told_repeat


async def with_repeat(case: NewCase, ports: Ports) -> NewCase:
    """The case with how often this was reported here; as it is where the case system cannot say."""
    service = ports.catalogue.services.get(case.service)
    if service is None:
        return case
    try:
        found = await repeat_at(ports.crm, service, case.location, now=ports.clock())
    except CRMError:
        return case
    return case.model_copy(update={"repeat": found}) if found else case


def repeat_in_words(case: Case, ports: Ports, *, language: str) -> str:
    """The sentence for a resident, by the case itself; nothing for a service whose cases are not public."""
    service, found = ports.catalogue.services.get(case.service), told_repeat(case)
    if service is None or not service.public or found is None:
        return ""
    return ports.wording.counted("reports_here", language, found.reports)
