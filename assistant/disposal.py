"""What may be erased, and by whose word: legal holds, lists of old conversations that a named person approves, and the
erasure of one person's data, each with a certificate of what went."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.keeping import erase_conversation, nothing
from assistant.privacy import load_personal_data
from assistant.records import Asked, conversations_of
from assistant.tables import calls, conversations, disposals, holds, messages, news_wishes, usage
from assistant.times import aware
from tools.clock import Clock
from tools.crm_tables import cases, reports
from tools.database import Database
from tools.value import Value

LONGEST_LIST = 5_000
TELLING = 8
"""Characters from which on a message tells whose words a report holds."""


class DisposalRefused(Exception):
    """Nothing was erased; the sentence says why."""


class Hold(Value):
    """Nothing of a telephone number (or of "all") may be erased until this is lifted."""

    hold_id: str
    phone: str
    why: str
    by: str
    at: datetime


class Certificate(Value):
    """What was erased, by whose word and when; `digest` is of the names of the conversations, which name nobody."""

    disposal_id: str
    kind: str
    by: str
    at: datetime
    conversations: int
    reports: int = 0
    kept_on_hold: int = 0
    digest: str


class Disposals:
    """Holds, proposals and erasures on our tables. `also` erases what a conversation left outside of them (photos)."""

    def __init__(self, database: Database, clock: Clock, *, also: Callable[[str], Awaitable[None]] = nothing) -> None:
        self._database, self._clock, self._also = database, clock, also

    async def hold(self, phone: str, *, why: str, by: str) -> Hold:
        """Keep everything of a number, or of everybody ("all"), whatever its age. Raises DisposalRefused."""
        if not why.strip() or not by.strip():
            raise DisposalRefused("A hold needs who ordered it, and why.")
        made = Hold(hold_id=uuid4().hex[:12], phone=phone, why=why, by=by, at=self._clock())
        async with self._database.write() as connection:
            await connection.execute(insert(holds).values(made.model_dump()))
        return made

    async def lift(self, hold_id: str) -> bool:
        """End a hold; False if there is none by that name."""
        async with self._database.write() as connection:
            return bool((await connection.execute(delete(holds).where(holds.c.hold_id == hold_id))).rowcount)

    async def held(self) -> tuple[Hold, ...]:
        """The holds, the oldest first."""
        async with self._database.glance() as connection:
            rows = (await connection.execute(select(holds).order_by(holds.c.at))).mappings().all()
        return tuple(Hold.model_validate({**row, "at": aware(row["at"])}) for row in rows)

    async def propose(self, *, days: float, by: str) -> tuple[str, int]:
        """Make a list of the conversations that nobody wrote in for so many days; its name, and how many there are.

        Nothing is erased until it is approved. Raises DisposalRefused for an empty one.
        """
        before = self._clock() - timedelta(days=days)
        query = select(conversations.c.conversation_id).where(conversations.c.updated < before).limit(LONGEST_LIST)
        async with self._database.write() as connection:
            ids = list((await connection.execute(query.where(*await _free(connection)))).scalars())
            if not ids:
                raise DisposalRefused(f"No conversation is older than {days:g} days and free to be erased.")
            name = uuid4().hex[:12]
            row = {"disposal_id": name, "by": by, "at": self._clock(), "conversations": ids}
            await connection.execute(insert(disposals).values(row))
        return name, len(ids)

    async def approve(self, disposal_id: str, *, by: str) -> Certificate:
        """Erase what a list names, but for what is on hold by now. Whoever proposed it may not approve it.

        Raises DisposalRefused.
        """
        row = disposals.c.disposal_id == disposal_id
        async with self._database.read() as connection:
            found = (await connection.execute(select(disposals).where(row))).mappings().one_or_none()
        if found is None or found["certificate"] is not None:
            raise DisposalRefused("There is no list by that name that waits for an approval.")
        if not by.strip() or by == found["by"]:
            raise DisposalRefused("A list is approved by a person who did not propose it.")
        gone, kept = await self._erase(tuple(found["conversations"]))
        made = self._certificate("old conversations", by, gone, kept_on_hold=kept, disposal_id=disposal_id)
        async with self._database.write() as connection:
            await connection.execute(update(disposals).where(row).values(certificate=made.model_dump(mode="json")))
        return made

    async def erase_person(self, phone: str, *, by: str) -> Certificate:
        """Erase what a number said and how it can be reached; cases stay, without who reported them and with personal
        data in their descriptions masked, and so does an opt-out. Raises DisposalRefused while it is on hold."""
        ids = await conversations_of(self._database, Asked(phone=phone))
        async with self._database.read() as connection:
            own = await _reports_of(connection, phone, ids)
        gone, kept = await self._erase(ids)
        if kept:
            raise DisposalRefused("This number is on hold: nothing was erased.")
        async with self._database.write() as connection:
            await _mask_descriptions(connection, own)
            without = {"name": None, "phone": None, "email": None, "words": "[erased]"}
            await connection.execute(update(reports).where(reports.c.id.in_(own)).values(without))
            await connection.execute(delete(news_wishes).where(news_wishes.c.address == phone))
            await connection.execute(delete(calls).where(calls.c.caller == phone))
            await connection.execute(delete(usage).where(usage.c.key == phone))
        made = self._certificate("a person", by, gone, reports=len(own))
        async with self._database.write() as connection:
            row = {"disposal_id": made.disposal_id, "by": by, "at": made.at, "conversations": []}
            await connection.execute(insert(disposals).values({**row, "certificate": made.model_dump(mode="json")}))
        return made

    async def certificates(self) -> tuple[Certificate, ...]:
        """What was erased, the newest first."""
        query = select(disposals.c.certificate).order_by(disposals.c.at.desc())
        async with self._database.glance() as connection:
            found = (await connection.execute(query)).scalars().all()
        return tuple(Certificate.model_validate(each) for each in found if each)

    async def _erase(self, ids: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
        """Those that were erased, and how many were left because they are on hold."""
        gone: list[str] = []
        for name in ids:
            async with self._database.write() as connection:
                own = select(conversations.c.conversation_id).where(conversations.c.conversation_id == name)
                free = (await connection.execute(own.where(*await _free(connection)))).scalar_one_or_none()
                if free is None:
                    continue
                await erase_conversation(connection, name)
            await self._also(name)
            gone.append(name)
        return tuple(gone), len(ids) - len(gone)

    def _certificate(self, kind: str, by: str, gone: tuple[str, ...], **more: object) -> Certificate:
        digest = hashlib.sha256("\n".join(sorted(gone)).encode()).hexdigest()
        told = {"disposal_id": uuid4().hex[:12], "kind": kind, "by": by, "at": self._clock(), **more}
        return Certificate.model_validate({**told, "conversations": len(gone), "digest": digest})


async def _reports_of(connection: AsyncConnection, phone: str, ids: tuple[str, ...]) -> list[int]:
    """The reports of a person: those that name the number, and those of their cases that hold their words (somebody may
    text from one number and leave another to be called on)."""
    named = select(reports.c.id).where(reports.c.phone == phone)
    found = set((await connection.execute(named)).scalars())
    states = select(conversations.c.state).where(conversations.c.conversation_id.in_(ids))
    filed = {case for state in (await connection.execute(states)).scalars() for case in state.get("cases", ())}
    said = select(messages.c.text).where(messages.c.conversation_id.in_(ids))
    words = [text for text in (await connection.execute(said)).scalars() if len(text) >= TELLING]
    theirs = select(reports.c.id, reports.c.words).where(reports.c.case_id.in_(filed))
    for report, told in (await connection.execute(theirs)).all():
        if any(each in told for each in words):
            found.add(report)
    return sorted(found)


async def _mask_descriptions(connection: AsyncConnection, own: list[int]) -> None:
    masks = load_personal_data()
    filed = select(reports.c.case_id).where(reports.c.id.in_(own))
    told = select(cases.c.case_id, cases.c.description).where(cases.c.case_id.in_(filed))
    for case_id, description in (await connection.execute(told)).all():
        masked = masks.mask(description)
        if masked != description:
            await connection.execute(update(cases).where(cases.c.case_id == case_id).values(description=masked))


async def _free(connection: AsyncConnection) -> list[ColumnElement[bool]]:
    """What a conversation must be to be erased: of nobody who is on hold."""
    held = set((await connection.execute(select(holds.c.phone))).scalars())
    if "all" in held:
        return [conversations.c.conversation_id.is_(None)]
    if not held:
        return []
    numbers = [*held, *(f"whatsapp:{phone}" for phone in held)]
    called = select(calls.c.conversation_id).where(calls.c.caller.in_(held), calls.c.conversation_id.is_not(None))
    return [
        or_(conversations.c.address.is_(None), conversations.c.address.not_in(numbers)),
        conversations.c.conversation_id.not_in(called),
    ]
