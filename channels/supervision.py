"""What supervisors see of a period: counts out of our tables, a table a figure, all of them without personal data."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import quantiles

from sqlalchemy import ColumnElement, cast, distinct, func, select
from sqlalchemy import Date as Day
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.message import DeliveryStatus
from assistant.outcome import Outcome
from assistant.tables import conversations, deliveries, messages, to_file, turns
from assistant.unanswered import Unanswered
from knowledge.article import Library, SearchUnavailable
from tools.crm_tables import cases, events, reports
from tools.database import Database
from tools.service import Catalogue
from tools.value import Value

MOST_ROWS = 40
"""The longest table on a page; the file of it holds all rows."""

TIMED = 500
"""So many of the newest turns are timed."""

GROUPED = 300
"""So many of the newest unanswered questions are put to articles."""

NOT_KNOWN = "not known"
Row = tuple[str | int | float, ...]


class Table(Value):
    """Figures as rows: `name` is the file's name, the first column names the row, and `plot` is the column to draw."""

    name: str
    title: str
    told: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    plot: int | None = None

    @property
    def bars(self) -> tuple[tuple[str, float], ...]:
        """What is drawn: the names of the first rows and their values."""
        if self.plot is None:
            return ()
        return tuple((str(row[0]), float(row[self.plot])) for row in self.rows[:15])


class Supervision:
    """Reads the figures of one assistant."""

    def __init__(self, database: Database, catalogue: Catalogue, library: Library) -> None:
        self._database, self._catalogue, self._library = database, catalogue, library

    async def tables(self, since: datetime) -> tuple[Table, ...]:
        """Every table since a moment, in the order of the page."""
        async with self._database.read() as connection:
            return (
                await self._conversations(connection, since),
                await _days(connection, since),
                await self._services(connection, since),
                await _neighborhoods(connection, since),
                await _channels(connection, since),
                await _outcomes(connection, since),
                await _moves(connection, since),
                await _steps(connection),
                await _waiting(connection),
            )

    async def _conversations(self, connection: AsyncConnection, since: datetime) -> Table:
        """Contained is a conversation of which no turn gave it to a person, and that was not left to one."""
        begun = conversations.c.created >= since
        total = await _grouped(connection, conversations.c.channel, begun)
        given = (
            select(conversations.c.channel, func.count(distinct(turns.c.conversation_id)))
            .join(turns, turns.c.conversation_id == conversations.c.conversation_id)
            .where(begun, turns.c.outcome == Outcome.HANDED_OFF.value)
            .group_by(conversations.c.channel)
        )
        handed: dict[str, int] = {row[0]: row[1] for row in (await connection.execute(given)).all()}
        parked = await _grouped(connection, conversations.c.channel, begun & conversations.c.parked.is_(True))
        rows = [
            (channel, count, handed.get(channel, 0), parked.get(channel, 0), _share(count, handed, parked, channel))
            for channel, count in total.items()
        ]
        return Table(
            name="conversations",
            title="Conversations",
            told="Contained is one that no turn gave to a person and that the assistant did not fail in.",
            columns=("Channel", "Conversations", "Given to a person", "Failed, left to a person", "Contained, %"),
            rows=tuple(sorted(rows, key=lambda row: -row[1])),
            plot=1,
        )

    async def _services(self, connection: AsyncConnection, since: datetime) -> Table:
        opened = await _grouped(connection, cases.c.service, cases.c.opened >= since)
        closed = await _grouped(connection, cases.c.service, cases.c.closed >= since)
        more = select(cases.c.service, func.sum(cases.c.reports - 1)).where(cases.c.opened >= since)
        joined = {row[0]: row[1] for row in (await connection.execute(more.group_by(cases.c.service))).all()}
        names = {code: service.name("en") for code, service in self._catalogue.services.items()}
        rows = [
            (names.get(code, code), opened.get(code, 0), closed.get(code, 0), int(joined.get(code) or 0))
            for code in {*opened, *closed}
        ]
        return Table(
            name="services",
            title="Cases by service",
            told="Reports that joined a case are those that would have been duplicates.",
            columns=("Service", "Opened", "Closed", "Reports that joined"),
            rows=tuple(sorted(rows, key=lambda row: (-row[1], row[0]))),
            plot=1,
        )

    def unanswered(self, found: Sequence[Unanswered]) -> Table:
        """Questions that got no answer, by the article that comes nearest, the most frequent first."""
        counts: dict[str, list[str]] = defaultdict(list)
        for each in found[:GROUPED]:
            counts[self._nearest(each)].append(each.text)
        rows = [(title, len(asked), asked[0][:160]) for title, asked in counts.items()]
        return Table(
            name="unanswered",
            title="Unanswered questions",
            told="By the article that comes nearest; the example has personal data masked.",
            columns=("Nearest article", "Questions", "An example"),
            rows=tuple(sorted(rows, key=lambda row: (-row[1], row[0]))),
            plot=1,
        )

    def _nearest(self, question: Unanswered) -> str:
        try:
            found = self._library.search(question.text, language=question.language, limit=1)
        except SearchUnavailable:
            return "the index cannot be searched"
        return found[0].passage.title if found else "no article in this language"


def _share(count: int, handed: dict[str, int], parked: dict[str, int], channel: str) -> float:
    left = handed.get(channel, 0) + parked.get(channel, 0)
    return round(100 * max(0, count - left) / count, 1)


async def _grouped(
    connection: AsyncConnection, column: ColumnElement[str], where: ColumnElement[bool]
) -> dict[str, int]:
    query = select(column, func.count()).where(where).group_by(column)
    return {row[0] or NOT_KNOWN: row[1] for row in (await connection.execute(query)).all()}


