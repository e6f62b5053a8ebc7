"""What there is to tell of cases, on our tables: noted once for whoever wants it, told once, shown to staff."""

import time
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.news_rows import DROPPED, NUMBER, WAITING, item
from assistant.outbox import Contact, opted_out
from assistant.tables import crm_marks, deliveries, news_items, news_wishes
from assistant.times import aware
from tools.case import Change
from tools.case_changes import CaseChange
from tools.database import Database
from tools.value import Value

TOLD = frozenset(
    (Change.CREATED, Change.ASSIGNED, Change.SCHEDULED, Change.CLOSED, Change.TRANSITIONED, Change.REOPENED)
)
"""What is news to the reporter. What they did themselves, and notes of the staff, is not."""

MOST_BUNDLES = 50


class Item(Value):
    """One thing to tell: a change, or "number" for the bare number of a case."""

    key: str
    kind: str
    at: datetime
    detail: dict[str, str]


class Bundle(Value):
    """Everything that waits to be told to one contact about one case."""

    case_id: str
    contact: Contact
    language: str


class Sent(Value):
    """One line of what was told, for staff."""

    at: datetime
    case_id: str
    kind: str
    address: str
    status: str
    delivery: str | None


class Wish(Value):
    """Somebody who wants news of a case, since when and in which language."""

    contact: Contact
    language: str
    at: datetime


class News:
    """News of cases. Every method is one transaction."""

    def __init__(self, database: Database, *, fold_seconds: float) -> None:
        self._database = database
        self._fold_seconds = fold_seconds

    async def mark(self, source: str) -> str | None:
        """How far the case system was read."""
        query = select(crm_marks.c.mark).where(crm_marks.c.source == source)
        async with self._database.glance() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found

    async def note(self, source: str, changes: tuple[CaseChange, ...], mark: str) -> int:
        """Note what is news to somebody, and how far was read, in one commit; how many items are new."""
        noted = 0
        async with self._database.write() as connection:
            wished = await _wishes(connection, {each.case_id for each in changes if each.change in TOLD})
            for change in changes:
                if change.change in TOLD:
                    for wish in wished.get(change.case_id, ()):
                        noted += await self._note(connection, change, wish)
            insertion = self._insert_mark().values(source=source, mark=mark)
            same = insertion.on_conflict_do_update(index_elements=[crm_marks.c.source], set_={"mark": mark})
            await connection.execute(same)
        return noted

    async def _note(self, connection: AsyncConnection, change: CaseChange, wish: Wish) -> int:
        """One item, unless it was noted before, or happened before anybody asked for it."""
        before = change.at <= wish.at if change.change is Change.CREATED else change.at < wish.at
        if before:
            return 0
        due = time.time() + self._fold_seconds
        made = item(
            change.change_id, change.case_id, wish.contact, kind=change.change.value, at=change.at,
            language=wish.language, due=due, detail=change.detail,
        )  # fmt: skip
        insertion = sqlite.insert(news_items) if self._database.is_sqlite else postgresql.insert(news_items)
        added = insertion.values(made).on_conflict_do_nothing().returning(news_items.c.key)
        return int((await connection.execute(added)).scalar_one_or_none() is not None)

    async def due(self, *, but_numbers: bool) -> tuple[Bundle, ...]:
        """Who is to be told something now, the longest waiting first; only bare numbers if `but_numbers`."""
        who = (news_items.c.case_id, news_items.c.address, news_items.c.our_number)
        waiting = select(*who, func.max(news_items.c.language).label("language")).where(news_items.c.status == WAITING)
        if but_numbers:
            waiting = waiting.where(news_items.c.kind == NUMBER)
        first = func.min(news_items.c.due)
        query = waiting.group_by(*who).having(first <= time.time()).order_by(first).limit(MOST_BUNDLES)
        async with self._database.glance() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Bundle(case_id=row.case_id, contact=_contact(row.address, row.our_number), language=row.language)
            for row in rows
        )

    async def items(self, bundle: Bundle) -> tuple[Item, ...]:
        """What waits to be told, in order; none if it is wanted no more, and then it is dropped."""
        async with self._database.write() as connection:
            rows = (await connection.execute(select(news_items).where(*_of(bundle)).order_by(news_items.c.at))).all()
            if await opted_out(connection, bundle.contact):
                await connection.execute(update(news_items).where(*_of(bundle)).values(status=DROPPED))
                return ()
            if not await _wanted(connection, bundle):
                unwanted = update(news_items).where(*_of(bundle), news_items.c.kind != NUMBER)
                await connection.execute(unwanted.values(status=DROPPED))
                rows = [row for row in rows if row.kind == NUMBER]
        return tuple(Item(key=row.key, kind=row.kind, at=aware(row.at), detail=row.detail) for row in rows)

    async def drop(self, bundle: Bundle) -> None:
        """What waits will not be told."""
        async with self._database.write() as connection:
            await connection.execute(update(news_items).where(*_of(bundle)).values(status=DROPPED))

    async def told_before(self, bundle: Bundle) -> bool:
        """Whether this contact was told of this case already."""
        before = (news_items.c.status == "told") & (news_items.c.kind != NUMBER)
        query = select(func.count()).where(*_of(bundle)[:3], before)
        async with self._database.glance() as connection:
            return bool((await connection.execute(query)).scalar_one())

    async def sent(self, *, case_id: str | None, most: int) -> tuple[Sent, ...]:
        """What was noted and told, the newest first, with how far its text got."""
        joined = news_items.outerjoin(deliveries, deliveries.c.turn_id == news_items.c.turn_id)
        query = select(news_items, deliveries.c.status.label("delivery")).select_from(joined)
        if case_id is not None:
            query = query.where(news_items.c.case_id == case_id)
        async with self._database.glance() as connection:
            rows = (await connection.execute(query.order_by(news_items.c.at.desc()).limit(most))).all()
        return tuple(
            Sent(
                at=aware(row.at),
                case_id=row.case_id,
                kind=row.kind,
                address=row.address,
                status=row.status,
                delivery=row.delivery,
            )
            for row in rows
        )

    def _insert_mark(self) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(crm_marks) if self._database.is_sqlite else postgresql.insert(crm_marks)


async def _wishes(connection: AsyncConnection, case_ids: set[str]) -> dict[str, tuple[Wish, ...]]:
    query = select(news_wishes).where(news_wishes.c.case_id.in_(case_ids), news_wishes.c.stopped.is_(None))
    rows = (await connection.execute(query)).all()
    return {
        case_id: tuple(
            Wish(contact=_contact(row.address, row.our_number), language=row.language, at=aware(row.at))
            for row in rows
            if row.case_id == case_id
        )
        for case_id in {row.case_id for row in rows}
    }


async def _wanted(connection: AsyncConnection, bundle: Bundle) -> bool:
    query = select(func.count()).where(
        news_wishes.c.case_id == bundle.case_id,
        news_wishes.c.address == bundle.contact.address,
        news_wishes.c.our_number == bundle.contact.our_number,
        news_wishes.c.stopped.is_(None),
    )
    return bool((await connection.execute(query)).scalar_one())


def _of(bundle: Bundle) -> tuple[ColumnElement[bool], ...]:
    return (
        news_items.c.case_id == bundle.case_id,
        news_items.c.address == bundle.contact.address,
        news_items.c.our_number == bundle.contact.our_number,
        news_items.c.status == WAITING,
    )


def _contact(address: str, our_number: str) -> Contact:
    return Contact(address=address, our_number=our_number)
