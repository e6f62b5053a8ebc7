"""Photos that came by text and still stand at the carrier: what is to be fetched, and what became of it."""

import time

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.message import Inbound
from assistant.tables import text_photos
from tools.database import Database
from tools.value import Value

MARK = "mms:"
"""Begins the name of a photo that the carrier has."""

MOST_ATTEMPTS = 6
PAUSE_SECONDS = 30.0


class Expected(Value):
    """A photo to fetch: its name, and the conversation that it belongs to."""

    reference: str
    conversation_id: str
    attempts: int


async def expect_photos(connection: AsyncConnection, inbound: Inbound) -> None:
    """Note the photos of a new message, in the transaction that records it."""
    for reference in inbound.media:
        if reference.startswith(MARK):
            row = {"reference": reference, "conversation_id": inbound.conversation_id, "attempts": 0}
            await connection.execute(insert(text_photos).values(row | {"due": time.time()}))


class ExpectedPhotos:
    """The photos that are still to be fetched."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, *, most: int) -> tuple[Expected, ...]:
        """Take photos to fetch; nobody else tries them for a while."""
        now = time.time()
        query = select(text_photos).where(text_photos.c.due <= now).order_by(text_photos.c.due).limit(most)
        async with self._database.write() as connection:
            rows = (await connection.execute(query.with_for_update(skip_locked=True))).mappings().all()
            names = [row["reference"] for row in rows]
            later = {"due": now + PAUSE_SECONDS, "attempts": text_photos.c.attempts + 1}
            if names:
                await connection.execute(update(text_photos).where(text_photos.c.reference.in_(names)).values(later))
        return tuple(
            Expected(reference=row["reference"], conversation_id=row["conversation_id"], attempts=row["attempts"] + 1)
            for row in rows
        )

    async def kept(self, reference: str, media_id: str) -> None:
        """It is with us now."""
        await self._set(reference, {"due": None, "media_id": media_id, "error": None})

    async def lost(self, expected: Expected, *, why: str, passes: bool) -> None:
        """It could not be fetched; what may pass is tried a few times more."""
        gone = not passes or expected.attempts >= MOST_ATTEMPTS
        await self._set(expected.reference, {"error": why, **({"due": None} if gone else {})})

    async def media_id(self, reference: str) -> str | None:
        """The photo that a reference became."""
        query = select(text_photos.c.media_id).where(text_photos.c.reference == reference)
        async with self._database.glance() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found

    async def _set(self, reference: str, values: dict[str, object]) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(text_photos).where(text_photos.c.reference == reference).values(values))
