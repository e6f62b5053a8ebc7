"""Examines a live Creatio without writing: login, columns, statuses, services and clock, each problem in a sentence."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from tools.clock import Clock
from tools.creatio_names import CreatioNames
from tools.creatio_web import CreatioWeb
from tools.crm import CRMError

MOST_SKEW = timedelta(minutes=2)
PRODUCT = ("Number", "Subject", "Symptoms", "Solution", "RegisteredOn", "SolutionDate", "ClosureDate")
_ENTITY = re.compile(r'<EntityType\b[^>]*\bName="(\w+)"[^>]*>(.*?)</EntityType>', re.DOTALL)
_PROPERTY = re.compile(r'<(?:Property|NavigationProperty)\b[^>]*\bName="(\w+)"')


async def examine_creatio(
    web: CreatioWeb, names: CreatioNames, services: Mapping[str, str], clock: Clock
) -> tuple[str, ...]:
    """What is wrong, one sentence each; nothing where all is in order."""
    try:
        schema = (await web.metadata()).decode("utf-8", errors="replace")
        statuses = {str(row.get("Name")) for row in await web.rows("CaseStatus", select="Name")}
        known = {str(row.get("Id")) for row in await web.rows(names.columns.service, select="Id")}
    except CRMError as error:
        return (str(error),)
    entities = {entity: set(_PROPERTY.findall(told)) for entity, told in _ENTITY.findall(schema)}
    return (
        *_missing_columns(entities, names),
        *_missing_statuses(statuses, names),
        *_unknown_statuses(statuses, names),
        *_missing_services(known, services),
        *_skew(web, clock),
    )


def _missing_columns(entities: Mapping[str, set[str]], names: CreatioNames) -> Iterable[str]:
    own, event = names.columns.model_dump(), names.event.model_dump()
    lookups = {"service": own.pop("service"), "case": event.pop("case")}
    wanted = {"Case": {*PRODUCT, *own.values(), f"{lookups['service']}Id"}}
    wanted[event.pop("entity")] = {*event.values(), f"{lookups['case']}Id"}
    for entity, columns in wanted.items():
        if entity not in entities:
            yield f"Creatio has no entity {entity}: please name it in the file of names."
        elif missing := sorted(columns - entities[entity]):
            yield f"Creatio's {entity} has no column {', '.join(missing)}: please correct the file of names."


def _missing_statuses(statuses: set[str], names: CreatioNames) -> Iterable[str]:
    needed = (
        names.new_status,
        names.withdrawn_status,
        names.reopened_status,
        names.joined_status,
        names.returned_status,
        names.assigned_status,
    )
    if missing := sorted(set(needed) - statuses):
        yield f"Creatio has no status {', '.join(missing)}, which we set: please correct the file of names."


def _unknown_statuses(statuses: set[str], names: CreatioNames) -> Iterable[str]:
    if unknown := sorted(statuses - names.statuses.keys()):
        yield f"The file of names does not say what {', '.join(unknown)} means; it is judged by IsFinal alone."


def _missing_services(known: set[str], services: Mapping[str, str]) -> Iterable[str]:
    if missing := sorted(ours for ours, theirs in services.items() if theirs not in known):
        yield f"Creatio does not know these services of the catalogue: {', '.join(missing)}."


def _skew(web: CreatioWeb, clock: Clock) -> Iterable[str]:
    if web.server_time is not None and abs(web.server_time - clock()) > MOST_SKEW:
        seconds = round(abs((web.server_time - clock()).total_seconds()))
        yield f"Creatio's clock and ours differ by {seconds} seconds: please set the clocks."
