"""Counts tokens of prompts as a test server can: an estimate, and what of a prompt a cache would hold."""

import json
import re
from typing import Any

_PIECE = re.compile(r" ?[^\W\d_]{1,6}|\d{1,3}|[^\w\s]|_|\s+")
"""About what byte-pair encodings make of text: short words whole, longer ones in pieces, digits by threes."""

LEAST_CACHED, STEP = 1_024, 128
"""OpenAI caches prefixes of at least so many tokens, in steps of so many."""


def tokens(text: str) -> int:
    """The estimated number of tokens of a text."""
    return len(_PIECE.findall(text))


def prompt_text(body: dict[str, Any]) -> str:
    """A request as one text in the order in which a server reads it: shape or tools first, then the messages."""
    shape = json.dumps(body.get("response_format") or body.get("tools") or "", separators=(",", ":"))
    said = [f"{message['role']}\n{message.get('content') or ''}{_called(message)}" for message in body["messages"]]
    return "\n".join([shape, *said])


def _called(message: dict[str, Any]) -> str:
    calls = message.get("tool_calls")
    return json.dumps(calls, separators=(",", ":")) if calls else ""


def shared_prefix(one: str, other: str) -> str:
    """The longest beginning that two texts share."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return one[:low]


def cached_tokens(text: str, earlier: list[str]) -> int:
    """How many tokens of a prompt stand in the cache after these earlier ones."""
    longest = max((tokens(shared_prefix(text, each)) for each in earlier), default=0)
    return longest // STEP * STEP if longest >= LEAST_CACHED else 0
