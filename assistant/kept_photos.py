"""Reads the photos of a conversation out of the data directory; one that is on its way by text is waited for."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

import anyio

from assistant.photos_by_text import MARK, ExpectedPhotos

LOOK_SECONDS = 0.25
LOOKS = 20
_MEDIA_ID = re.compile(r"[\w-]{1,100}")


@dataclass(frozen=True)
class KeptPhotos:
    """The photos of conversations: a folder for each, a file for each photo."""

    folder: Path
    expected: ExpectedPhotos

    async def content(self, conversation_id: str, reference: str) -> bytes | None:
        """The photo, cleaned as it was kept; None if it is not here in time."""
        media_id = await self._here(reference) if reference.startswith(MARK) else reference
        if media_id is None or not _MEDIA_ID.fullmatch(media_id):
            return None
        path = anyio.Path(self.folder / conversation_id / f"{media_id}.jpg")
        return await path.read_bytes() if await path.exists() else None

    async def _here(self, reference: str) -> str | None:
        """The name of a photo that came by text, once it was fetched."""
        for _ in range(LOOKS):
            if (media_id := await self.expected.media_id(reference)) is not None:
                return media_id
            await asyncio.sleep(LOOK_SECONDS)
        return None
