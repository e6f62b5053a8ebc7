"""Exports the public fields of cases as the City's open data: in the columns of the 2008 system and of the new one.

Left empty are columns that we do not keep or that are not public: photos, source, and all districts but Public Works'.
"""

import csv
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tools.case import Case, Status
from tools.clock import CITY_ZONE
from tools.districts import Districts
from tools.public_case import public_address, public_reason
from tools.service import Catalogue, Service
from tools.value import Value

LEGACY = (
    "case_enquiry_id", "open_dt", "sla_target_dt", "closed_dt", "on_time", "case_status", "closure_reason",
    "case_title", "subject", "reason", "type", "queue", "department", "submitted_photo", "closed_photo", "location",
    "fire_district", "pwd_district", "city_council_district", "police_district", "neighborhood",
    "neighborhood_services_district", "ward", "precinct", "location_street_name", "location_zipcode", "latitude",
    "longitude", "source",
)  # fmt: skip
NEW = (
    "case_id", "open_date", "case_topic", "service_name", "assigned_department", "assigned_team", "case_status",
    "closure_reason", "closure_comments", "close_date", "target_close_date", "on_time", "report_source",
    "submitted_photo", "closed_photo", "full_address", "street_number", "street_name", "zip_code", "neighborhood",
    "public_works_district", "city_council_district", "fire_district", "police_district", "ward", "precinct",
    "longitude", "latitude",
)  # fmt: skip
SERVICES = ("service_code", "service_name", "subject", "reason", "type", "legacy_code", "creatio_code", "creatio_name")
IDS = ("case_id", "service_code", "system", "open311_service_request_id")
FILES = {"cases_legacy.csv": LEGACY, "cases_new.csv": NEW, "crosswalk_ids.csv": IDS, "crosswalk_services.csv": SERVICES}
Row = dict[str, object]


class Exported(Value):
    """What an export wrote."""

    cases: int
    left_out: int


async def export(
    cases: AsyncIterator[Case], catalogue: Catalogue, districts: Districts, folder: Path, *, now: datetime
) -> Exported:
    """Write the files; each takes its name when all are whole. Cases of services that are not public are left out."""
    written = left_out = 0
    with _files(folder) as into:
        for each in catalogue.services.values():
            if each.public:
                into["crosswalk_services.csv"].writerow(_service_row(each))
        async for case in cases:
            service = catalogue.services.get(case.service)
            if service is None or not service.public:
                left_out += 1
                continue
            shared = _shared(case, service, catalogue, districts, now)
            into["cases_legacy.csv"].writerow(_legacy_row(case, service, shared))
            into["cases_new.csv"].writerow(_new_row(case, service, shared))
            into["crosswalk_ids.csv"].writerow(_id_row(case))
            written += 1
    return Exported(cases=written, left_out=left_out)


@contextmanager
def _files(folder: Path) -> Iterator[dict[str, "csv.DictWriter[str]"]]:
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        found = {}
        for name, columns in FILES.items():
            file = opened.enter_context((folder / f".{name}.part").open("w", encoding="utf-8", newline=""))
            found[name] = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            found[name].writeheader()
        yield found
    for name in FILES:
        os.replace(folder / f".{name}.part", folder / name)


def _shared(case: Case, service: Service, catalogue: Catalogue, districts: Districts, now: datetime) -> Row:
    """The columns that both schemas have under one name."""
    place, due = case.location, case.route.due if case.route else None
    late = due is not None and (case.closed or now) > due
    return {
        "on_time": "" if due is None else "OVERDUE" if late else "ONTIME",
        "closure_reason": public_reason(case, catalogue) or "",
        "address": public_address(place, service) or "",
        "street": (place.street or "") if place and place.found else "",
        "number": (place.number or "") if place and place.found else "",
        "zip": (place.zip or "") if place else "",
        "neighborhood": (place.neighborhood or "") if place else "",
        "district": districts.of(place) or "",
        "latitude": place.lat if place and place.lat is not None else "",
        "longitude": place.long if place and place.long is not None else "",
        "due": due,
    }


def _legacy_row(case: Case, service: Service, shared: Row) -> Row:
    subject, reason, kind = _legacy_names(service)
    same = {name: shared[name] for name in ("on_time", "closure_reason", "neighborhood", "latitude", "longitude")}
    return same | {
        "case_enquiry_id": case.case_id,
        "open_dt": _local(case.opened),
        "sla_target_dt": _local(shared["due"]),
        "closed_dt": _local(case.closed),
        "case_status": "Open" if case.status is Status.OPEN else "Closed",
        "case_title": service.name(),
        "subject": subject,
        "reason": reason,
        "type": kind,
        "queue": case.route.team if case.route else "",
        "department": case.route.department if case.route else service.department,
        "location": shared["address"],
        "pwd_district": shared["district"],
        "location_street_name": f"{shared['number']} {shared['street']}".strip(),
        "location_zipcode": shared["zip"],
    }


def _new_row(case: Case, service: Service, shared: Row) -> Row:
    same = {name: shared[name] for name in ("on_time", "closure_reason", "neighborhood", "latitude", "longitude")}
    return same | {
        "case_id": case.case_id,
        "open_date": _utc(case.opened),
        "case_topic": service.group,
        "service_name": service.creatio_name or service.name(),
        "assigned_department": service.department_name,
        "assigned_team": case.route.team if case.route else "",
        "case_status": "In progress" if case.status is Status.OPEN else "Closed",
        "close_date": _utc(case.closed),
        "target_close_date": _utc(shared["due"]),
        "full_address": shared["address"],
        "street_number": shared["number"],
        "street_name": shared["street"],
        "zip_code": shared["zip"],
        "public_works_district": shared["district"],
    }


def _id_row(case: Case) -> Row:
    """Which system gave a number, by its shape."""
    number = case.case_id
    system = "beacon" if number.startswith("B311-") else "legacy" if number.isdigit() else "creatio"
    return {"case_id": number, "service_code": case.service, "system": system, "open311_service_request_id": number}


def _service_row(service: Service) -> Row:
    subject, reason, kind = _legacy_names(service)
    return {
        "service_code": service.code,
        "service_name": service.name(),
        "subject": subject,
        "reason": reason,
        "type": kind,
        "legacy_code": service.legacy_code or "",
        "creatio_code": service.creatio_code or "",
        "creatio_name": service.creatio_name or "",
    }


def _legacy_names(service: Service) -> tuple[str, str, str]:
    parts = (service.legacy_code or "").split(":", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")


def _local(at: object) -> str:
    return at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M:%S") if isinstance(at, datetime) else ""


def _utc(at: object) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(at, datetime) else ""
