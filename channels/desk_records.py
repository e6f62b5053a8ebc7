"""Keeps what became of each suggestion at the desk: filed, undone, and every field accepted, edited or rejected."""

import json
import time
from collections.abc import Callable, Sequence
from enum import StrEnum

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from channels.account_tables import desk_choices, desk_filings
from tools.database import Database
from tools.draft import FieldValue
from tools.value import Value

UNDO_SECONDS = 10.0
GRACE_SECONDS = 3.0
"""The page counts ten seconds; its call may be on the way for a little longer."""


class Verdict(StrEnum):
    """What a call-taker made of a suggested value; `added` where nothing was suggested."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    ADDED = "added"


class Choice(Value):
    """One field: what was suggested, and what was filed."""

    field: str
    verdict: Verdict
    before: FieldValue | None
    after: FieldValue | None
    reason: str = ""


class Acceptance(Value):
    """How often the suggestions of a field were kept."""

    field: str
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    added: int = 0


class Filing(Value):
    """A case filed at the desk."""

    draft_id: str
    login: str
    case_id: str
    filed: float
    undone: bool


class DeskRecords:
    """The desk's own record, on our tables."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def filed(
        self,
        draft_id: str,
        choices: Sequence[Choice],
        *,
        login: str,
        case_id: str,
        seconds: float | None,
        assisted: bool,
    ) -> None:
        """Keep that a draft was filed and what became of its fields; the first time counts."""
        row = {"draft_id": draft_id, "login": login, "case_id": case_id, "filed": self._now()}
        more = {"seconds": seconds, "assisted": assisted, "undone": False}
        dialect = sqlite if self._database.is_sqlite else postgresql
        added = dialect.insert(desk_filings).values(row | more).on_conflict_do_nothing()
        async with self._database.write() as connection:
            first = await connection.execute(added.returning(desk_filings.c.draft_id))
            if first.scalar_one_or_none() is not None and choices:
                await connection.execute(insert(desk_choices), [self._row(draft_id, each) for each in choices])

    def _row(self, draft_id: str, choice: Choice) -> dict[str, object]:
        told = {name: json.dumps(getattr(choice, name), ensure_ascii=False) for name in ("before", "after")}
        plain = {"field": choice.field, "verdict": choice.verdict.value, "reason": choice.reason[:40]}
        return plain | told | {"draft_id": draft_id, "at": self._now()}

    async def filing(self, draft_id: str) -> Filing | None:
        """What was filed from a draft."""
        query = select(desk_filings).where(desk_filings.c.draft_id == draft_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return Filing(**{name: row[name] for name in Filing.model_fields}) if row else None

    def may_undo(self, filing: Filing, login: str) -> bool:
        """Whether somebody can still take back what they filed."""
        late = self._now() - filing.filed > UNDO_SECONDS + GRACE_SECONDS
        return filing.login == login and not late

    async def undone(self, draft_id: str) -> None:
        """Keep that a filed case was taken back."""
        async with self._database.write() as connection:
            mine = desk_filings.c.draft_id == draft_id
            await connection.execute(update(desk_filings).where(mine).values(undone=True))

    async def acceptance(self) -> tuple[Acceptance, ...]:
        """How often each field's suggestions were kept, by field."""
        query = select(desk_choices.c.field, desk_choices.c.verdict, func.count()).group_by(
            desk_choices.c.field, desk_choices.c.verdict
        )
        counts: dict[str, dict[str, int]] = {}
        async with self._database.read() as connection:
            for field, verdict, count in (await connection.execute(query)).all():
                counts.setdefault(field, {})[verdict] = count
        return tuple(Acceptance(field=field, **told) for field, told in sorted(counts.items()))
