"""Messages: what a resident sent, what we reply, and the delivery of a reply."""

from datetime import date, datetime
from enum import StrEnum

from tools.value import Value


class Channel(StrEnum):
    """The doors a resident may come through."""

    WEB = "web"
    SMS = "sms"
    VOICE = "voice"


class Inbound(Value):
    """One text from a resident. (`channel`, `message_id`) names it for ever; `at` is when we got it, aware UTC.

    `carrier` is "out", "in" or "help" where the carrier took it for a wish about texts and has answered it already.
    `limited` is "told" where its sender wrote too much and should be told so, "silent" where that was told before.
    """

    conversation_id: str
    channel: Channel
    message_id: str
    text: str
    media: tuple[str, ...] = ()
    at: datetime
    carrier: str | None = None
    limited: str | None = None


class Message(Value):
    """An inbound message as recorded: `sequence` counts from 1 within its conversation."""

    conversation_id: str
    message_id: str
    sequence: int
    text: str
    media: tuple[str, ...] = ()
    at: datetime
    turn_id: str | None = None
    carrier: str | None = None
    limited: str | None = None


class Citation(Value):
    """The source of an answer, with the day the city last said so."""

    title: str
    url: str
    as_of: date


class QuickReply(Value):
    """An answer that is offered: the words to show and the text to send."""

    label: str
    send: str


class Reply(Value):
    """One text to the resident, in the language it is written in."""

    text: str
    language: str


class DeliveryStatus(StrEnum):
    """The life of an outgoing text; a web reply is delivered when it is committed."""

    PENDING = "pending"
    SENDING = "sending"
    AMBIGUOUS = "ambiguous"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Delivery(Value):
    """An outgoing reply and how far it got. `sequence` counts replies within the conversation, from 1."""

    delivery_id: str
    conversation_id: str
    turn_id: str
    sequence: int
    reply: Reply
    status: DeliveryStatus
    attempts: int = 0
    provider_id: str | None = None
    error: str | None = None
