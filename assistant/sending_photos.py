"""Passes a resident's photos on to the case system with the case that they show."""

from assistant.conversation import Conversation
from assistant.ports import Photos, Ports
from tools.case_files import CaseFiles
from tools.crm import CRM, CRMError

MOST_PHOTOS = 5


def with_photos(conversation: Conversation, media: tuple[str, ...]) -> Conversation:
    """The conversation with the photos of a message kept for the report under way."""
    work = conversation.work
    if work is None or not media:
        return conversation
    photos = tuple(dict.fromkeys((*work.photos, *media)))[:MOST_PHOTOS]
    return conversation.model_copy(update={"work": work.model_copy(update={"photos": photos})})


async def photos_in_words(
    names: tuple[str, ...], case_id: str, key: str, conversation_id: str, ports: Ports, *, language: str
) -> str:
    """Attach photos to a case, and say whether all of them arrived; nothing without a photo."""
    if not names:
        return ""
    passed = await pass_photos(names, case_id, key, conversation_id, crm=ports.crm, photos=ports.photos)
    return ports.wording.say("photo_sent" if passed else "photo_not_sent", language)


async def pass_photos(
    names: tuple[str, ...], case_id: str, key: str, conversation_id: str, *, crm: CRM, photos: Photos | None
) -> bool:
    """Attach photos to a case, each once a key; whether all of them arrived."""
    if photos is None or not isinstance(crm, CaseFiles):
        return False
    arrived = True
    for place, name in enumerate(names):
        content = await photos.content(conversation_id, name)
        try:
            if content is None:
                arrived = False
            else:
                await crm.attach(case_id, name=f"photo-{place + 1}.jpg", content=content, key=f"{key}:photo{place}")
        except CRMError:
            arrived = False
    return arrived
