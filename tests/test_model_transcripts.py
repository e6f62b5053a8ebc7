"""The approved conversations on a model: what a good model reads leads to the same cases, steps and texts."""

import re
from pathlib import Path

import pytest

from assistant.bootstrap import Reading
from tests.model import model_behind
from tests.talking import FOLDER, load, played
from tools.clock import Clock
from tools.database import Database

FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_ends_as_approved_on_a_model_too(
    path: Path, reading: Reading, sqlite: Database, clock: Clock
) -> None:
    async with model_behind(reading) as engine:
        now = await played(load(path), reading=reading, database=sqlite, clock=clock, engine=engine)

    assert steps(now) == steps(_text(path))


def steps(text: str) -> list[str]:
    """What every turn came to, and which cases go to whom afterwards; details may be read more fully by a model."""
    return [line.split(";")[0] for line in re.findall(r"^\([a-z_]+.*\)$|^  \S.*$|^    goes to .*$", text, re.MULTILINE)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
