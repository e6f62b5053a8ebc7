"""Service codes and case numbers of both case systems, each from the other, so that look-ups survive the migration."""

from typing import Protocol, runtime_checkable

from tools.service import Catalogue
from tools.value import Value


class Codes(Value):
    """How each system names one service. `legacy_names` are the case types of 2008 that became it."""

    service: str
    creatio_code: str | None
    creatio_name: str | None
    legacy_code: str | None
    legacy_names: tuple[str, ...]


class Numbers(Value):
    """The numbers of one case: Creatio's own and its UUID, and that of the legacy system; None where it has none."""

    creatio_number: str | None = None
    creatio_id: str | None = None
    legacy_number: str | None = None


@runtime_checkable
class CaseNumbers(Protocol):
    """A case system that knows a case by several numbers."""

    async def numbers(self, case_id: str) -> Numbers:
        """Every number of a case, from any of them. Raises CaseNotFound, CRMError."""
        ...


def codes_of(service: str, catalogue: Catalogue) -> Codes:
    """How the systems name a service of ours. Raises KeyError for none of ours."""
    known = catalogue.services[service]
    names = tuple(name for name, code in catalogue.crosswalk.items() if code == service)
    return Codes(
        service=service,
        creatio_code=known.creatio_code,
        creatio_name=known.creatio_name,
        legacy_code=known.legacy_code,
        legacy_names=names,
    )


def service_of(code: str, catalogue: Catalogue) -> str | None:
    """Our service for a code or name of any system: ours, Creatio's UUID or name, `Subject:Reason:Type`, or a case
    type."""
    if code in catalogue.services:
        return code
    for service in catalogue.services.values():
        if code.lower() == (service.creatio_code or "").lower() or code in (service.creatio_name, service.legacy_code):
            return service.code
    return catalogue.crosswalk.get(code) or catalogue.crosswalk.get(code.rpartition(":")[2])
