"""Public records: everything about a case, a telephone number or a period, as files, and a redacted copy beside them.

The originals hold what was said word for word. In the redacted copy personal data is replaced by its kind in brackets,
and whole fields that identify somebody by a word of their own; the manifest says why, and holds a digest of every file.
"""

import asyncio
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, RowMapping, Table, Text, cast, or_, select

from assistant.privacy import PersonalData
from assistant.tables import calls, conversations, deliveries, messages, turns
from tools.clock import Clock
from tools.crm_tables import cases, events, reports
from tools.database import Database
from tools.value import Value

PIECE = 400
"""Conversations read at a time."""

OF_A_CONVERSATION = (messages, turns, deliveries, calls)
SECRETS = frozenset(("token_hash", "lease_token", "lease_until"))
"""Columns that are no record of anything: keys of this system. They are in neither copy."""

WITHHELD = frozenset(("address", "caller", "phone", "name", "email"))
"""Columns of which the whole value identifies somebody."""

REASON = (
    "Replaced because it identifies a person: a release could be an unwarranted invasion of personal privacy "
    "(M.G.L. c. 4, s. 7, cl. 26(c)). To be confirmed by the City's records access officer before release."
)


class RecordsRefused(Exception):
    """Nothing was exported; the sentence says why."""


class Asked(Value):
    """What is asked for: one of a case, a telephone number and a period."""

    case_id: str | None = None
    phone: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class RecordFile(Value):
    """A file of an export."""

    path: str
    rows: int
    sha256: str


class RecordsManifest(Value):
    """What was exported for whom and why, what is in it, and how often each kind of personal data was taken out."""

    asked: Asked
    by: str
    why: str
    made: AwareDatetime
    files: tuple[RecordFile, ...]
    redacted: dict[str, int]
    reason: str = REASON
    left_out: tuple[str, ...] = tuple(sorted(SECRETS))


async def conversations_of(database: Database, asked: Asked) -> tuple[str, ...]:
    """The conversations that are asked for."""
    query = select(conversations.c.conversation_id).order_by(conversations.c.created)
    async with database.read() as connection:
        if asked.case_id is not None:
            named = cast(turns.c.record, Text).like(f'%"{_plain(asked.case_id)}"%')
            inner = select(turns.c.conversation_id).where(named)
            found = await connection.execute(query.where(conversations.c.conversation_id.in_(inner)))
        elif asked.phone is not None:
            found = await connection.execute(query.where(_with_phone(asked.phone)))
        else:
            found = await connection.execute(query.where(*_within(conversations.c.created, asked)))
        return tuple(found.scalars())


async def cases_of(database: Database, asked: Asked) -> tuple[str, ...]:
    """The cases that are asked for."""
    query = select(cases.c.case_id).order_by(cases.c.opened)
    async with database.read() as connection:
        if asked.case_id is not None:
            found = await connection.execute(query.where(cases.c.case_id == asked.case_id))
        elif asked.phone is not None:
            own = select(reports.c.case_id).where(reports.c.phone == asked.phone)
            found = await connection.execute(query.where(cases.c.case_id.in_(own)))
        else:
            found = await connection.execute(query.where(*_within(cases.c.opened, asked)))
        return tuple(found.scalars())


async def export_records(
    database: Database, masks: PersonalData, asked: Asked, folder: Path, *, by: str, why: str, clock: Clock
) -> RecordsManifest:
    """Write originals, redacted copies and the manifest to a new folder. Raises RecordsRefused."""
    if not by.strip() or not why.strip():
        raise RecordsRefused("An export is kept on record: please say who makes it, and what for.")
    if await asyncio.to_thread(folder.exists):
        raise RecordsRefused(f"There is a {folder} already. Please name a new folder.")
    said, filed = await conversations_of(database, asked), await cases_of(database, asked)
    if not said and not filed:
        raise RecordsRefused("There is nothing on record for that.")
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    writer = _Writer(partial, masks)
    for table, column, ids in _wanted(said, filed):
        for piece in _pieces(ids):
            async with database.read() as connection:
                rows = (await connection.execute(select(table).where(column.in_(piece)))).mappings().all()
            await asyncio.to_thread(writer.write, table.name, rows)
    manifest = RecordsManifest(
        asked=asked, by=by, why=why, made=clock(), files=writer.files(), redacted=dict(writer.redacted)
    )
    (partial / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    await asyncio.to_thread(partial.rename, folder)
    return manifest


def _wanted(said: Sequence[str], filed: Sequence[str]) -> Iterator[tuple[Table, ColumnElement[Any], Sequence[str]]]:
    yield conversations, conversations.c.conversation_id, said
    for table in OF_A_CONVERSATION:
        yield table, table.c.conversation_id, said
    for table in (cases, events, reports):
        yield table, table.c.case_id, filed


class _Writer:
    """Writes rows as lines of JSON, once as they are and once redacted."""

    def __init__(self, folder: Path, masks: PersonalData) -> None:
        self._folder, self._masks = folder, masks
        self._rows: Counter[str] = Counter()
        self.redacted: Counter[str] = Counter()

    def write(self, name: str, rows: Iterable[RowMapping]) -> None:
        """Add rows of a table to both of its files."""
        kept = [{key: _plain_value(value) for key, value in row.items() if key not in SECRETS} for row in rows]
        redacted = [{key: self._redacted(key, value) for key, value in row.items()} for row in kept]
        for copy, told in (("original", kept), ("redacted", redacted)):
            path = self._folder / copy / f"{name}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in told)
            self._rows[f"{copy}/{name}.jsonl"] += len(told)

    def files(self) -> tuple[RecordFile, ...]:
        """Every file that was written."""
        return tuple(
            RecordFile(path=path, rows=rows, sha256=hashlib.sha256((self._folder / path).read_bytes()).hexdigest())
            for path, rows in sorted(self._rows.items())
        )

    def _redacted(self, key: str, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {name: self._redacted(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._redacted(key, each) for each in value]
        if key in WITHHELD and isinstance(value, str):
            self.redacted[key] += 1
            return f"[{key}]"
        found = self._masks.find(str(value))
        self.redacted.update(each.kind.value for each in found)
        return self._masks.mask(str(value)) if found else value


def _plain_value(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _plain(words: str) -> str:
    """Words that hold nothing that `LIKE` reads as a sign."""
    if not all(character.isalnum() or character in "-." for character in words):
        raise RecordsRefused("A case number has letters, digits, hyphens and dots only.")
    return words


def _with_phone(phone: str) -> ColumnElement[bool]:
    """Conversations by text, WhatsApp or call with a number."""
    called = select(calls.c.conversation_id).where(calls.c.caller == phone)
    return or_(conversations.c.address.in_([phone, f"whatsapp:{phone}"]), conversations.c.conversation_id.in_(called))


def _within(column: ColumnElement[Any], asked: Asked) -> list[ColumnElement[bool]]:
    if asked.since is None or asked.until is None:
        raise RecordsRefused("Please name a case, a telephone number, or the two ends of a period.")
    return [column >= asked.since, column < asked.until]


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), PIECE):
        yield ids[start : start + PIECE]
