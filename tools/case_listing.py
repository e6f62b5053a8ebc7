"""Lists cases of the local tables: a page of them by public filters, or all of them as a stream of constant memory."""

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import ColumnElement, select

from tools.case import Case, Status
from tools.crm_rows import as_case, with_history
from tools.crm_tables import cases
from tools.database import Database
from tools.value import Value

PIECE = 500


class Wanted(Value):
    """Which cases to list; what is left out does not narrow. Times are aware UTC and include their ends."""

    case_ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None


class CaseListing:
    """The cases of our own tables, for lists and exports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: Wanted, *, number: int, size: int, history: bool = False) -> tuple[Case, ...]:
        """A page of the cases, the newest first; pages count from 1."""
        query = select(cases).where(*_narrowed(wanted)).order_by(cases.c.opened.desc(), cases.c.id.desc())
        async with self._database.read() as connection:
            rows = await connection.execute(query.limit(size).offset((number - 1) * size))
            found = tuple(as_case(row) for row in rows)
            return await with_history(connection, found) if history else found

    async def stream(self, wanted: Wanted) -> AsyncIterator[Case]:
        """Every case in the order they were taken, without histories; a few hundred are in memory at a time."""
        last = 0
        while True:
            query = select(cases).where(cases.c.id > last, *_narrowed(wanted)).order_by(cases.c.id).limit(PIECE)
            async with self._database.read() as connection:
                rows = (await connection.execute(query)).all()
            for row in rows:
                yield as_case(row)
            if len(rows) < PIECE:
                return
            last = rows[-1].id


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.case_ids:
        return [cases.c.case_id.in_(wanted.case_ids), *_among(wanted)]
    bounds = _among(wanted)
    if wanted.opened_from is not None:
        bounds.append(cases.c.opened >= wanted.opened_from)
    if wanted.opened_to is not None:
        bounds.append(cases.c.opened <= wanted.opened_to)
    if wanted.updated_from is not None:
        bounds.append(cases.c.updated >= wanted.updated_from)
    if wanted.updated_to is not None:
        bounds.append(cases.c.updated <= wanted.updated_to)
    return bounds


def _among(wanted: Wanted) -> list[ColumnElement[bool]]:
    services = [cases.c.service.in_(wanted.services)] if wanted.services else []
    statuses = [cases.c.status.in_([each.value for each in wanted.statuses])] if wanted.statuses else []
    return [*services, *statuses]
