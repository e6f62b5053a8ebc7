"""Log lines of servers and workers: plain sentences or one JSON object a line, never with personal data.

What a caller passes is masked once more here, and of an error only its kind and where it came from is told: its
message may repeat what a resident wrote.
"""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.exc import OperationalError

from assistant.privacy import load_personal_data
from assistant.tracing import trace_id
from assistant.under_way import under_way

OURS = ("assistant", "channels", "evals", "knowledge", "tools")
USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}
"""What every record has; the rest was given by `extra`."""

IDS = frozenset(("conversation_id", "turn_id", "trace_id"))
MOST_FRAMES = 12


def start_logs(style: Literal["plain", "json"]) -> None:
    """From now on everything logged in this process goes to standard error in this style: of ours from information on,
    of libraries from warnings on."""
    handler = logging.StreamHandler()
    mask = load_personal_data().mask
    handler.setFormatter(JsonLines(mask) if style == "json" else Sentences(mask))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO if style == "json" else logging.WARNING)


class Sentences(logging.Formatter):
    """The message, and for an error where it came from."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """The record as lines of text."""
        return "\n".join([self._mask(record.getMessage()).strip(), *(f"  {line}" for line in where(record))])


class JsonLines(Sentences):
    """One JSON object a line, with the conversation, turn and trace that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._mask(record.getMessage()).strip(),
        }
        if work := under_way():
            told |= {"conversation_id": work.conversation_id, "turn_id": work.turn_id}
        if trace := trace_id():
            told["trace_id"] = trace
        told |= {name: self._safe(name, value) for name, value in vars(record).items() if name not in USUAL}
        if error := where(record):
            told["error_from"] = error
        return json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)

    def _safe(self, name: str, value: object) -> object:
        if value is None or isinstance(value, bool | int | float) or name in IDS:
            return value
        return self._mask(str(value))


def where(record: logging.LogRecord) -> list[str]:
    """What kind of error a record tells of and where it came from, innermost cause last; nothing without one."""
    error = record.exc_info[1] if record.exc_info else None
    return list(_chain(error)) if error else []


def _chain(error: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        yield f"{kind}{_reason(error)}"
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        yield from (f"at {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _reason(error: BaseException) -> str:
    """What the machine says of its own trouble, which nobody outside had a hand in."""
    if isinstance(error, OSError) and error.strerror:
        return f" ({error.strerror})"
    if isinstance(error, OperationalError):
        return f" ({str(error.orig).partition(chr(10))[0]})"
    return ""
