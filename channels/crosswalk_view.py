"""How both case systems call a case or a service, as lines for a page and for a command."""

from tools.crm import CRM, CaseNotFound
from tools.crosswalk import CaseNumbers, codes_of, service_of
from tools.service import Catalogue

NONE = "none"
Called = tuple[tuple[str, str], ...]
"""Titles and values, in order."""


async def called(name: str, crm: CRM, catalogue: Catalogue) -> Called:
    """What a code or number of either system stands for: a service if it is one, else a case. Raises CaseNotFound,
    CRMError."""
    name = name.strip()
    code = service_of(name, catalogue)
    if code is not None:
        codes = codes_of(code, catalogue)
        return (
            ("Service", f"{catalogue.services[code].name()} ({code})"),
            ("In Creatio", " / ".join(each for each in (codes.creatio_name, codes.creatio_code) if each) or NONE),
            ("In the legacy system", codes.legacy_code or NONE),
            ("Case types of 2008", ", ".join(codes.legacy_names) or NONE),
        )
    if not isinstance(crm, CaseNumbers):
        raise CaseNotFound(name)
    numbers = await crm.numbers(name)
    return (
        ("Case number in Creatio", numbers.creatio_number or NONE),
        ("Id in Creatio", numbers.creatio_id or NONE),
        ("Number in the legacy system", numbers.legacy_number or NONE),
    )
