"""Keeps what was decided about cases that departments sent back: what routing got wrong, and where they belong."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from tools.crm_rows import aware
from tools.database import Database
from tools.reallocation_tables import decisions
from tools.value import Value

MOST = 1_000


class Decision(Value):
    """One reassignment. `rule` sent the case to the team that sent it back, `why` is the department's reason and
    `reason` that of who decided; `area` is the Public Works district, "" where it is not known."""

    key: str
    at: datetime
    case_id: str
    service: str
    area: str
    rule: str
    from_department: str
    from_team: str
    why: str
    suggested_team: str | None
    suggested_by: str | None
    to_department: str
    to_team: str
    to_service: str | None
    accepted: bool
    reason: str


class Given(Value):
    """Where cases of a service that a team sent back were given to, and how often."""

    department: str
    team: str
    service: str | None
    times: int


class Judged(Value):
    """How often the cases of a rule were sent back, and how often the correction was right at once."""

    rule: str
    from_team: str
    times: int
    accepted: int
    mostly_to: str


class RoutingFeedback:
    """The decisions on our own tables, whichever case system holds the cases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, decision: Decision) -> bool:
        """Keep a decision, once a key; whether it is the first of its key."""
        dialect = sqlite if self._database.is_sqlite else postgresql
        row = dialect.insert(decisions).values(decision.model_dump()).on_conflict_do_nothing()
        async with self._database.write() as connection:
            return (await connection.execute(row.returning(decisions.c.id))).scalar_one_or_none() is not None

    async def given(self, service: str, from_team: str, area: str) -> tuple[Given, ...]:
        """Where such cases were given to, most often first: those of the same area if there are any."""
        to = (decisions.c.to_department, decisions.c.to_team, decisions.c.to_service)
        query = (
            select(decisions.c.area, *to, func.count())
            .where(decisions.c.service == service, decisions.c.from_team == from_team)
            .group_by(decisions.c.area, *to)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        here = [row for row in rows if row[0] == area]
        counts: dict[tuple[str, str, str | None], int] = {}
        for _, department, team, other, times in here or rows:
            counts[(department, team, other)] = counts.get((department, team, other), 0) + times
        given = [Given(department=to[0], team=to[1], service=to[2], times=times) for to, times in counts.items()]
        return tuple(sorted(given, key=lambda each: (-each.times, each.team)))

    async def decided(self, *, since: datetime | None = None) -> tuple[Decision, ...]:
        """The decisions since then, the newest first."""
        query = select(decisions).order_by(decisions.c.id.desc()).limit(MOST)
        if since is not None:
            query = query.where(decisions.c.at >= since)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        names = Decision.model_fields
        return tuple(
            Decision.model_validate({name: row[name] for name in names} | {"at": aware(row["at"])}) for row in rows
        )


def by_rule(decided: tuple[Decision, ...]) -> tuple[Judged, ...]:
    """The rules whose cases were sent back, most often first."""
    groups: dict[tuple[str, str], list[Decision]] = {}
    for each in decided:
        groups.setdefault((each.rule, each.from_team), []).append(each)
    judged = [_judged(rule, team, own) for (rule, team), own in groups.items()]
    return tuple(sorted(judged, key=lambda each: (-each.times, each.rule)))


def _judged(rule: str, from_team: str, own: list[Decision]) -> Judged:
    teams = [each.to_team for each in own]
    mostly = max(dict.fromkeys(teams), key=teams.count)
    accepted = sum(each.accepted for each in own)
    return Judged(rule=rule, from_team=from_team, times=len(own), accepted=accepted, mostly_to=mostly)
