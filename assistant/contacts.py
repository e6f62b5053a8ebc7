"""The conversation with somebody who is reached by text, opened if it is the first time."""

import hashlib
import secrets
from uuid import uuid4

from assistant.message import Channel
from assistant.outbox import Contact
from assistant.store import ConversationNotFound, Store


async def conversation_with(store: Store, contact: Contact) -> str:
    """The conversation's id. An address proves itself by the carrier's signature, so no token ever opens it."""
    if known := await store.conversation_with(Channel.SMS, contact):
        return known
    phone = contact.address.rpartition(":")[2]
    hash_ = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
    await store.open(uuid4().hex, Channel.SMS, token_hash=hash_, phone=phone, contact=contact)
    opened = await store.conversation_with(Channel.SMS, contact)
    if opened is None:
        raise ConversationNotFound(contact.our_number)
    return opened
