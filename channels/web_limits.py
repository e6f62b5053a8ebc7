"""What one address and one conversation on the web may use, counted in the database."""

import re
from ipaddress import ip_address

from fastapi import Request

from assistant.assistant import Assistant, hashed
from assistant.switches import Switch
from assistant.usage import DAY, Limit
from channels.errors import ApiError

_NUMBER = re.compile(r"\d(?:[ -]?\d){5}")
"""As many digits as a case number, a telephone number or a code has."""

MESSAGES = Limit(scope="web", most=400, seconds=600)
"""Messages of one conversation; no person types so fast for so long."""

OPENED = Limit(scope="web_open", most=200, seconds=600)
"""Conversations opened from one address: a library or a school has one for everybody in it."""

OPENED_A_DAY = Limit(scope="web_open_day", most=2_000, seconds=DAY)

LOOKED_UP = Limit(scope="web_look_up", most=120, seconds=600)
"""Messages with a number in them, and questions for a case, from one address: who tries out numbers meets it."""

SWITCHED_OFF = (
    "The assistant is switched off just now. Please call 311 or 617-635-4500; in an emergency call 911. "
    "Your message was not sent."
)
TOO_MANY = (
    "This conversation has sent a lot of messages. Please go on in ten minutes, or call 311 (617-635-4500) to speak "
    "with a person now; in an emergency call 911."
)
TOO_MANY_LOOKED_UP = (
    "A lot of numbers were asked about from here. Please try again later, or call 311 (617-635-4500) to speak with a "
    "person now; in an emergency call 911."
)
TOO_MANY_OPENED = (
    "A lot of conversations were opened from here. Please try again later, or call 311 (617-635-4500) to speak with a "
    "person now; in an emergency call 911."
)


async def may_send(conversation_id: str, assistant: Assistant) -> None:
    """Raises ApiError 503 while the web is switched off, 429 for a conversation that sends far too much."""
    await _switched_on(assistant)
    if await assistant.usage.count(MESSAGES, conversation_id) > MESSAGES.most:
        raise ApiError(429, "too_many_messages", TOO_MANY)


async def may_open(request: Request, assistant: Assistant) -> None:
    """Raises ApiError 503 while the web is switched off, 429 for an address that opens far too many conversations.

    The address is kept as a hash, for two days. This machine itself is not limited.
    """
    await _switched_on(assistant)
    for limit in (OPENED, OPENED_A_DAY):
        if await _is_over(limit, request, assistant):
            raise ApiError(429, "too_many_conversations", TOO_MANY_OPENED)


async def may_look_up(text: str, request: Request, assistant: Assistant) -> None:
    """Raises ApiError 429 for an address that asks about far too many numbers; a text without a number is free."""
    if _NUMBER.search(text) and await _is_over(LOOKED_UP, request, assistant):
        raise ApiError(429, "too_many_look_ups", TOO_MANY_LOOKED_UP)


async def _is_over(limit: Limit, request: Request, assistant: Assistant) -> bool:
    address = request.client.host if request.client else ""
    return not _is_here(address) and await assistant.usage.count(limit, hashed(address)) > limit.most


async def _switched_on(assistant: Assistant) -> None:
    if Switch.WEB in await assistant.switches.off():
        raise ApiError(503, "switched_off", SWITCHED_OFF)


def _is_here(address: str) -> bool:
    """Whether an address is this machine; what is no address is a test or a socket of this machine."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True
