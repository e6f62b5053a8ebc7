"""The assistant as the channels see it: open a conversation, take a message, draft a case, look one up."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import uuid4

from assistant.message import Channel, Inbound
from assistant.ports import Ports
from assistant.runner import Runner
from assistant.store import Store
from assistant.suggest import Suggester
from assistant.turn import Turn
from assistant.work import Worker
from tools.value import Value


class Opened(Value):
    """A new conversation and the token that alone opens it; only the token's hash is kept."""

    conversation_id: str
    token: str


def hashed(token: str) -> str:
    """What is stored of a token: its SHA-256. Tokens are 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Assistant:
    """Everything a channel needs, built by `assistant.bootstrap`."""

    ports: Ports
    store: Store
    worker: Worker
    runner: Runner
    suggester: Suggester

    async def open(self, channel: Channel, *, language: str | None = None) -> Opened:
        """Begin a conversation. A language that was chosen sticks."""
        opened = Opened(conversation_id=uuid4().hex, token=secrets.token_urlsafe(32))
        await self.store.open(opened.conversation_id, channel, token_hash=hashed(opened.token), language=language)
        return opened

    async def take(self, inbound: Inbound, *, wait_seconds: float) -> Turn | None:
        """Record a message and give its finished turn; None if it is not finished within the time.

        The same message id again gives the same turn and does nothing else. Raises ConversationNotFound.
        """
        received = await self.store.receive(inbound)
        if received.turn_id is not None:
            return await self.store.turn(received.turn_id)
        return await self.worker.finished(inbound.conversation_id, inbound.message_id, wait_seconds=wait_seconds)
