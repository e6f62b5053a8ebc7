"""Conversations as a 311 supervisor approved them, in `tests/transcripts`; a changed word is reviewed as a diff.

To add one, write the head, the line of dashes and the `Resident:` lines. To write the replies, or accept changed ones,
run `python -m pytest tests/test_transcripts.py --approve`, read the diff as a resident would, and commit it.
"""

import re
from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from tests.talking import FOLDER, load, played
from tools.clock import Clock
from tools.database import Database

FILES = sorted(FOLDER.glob("*.txt"))
THREE_SEGMENTS = 3 * 153
"""Letters of three segments of one text message."""

RESERVED = re.compile(
    r"\b(?:STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|START|UNSTOP|YES|HELP|INFO)\b"
    r"|(?i:\b(?:reply|text|answer|responda)\W{1,3}(?:stop|cancel|end|quit|start|yes|help|info)\b)"
)
REPLY = re.compile(r"^Beacon: (.*(?:\n {8}.*|\n(?=\n {8}))*)", re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_approved(
    path: Path, reading: Reading, sqlite: Database, clock: Clock, request: pytest.FixtureRequest
) -> None:
    approving = request.config.getoption("--approve")

    now = await played(load(path), reading=reading, database=sqlite, clock=clock)

    assert now == approved(path, now, approving=approving)


def approved(path: Path, now: str, *, approving: bool) -> str:
    """The approved text; with `--approve`, what is said now becomes it."""
    if approving:
        path.write_text(now, encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_text_message_fits_three_segments_and_invites_no_reserved_word(path: Path) -> None:
    replies = REPLY.findall(path.read_text(encoding="utf-8"))

    too_long = [reply for reply in replies if len(re.sub(r"\n {8}", "\n", reply)) > THREE_SEGMENTS]

    assert replies
    assert too_long == [] or load(path).channel != "sms"
    assert [reply for reply in replies if RESERVED.search(reply)] == []
