"""Approved transcripts as scenarios: their resident says the same lines again, whatever is answered."""

import re
from datetime import UTC, datetime
from pathlib import Path

import yaml

from assistant.message import Channel
from evals.scenario import Event, Expectation, Resident, Scenario, World

DASHES = "-" * 60
NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
"""The moment at which the transcripts were approved."""

_SAID = re.compile(r"^Resident: (.*)$", re.MULTILINE)


def transcript_scenarios(folder: Path) -> tuple[Scenario, ...]:
    """Every transcript of a folder that has a line of its resident, by name. Nothing is expected of them: they are for
    comparing two engines."""
    return tuple(made for path in sorted(folder.glob("*.txt")) if (made := _scenario(path)) is not None)


def _scenario(path: Path) -> Scenario | None:
    head, _, body = path.read_text(encoding="utf-8").partition(f"{DASHES}\n")
    about = yaml.safe_load(head)
    said = _SAID.findall(body)
    if not said:
        return None
    resident = Resident(
        opening=said[0],
        events=tuple(Event(turn=turn, say=text) for turn, text in enumerate(said[1:], start=1)),
        max_turns=len(said),
        phone=about.get("phone"),
    )
    return Scenario(
        id=f"transcript-{path.stem}",
        title=about["title"],
        channel=Channel(about.get("channel", "sms")),
        language="en",
        now=NOW,
        world=World.model_validate(about.get("world", {})),
        resident=resident,
        expect=Expectation(),
    )
