"""Personal data that nobody has, to send through everything and to look for in every output; and the watch that every
test is under: what our loggers are told while it runs must hold none of it."""

import logging
import re
from collections.abc import Iterator

import pytest

from assistant.privacy import Personal, load_personal_data
from channels.logs import where

PHONE, EMAIL, NAME, PLATE, UNIT = "857-555-0149", "quill.heron@example.org", "Quillon Heronsworth", "4QZX82", "apt 47Q"
SENDER = "+16175550137"
STORY = f"my name is {NAME}, i live in {UNIT}, call {PHONE} or write {EMAIL}, my plate is {PLATE}"
CANARIES = {
    "phone": re.compile(r"555\W{0,3}0149"),
    "sender": re.compile(r"555\W{0,3}0137"),
    "email": re.compile(r"quill\.heron|heron@", re.IGNORECASE),
    "name": re.compile(r"Quillon|Heronsworth", re.IGNORECASE),
    "plate": re.compile(r"4QZX82", re.IGNORECASE),
    "unit": re.compile(r"\b47Q\b", re.IGNORECASE),
}
"""The canaries however they are written."""

OURS = ("assistant", "channels", "evals", "knowledge", "tools")
LOOKED_FOR = frozenset((Personal.PHONE, Personal.EMAIL, Personal.PLATE, Personal.CARD, Personal.SOCIAL, Personal.BIRTH))
"""What is looked for in the logs of every test; names and apartments only as canaries, since words alone look like
them."""

_MAY_HOLD = re.compile(r"@|\d{3}")


def leaks(text: str) -> list[str]:
    """Which canaries stand in a text."""
    return [name for name, form in CANARIES.items() if form.search(text)]


class LogWatch(logging.Handler):
    """Keeps what our loggers and the database's are told, as they are told it: unmasked."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message, what was passed beside it, and what would be told of its error."""
        more = [str(value) for name, value in vars(record).items() if name not in USUAL]
        self.told.append(" | ".join([record.getMessage(), *more, *where(record)]))

    def leaked(self) -> list[str]:
        """The lines that hold personal data."""
        finder = load_personal_data()
        return [
            line
            for line in self.told
            if leaks(line) or (_MAY_HOLD.search(line) and any(found.kind in LOOKED_FOR for found in finder.find(line)))
        ]


USUAL = frozenset(vars(logging.makeLogRecord({})))


@pytest.fixture(autouse=True)
def watched_logs() -> Iterator[None]:
    """Fails whatever test during which personal data is logged."""
    watch, before = LogWatch(), {name: logging.getLogger(name).level for name in OURS}
    for name in OURS:
        logging.getLogger(name).addHandler(watch)
        logging.getLogger(name).setLevel(logging.INFO)
    yield
    for name, level in before.items():
        logging.getLogger(name).removeHandler(watch)
        logging.getLogger(name).setLevel(level)
    assert watch.leaked() == []
