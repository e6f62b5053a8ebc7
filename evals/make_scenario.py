"""Makes a scenario of a conversation that a reviewer wants to see again as a test: scrubbed, with what happened as what
is expected, for a person to correct and sign."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from assistant.placeholders import Masker
from evals.shown import ShownTurn
from tools.case import Case

STANDS_FOR = {
    "PHONE": "617-555-0123",
    "EMAIL": "resident@example.org",
    "PLATE": "1ABC23",
    "NAME": "Pat Doe",
    "APARTMENT": "2",
}
"""What is written in place of personal data; other kinds are left as their placeholder."""

_PLACEHOLDER = re.compile(r"\[([A-Z_]+)_\d+\]")
FOLDER = "review-scenarios"


class NotMade(Exception):
    """A scenario cannot be made; the sentence says what to do."""


def drafted(
    name: str,
    told: Sequence[ShownTurn],
    masker: Masker,
    *,
    channel: str,
    language: str,
    now: datetime,
    cases: Sequence[Case] = (),
    outcomes: Sequence[str] = (),
) -> str:
    """The scenario as YAML. Raises NotMade if the resident said nothing."""
    said = [[_scrubbed(text, masker) for text in turn.resident] for turn in told]
    if not said or not said[0]:
        raise NotMade("In this conversation the resident said nothing, so that there is nothing to play.")
    resident: dict[str, Any] = {"opening": said[0][0]}
    if len(said[0]) > 1:
        resident["burst"] = said[0]
    later = [{"turn": at, "say": " ".join(texts)} for at, texts in enumerate(said[1:], start=1) if texts]
    if later:
        resident["events"] = later
    scenario = {
        "id": name,
        "title": "Say here what this conversation shows",
        "channel": channel,
        "language": language,
        "now": now.isoformat(),
        "resident": {**resident, "max_turns": max(1, len(said))},
        "expect": {"cases": [_case(each) for each in cases], "outcomes": list(outcomes)},
        "tags": ["from-review"],
    }
    return yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True, width=110)


def keep_signed(data_dir: Path, name: str, text: str, *, by: str, at: datetime) -> Path:
    """Keep a scenario that somebody read and signed; where it is. Raises NotMade if one of that name is kept."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{2,80}", name):
        raise NotMade("Please name the test with small letters, digits and hyphens, such as pothole-wrong-street.")
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(f"# Read for personal data and signed by {' '.join(by.split())} on {at:%Y-%m-%d}.\n{text}")
    except FileExistsError as error:
        raise NotMade(f"There is a test named {name} already. Please choose another name.") from error
    return path


def _case(case: Case) -> dict[str, Any]:
    place = case.location.model_dump(include={"number", "street", "cross"}, exclude_none=True) if case.location else {}
    return {"service": case.service, **({"location": place} if place else {})}


def _scrubbed(text: str, masker: Masker) -> str:
    return _PLACEHOLDER.sub(lambda found: STANDS_FOR.get(found[1], found[0]), masker.mask(text).text)
