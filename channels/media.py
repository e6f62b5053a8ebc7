"""Photos that residents send: known by what they hold, not by what they are called, and kept in the data directory."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import anyio
from fastapi import APIRouter, Depends, File, Request, UploadFile

from channels.auth import OwnConversation
from channels.errors import ApiError
from channels.limits import MEDIA_LIMIT
from channels.photos import NotAPhoto, cleaned
from channels.wire import MediaResponse

MOST_PHOTOS = 20
"""Photos of one conversation."""

NOT_A_PHOTO = "This is not a photo that can be read. Please send a JPEG, PNG, GIF, WebP or AVIF file."
router = APIRouter(prefix="/api/conversations", tags=["conversations"])


class Media:
    """The photos of conversations: one folder a conversation, one file a photo."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, conversation_id: str, content: bytes) -> str:
        """Keep a photo, cleaned, and give its id: the same picture has the same id. Raises ApiError for what is no
        photo, or one too many."""
        try:
            photo = await asyncio.to_thread(cleaned, content)
        except NotAPhoto:
            raise ApiError(415, "not_a_photo", NOT_A_PHOTO) from None
        folder = anyio.Path(self._folder / conversation_id)
        await folder.mkdir(parents=True, exist_ok=True)
        if len([each async for each in folder.iterdir()]) >= MOST_PHOTOS:
            raise ApiError(409, "too_many_photos", f"A conversation can hold {MOST_PHOTOS} photos. That is enough.")
        unfinished = folder / f".{uuid4().hex}"
        await unfinished.write_bytes(photo.content)
        await unfinished.rename(folder / f"{photo.media_id}.jpg")
        return photo.media_id

    async def keep_upload(self, conversation_id: str, content: bytes) -> str:
        """Keep a photo that a resident sent by the web. Raises ApiError, 413 for one that is too large."""
        if len(content) > MEDIA_LIMIT:
            raise ApiError(413, "too_large", "A photo may be 10 MB at most. Please send a smaller one.")
        return await self.keep(conversation_id, content)

    async def known(self, conversation_id: str, media_ids: tuple[str, ...]) -> bool:
        """Whether all of these are photos of this conversation."""
        if not media_ids:
            return True
        folder = anyio.Path(self._folder / conversation_id)
        held = {path.stem async for path in folder.iterdir()} if await folder.exists() else set()
        return held.issuperset(media_ids)


def media_of(request: Request) -> Media:
    """The photos behind this app."""
    media: Media = request.app.state.media
    return media


MediaHere = Annotated[Media, Depends(media_of)]


@router.post("/{conversation_id}/media", status_code=201)
async def upload(
    conversation_id: OwnConversation, file: Annotated[UploadFile, File()], media: MediaHere
) -> MediaResponse:
    """Take a photo of at most 10 MB; send its id with the message it belongs to."""
    content = await file.read(MEDIA_LIMIT + 1)
    return MediaResponse(media_id=await media.keep_upload(conversation_id, content))
