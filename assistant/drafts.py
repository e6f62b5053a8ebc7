"""Keeps call-taker drafts, what became of them, and confirmed cases that are still to be filed."""

from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from assistant.progress import ToFile
from assistant.store import StoreError
from assistant.tables import draft_feedback, drafts, to_file
from tools.case import NewCase
from tools.database import Database
from tools.draft import Draft
from tools.value import Value

MOST_ATTEMPTS = 500
"""A case that was refused this often is left for a person to look at."""


class DraftNotFound(StoreError):
    """No draft has this id."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"There is no draft {draft_id!r}.")


class KeptDraft(Value):
    """A call-taker's draft: the words it was read from, and the case it became."""

    draft: Draft
    text: str
    source: str
    case_id: str | None = None


class Drafts:
    """Call-taker drafts on our tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, draft: Draft, *, text: str, source: str, by: str) -> None:
        """Keep a suggestion before it is shown, and those of its further requests, so that each can be accepted."""
        told = {"text": text, "source": source, "made_by": by, "at": datetime.now(UTC)}
        rows = [
            told | {"draft_id": each.draft_id, "record": each.model_dump(mode="json")} for each in (draft, *draft.more)
        ]
        async with self._database.write() as connection:
            await connection.execute(insert(drafts), rows)

    async def get(self, draft_id: str) -> KeptDraft:
        """A kept draft. Raises DraftNotFound."""
        async with self._database.glance() as connection:
            row = (await connection.execute(select(drafts).where(drafts.c.draft_id == draft_id))).one_or_none()
        if row is None:
            raise DraftNotFound(draft_id)
        return KeptDraft(
            draft=Draft.model_validate(row.record),
            text=row.text,
            source=row.source,
            case_id=row.case_id,
        )

    async def accepted(self, draft_id: str, *, case_id: str, key: str, edits: dict[str, object]) -> None:
        """Remember which case a draft became, and what the call-taker changed; the first to be told stays."""
        values = {"case_id": case_id, "accepted_with": key, "edits": edits}
        open_still = (drafts.c.draft_id == draft_id) & drafts.c.case_id.is_(None)
        async with self._database.write() as connection:
            await connection.execute(update(drafts).where(open_still).values(values))

    async def say(self, draft_id: str, record: dict[str, object], *, by: str) -> None:
        """Keep what a call-taker says of a suggestion. Raises DraftNotFound."""
        await self.get(draft_id)
        row = {"draft_id": draft_id, "said_by": by, "at": datetime.now(UTC), "record": record}
        async with self._database.write() as connection:
            await connection.execute(insert(draft_feedback).values(row))


class WaitingCase(ToFile):
    """A confirmed case that is still to be filed, and the conversation that waits for its number."""

    conversation_id: str


class FilingQueue:
    """Confirmed cases that the CRM could not take when they were confirmed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> tuple[WaitingCase, ...]:
        """What is still to be filed, the oldest first."""
        query = (
            select(to_file)
            .where(to_file.c.case_id.is_(None), to_file.c.attempts < MOST_ATTEMPTS)
            .order_by(to_file.c.at)
        )
        async with self._database.glance() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            WaitingCase(key=row.key, case=NewCase.model_validate(row.record), conversation_id=row.conversation_id)
            for row in rows
        )

    async def failed(self, key: str) -> None:
        """Count a try that did not succeed."""
        changed = update(to_file).where(to_file.c.key == key).values(attempts=to_file.c.attempts + 1)
        async with self._database.write() as connection:
            await connection.execute(changed)
