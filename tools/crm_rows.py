"""Rows of the local CRM's tables to cases and back, and the idempotency keys that guard every write."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from tools.case import Case, CaseEvent, Change, NewCase, Reporter, Status
from tools.case_changes import CaseChange
from tools.crm import CaseNotFound, CRMGarbled, CRMRejected
from tools.crm_tables import cases, events, keys, reports
from tools.location import Location

CaseRow = Row[tuple[Any, ...]]


async def take_key(connection: AsyncConnection, key: str, action: str, now: datetime) -> str | None:
    """Claim a key for this transaction; the case it already gave, if it was used before.

    Two transactions with one key wait for each other here: on Postgres on the unique row, on SQLite on the one writer.
    """
    values = {"key": key, "action": action, "case_id": "", "at": now}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    claim = dialect.insert(keys).values(values).on_conflict_do_nothing().returning(keys.c.key)
    if (await connection.execute(claim)).scalar_one_or_none() is not None:
        return None
    known = (await connection.execute(select(keys.c.case_id, keys.c.action).where(keys.c.key == key))).one()
    if known.action != action:
        raise CRMRejected(
            f"The key {key!r} was used for {known.action!r} already, so it cannot be used for {action!r}."
        )
    return str(known.case_id)


async def settle_key(connection: AsyncConnection, key: str, case_id: str) -> None:
    """Remember which case the key gave."""
    await connection.execute(update(keys).where(keys.c.key == key).values(case_id=case_id))


async def whole_case(connection: AsyncConnection, case_id: str) -> Case:
    """The case with its history. Raises CaseNotFound."""
    row = (await connection.execute(select(cases).where(cases.c.case_id == case_id))).one_or_none()
    if row is None:
        raise CaseNotFound(case_id)
    told = await connection.execute(select(events).where(events.c.case_id == case_id).order_by(events.c.id))
    return as_case(row).model_copy(update={"history": tuple(as_event(each) for each in told)})


async def with_history(connection: AsyncConnection, found: tuple[Case, ...]) -> tuple[Case, ...]:
    """The same cases with what happened to them."""
    told: dict[str, list[CaseEvent]] = {case.case_id: [] for case in found}
    for row in await connection.execute(select(events).where(events.c.case_id.in_(told)).order_by(events.c.id)):
        told[row.case_id].append(as_event(row))
    return tuple(case.model_copy(update={"history": tuple(told[case.case_id])}) for case in found)


async def open_case(connection: AsyncConnection, case_id: str) -> Case:
    """The case, if it is still open. Raises CaseNotFound, CRMRejected."""
    case = await whole_case(connection, case_id)
    if case.status is not Status.OPEN:
        raise CRMRejected(f"The case {case_id!r} is {case.status.value} already.")
    return case


async def add_event(
    connection: AsyncConnection, case_id: str, change: Change, detail: dict[str, str], now: datetime
) -> None:
    """Write a line of the case's history."""
    await connection.execute(insert(events).values(case_id=case_id, at=now, change=change.value, detail=detail))


async def add_report(
    connection: AsyncConnection, case_id: str, words: str, reporter: Reporter | None, channel: str, now: datetime
) -> None:
    """Keep one resident's words and contact apart from the public case."""
    who = reporter.model_dump() if reporter else {}
    await connection.execute(insert(reports).values(case_id=case_id, at=now, words=words, channel=channel, **who))


def new_row(case: NewCase, now: datetime) -> dict[str, object]:
    """The columns of a new case. Its number is set once the row has one."""
    return {
        "case_id": f"new-{uuid4().hex}",
        "service": case.service,
        "status": Status.OPEN.value,
        "opened": now,
        "updated": now,
        "description": case.description,
        "language": case.language,
        "attributes": case.model_dump(mode="json")["attributes"],
        "route": case.route.model_dump(mode="json"),
        "reports": 1,
        **place_columns(case.location),
    }


def seeded_row(case: Case) -> dict[str, object]:
    """The columns of a case that another system opened."""
    kept = case.model_dump(mode="json", include={"attributes", "route"})
    names = (
        "case_id",
        "service",
        "closure_reason",
        "opened",
        "updated",
        "closed",
        "description",
        "language",
        "reports",
        "returned",
    )
    plain = {name: getattr(case, name) for name in names}
    return {**plain, **kept, "status": case.status.value, **place_columns(case.location)}


def place_columns(location: Location | None) -> dict[str, object]:
    """A place as columns: whole as JSON, and its point for searching."""
    if location is None:
        return {"location": None, "lat": None, "long": None}
    return {"location": location.model_dump(mode="json"), "lat": location.lat, "long": location.long}


def as_case(row: CaseRow) -> Case:
    """The case that a row holds, without its history. Raises CRMGarbled."""
    columns = {key: value for key, value in row._mapping.items() if key not in ("id", "lat", "long")}
    for name in ("opened", "updated", "closed", "returned"):
        columns[name] = aware(columns[name]) if columns[name] is not None else None
    try:
        return Case.model_validate(columns)
    except ValidationError as error:
        raise CRMGarbled("Our tables hold a case that makes no sense.") from error


def as_event(row: CaseRow) -> CaseEvent:
    """The line of a case's history that a row holds."""
    return CaseEvent(at=aware(row.at), change=Change(row.change), detail=row.detail)


def as_change(row: CaseRow) -> CaseChange:
    """The change that a row of the history holds."""
    return CaseChange(
        change_id=str(row.id), case_id=row.case_id, change=Change(row.change), at=aware(row.at), detail=row.detail
    )


def aware(at: datetime) -> datetime:
    """A stored time as UTC. SQLite forgets the zone; everything stored is UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
