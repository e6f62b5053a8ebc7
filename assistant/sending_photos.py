"""Passes a resident's photos on to the case system with the case that they show."""

from assistant.conversation import WishedChange
from assistant.ports import Ports
from assistant.switched_off import takes_cases
from tools.case_files import CaseFiles
from tools.crm import CRMError

MOST_PHOTOS = 5


async def photos_in_words(change: WishedChange, conversation_id: str, ports: Ports, *, language: str) -> str:
    """Attach the photos of a change to its case, and say whether all of them arrived; nothing without a photo."""
    if not change.photos:
        return ""
    sent = [await _sent(change, conversation_id, place, ports) for place in range(len(change.photos))]
    return ports.wording.say("photo_sent" if all(sent) else "photo_not_sent", language)


async def _sent(change: WishedChange, conversation_id: str, place: int, ports: Ports) -> bool:
    if ports.photos is None or not isinstance(ports.crm, CaseFiles):
        return False
    content = await ports.photos.content(conversation_id, change.photos[place])
    if content is None:
        return False
    key = f"{change.key}:photo{place}"
    try:
        await takes_cases(ports.off)
        await ports.crm.attach(change.case_id, name=f"photo-{place + 1}.jpg", content=content, key=key)
    except CRMError:
        return False
    return True