async def _days(connection: AsyncConnection, since: datetime) -> Table:
    messages_of = await _by_day(connection, messages.c.at, since)
    cases_of = await _by_day(connection, cases.c.opened, since)
    rows = [(day, messages_of.get(day, 0), cases_of.get(day, 0)) for day in sorted({*messages_of, *cases_of})]
    return Table(
        name="days",
        title="Day by day",
        told="Messages of residents and cases opened, by day in universal time.",
        columns=("Day", "Messages", "Cases"),
        rows=tuple(rows),
    )


async def _by_day(connection: AsyncConnection, column: ColumnElement[datetime], since: datetime) -> dict[str, int]:
    sqlite = connection.dialect.name == "sqlite"
    day = func.date(column) if sqlite else cast(func.timezone("UTC", column), Day)
    query = select(day, func.count()).where(column >= since).group_by(day)
    return {str(name): count for name, count in (await connection.execute(query)).all()}


async def _neighborhoods(connection: AsyncConnection, since: datetime) -> Table:
    where = cases.c.location["neighborhood"].as_string()
    counts = await _grouped(connection, where, cases.c.opened >= since)
    rows = tuple(sorted(counts.items(), key=lambda row: (-row[1], row[0])))
    title, told = "Cases by neighborhood", "Where the case's place lies."
    return Table(name="neighborhoods", title=title, told=told, columns=("Neighborhood", "Cases"), rows=rows, plot=1)


async def _channels(connection: AsyncConnection, since: datetime) -> Table:
    counts = await _grouped(connection, reports.c.channel, reports.c.at >= since)
    rows = tuple(sorted(counts.items(), key=lambda row: (-row[1], row[0])))
    told = "Every report, also those that joined a case."
    return Table(
        name="channels", title="Reports by channel", told=told, columns=("Channel", "Reports"), rows=rows, plot=1
    )


async def _outcomes(connection: AsyncConnection, since: datetime) -> Table:
    counts = await _grouped(connection, turns.c.outcome, turns.c.started >= since)
    total = sum(counts.values()) or 1
    rows = [
        (name.replace("_", " "), count, round(100 * count / total, 1))
        for name, count in sorted(counts.items(), key=lambda row: -row[1])
    ]
    return Table(
        name="outcomes",
        title="What turns came to",
        told="The weightiest outcome of each turn.",
        columns=("Outcome", "Turns", "Share, %"),
        rows=tuple(rows),
        plot=1,
    )


async def _moves(connection: AsyncConnection, since: datetime) -> Table:
    query = (
        select(cases.c.service, func.count())
        .join(events, events.c.case_id == cases.c.case_id)
        .where(events.c.at >= since, events.c.change == "assigned")
        .group_by(cases.c.service)
    )
    rows = sorted((await connection.execute(query)).all(), key=lambda row: -row[1])
    return Table(
        name="reallocations",
        title="Reallocations",
        told="Cases that were given to another team after they were filed.",
        columns=("Service", "Times"),
        rows=tuple((str(service), int(count)) for service, count in rows),
        plot=1,
    )


async def _steps(connection: AsyncConnection) -> Table:
    records = (await connection.execute(select(turns.c.record).order_by(turns.c.id.desc()).limit(TIMED))).scalars()
    took: dict[str, list[float]] = defaultdict(list)
    for record in records:
        for step in record.get("steps", ()):
            took[step["name"]].append(step["ms"])
    rows = [(name, len(values), *_middle_and_slow(values)) for name, values in took.items()]
    return Table(
        name="steps",
        title="How long the steps of a turn take",
        told=f"The newest {TIMED} turns.",
        columns=("Step", "Times", "Median, ms", "Slowest twentieth from, ms"),
        rows=tuple(sorted(rows, key=lambda row: -row[3])),
        plot=3,
    )


def _middle_and_slow(values: list[float]) -> tuple[float, float]:
    parts = quantiles(values, n=20) if len(values) > 1 else [values[0]] * 19
    return round(parts[9], 1), round(parts[18], 1)


async def _waiting(connection: AsyncConnection) -> Table:
    """What does not move by itself, or has not yet."""
    oldest = (await connection.execute(select(func.min(messages.c.at)).where(messages.c.turn_id.is_(None)))).scalar()
    counts = Counter(await _grouped(connection, deliveries.c.status, deliveries.c.address.is_not(None)))
    unfiled = select(func.count()).select_from(to_file).where(to_file.c.case_id.is_(None))
    parked = select(func.count()).select_from(conversations).where(conversations.c.parked.is_(True))
    sent_back = select(func.count()).select_from(cases).where(cases.c.returned.is_not(None))
    waits = round(max(0.0, time.time() - oldest.timestamp())) if oldest is not None else 0
    rows: list[Row] = [
        ("oldest unanswered message, seconds", waits),
        ("cases not filed yet", int((await connection.execute(unfiled)).scalar_one())),
        ("cases that departments sent back", int((await connection.execute(sent_back)).scalar_one())),
        ("conversations that the assistant failed in", int((await connection.execute(parked)).scalar_one())),
    ]
    rows += [
        (f"texts: {status.value}", counts[status.value])
        for status in (DeliveryStatus.PENDING, DeliveryStatus.AMBIGUOUS, DeliveryStatus.FAILED)
    ]
    return Table(
        name="waiting",
        title="What waits, and what failed",
        told="As it is now.",
        columns=("What", "How many"),
        rows=tuple(rows),
    )
