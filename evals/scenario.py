"""A scenario: a resident, the world they meet, and what must come of it. Files are YAML (design section 5).

ScenarioBroken    a file cannot be used; the sentence names file, line and key
"""

from collections.abc import Container, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field as Limits
from pydantic import ValidationError, field_validator, model_validator

from assistant.message import Channel
from assistant.outcome import Outcome
from tools.case import Status
from tools.draft import FieldValue
from tools.value import Value

Error = Literal["unavailable", "timeout", "rejected", "garbage"]
Point = Literal["crm.create", "crm.get", "crm.search", "crm.add", "engine.read", "engine.word", "index.search"]


class ScenarioBroken(Exception):
    """A scenario cannot be used; the sentence names file, line and key."""


class Place(Value):
    """A place of the world or of an expectation; of an expectation only the keys that are given are compared."""

    number: str | None = None
    street: str | None = None
    cross: str | None = None
    place: str | None = None
    unit: str | None = None
    neighborhood: str | None = None
    zip: str | None = None
    lat: float | None = None
    long: float | None = None


class SeededCase(Value):
    """A case that is in the CRM before the conversation begins."""

    case_id: str
    service: str
    status: Status = Status.OPEN
    closure_reason: str | None = None
    location: Place = Place()
    opened: datetime
    reporter_phone: str | None = None
    attributes: dict[str, FieldValue] = Limits(default_factory=dict)


class WorldFault(Value):
    """A failure of something outside: where, what, and how often."""

    at: Point
    error: Error
    times: int | Literal["always"] = 1


class World(Value):
    """What is there before the conversation begins, and what fails during it."""

    cases: tuple[SeededCase, ...] = ()
    faults: tuple[WorldFault, ...] = ()


class Event(Value):
    """What the resident says when something happens: an outcome, or the turn with this number (`turn: 3`)."""

    say: str
    when: Outcome | None = None
    turn: int | None = Limits(default=None, ge=1)
    once: bool = True


class Resident(Value):
    """The resident: what they say first, what they know, and what they say when something happens.

    `burst` is the opening as several messages sent at once; without it, it is one message.
    """

    opening: str
    burst: tuple[str, ...] = ()
    facts: dict[str, str] = Limits(default_factory=dict)
    events: tuple[Event, ...] = ()
    confirms: bool = True
    max_turns: int = Limits(default=8, ge=1)
    phone: str | None = None
    yes: str = "yes"
    no: str = "no"
    dont_know: str = "I don't know"

    @model_validator(mode="before")
    @classmethod
    def _keys_as_written(cls, resident: object) -> object:
        """YAML reads a key `yes` or `no` as true or false; here they are the resident's words for them."""
        return {_said(key): value for key, value in resident.items()} if isinstance(resident, dict) else resident

    @field_validator("facts", mode="before")
    @classmethod
    def _as_said(cls, facts: object) -> object:
        """YAML reads a bare yes, no or number as something else; the resident says it in words."""
        return {_said(key): _said(value) for key, value in facts.items()} if isinstance(facts, dict) else facts

    @field_validator("yes", "no", mode="before")
    @classmethod
    def _yes_or_no_in_words(cls, value: object) -> object:
        return _said(value)


class ExpectedCase(Value):
    """A case that must be there in the end: a new one, or with `joined` a report added to one that was there."""

    service: str | tuple[str, ...] | None = None
    location: Place | None = None
    department: str | None = None
    team: str | None = None
    fields: dict[str, FieldValue] = Limits(default_factory=dict)
    joined: str | None = None

    @property
    def services(self) -> tuple[str, ...]:
        """The codes any of which will do; none when any service will do."""
        return (self.service,) if isinstance(self.service, str) else self.service or ()


class Expectation(Value):
    """What must come of it. A list that is not given is not judged; `cases` are exactly the new ones."""

    cases: tuple[ExpectedCase, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    said: tuple[str, ...] = ()
    never_said: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class Scenario(Value):
    """One conversation to play and judge. `style` tells how the opening is written (evals/variants.py)."""

    id: str
    title: str
    channel: Channel = Channel.SMS
    language: str = "en"
    now: datetime
    world: World = World()
    resident: Resident
    expect: Expectation
    tags: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    style: str = "as_written"

    @field_validator("now")
    @classmethod
    def _with_its_zone(cls, now: datetime) -> datetime:
        if now.tzinfo is None:
            raise ValueError("needs its zone, such as 2026-03-10T09:00:00-05:00")
        return now


def _said(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else str(value)


def load_scenarios(folder: Path, services: Container[str]) -> tuple[Scenario, ...]:
    """The scenarios of a folder, by file name. `services` are the codes that exist. Raises ScenarioBroken."""
    if not folder.is_dir():
        raise ScenarioBroken(f"There is no folder {str(folder)!r} with scenarios.")
    loaded: dict[str, Scenario] = {}
    for path in sorted(folder.rglob("*.yaml")):
        scenario = load_scenario(path, services)
        if scenario.id in loaded:
            raise ScenarioBroken(f"{path}: another scenario is called {scenario.id!r} too. Please rename one.")
        loaded[scenario.id] = scenario
    if not loaded:
        raise ScenarioBroken(f"There are no scenarios (*.yaml) in {str(folder)!r}.")
    return tuple(loaded.values())


def load_scenario(path: Path, services: Container[str]) -> Scenario:
    """The scenario of a file. Raises ScenarioBroken."""
    try:
        text = path.read_text(encoding="utf-8")
        tree, content = yaml.compose(text, yaml.CSafeLoader), yaml.load(text, yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise ScenarioBroken(f"{path}{place}: this is not valid YAML. Please correct it.") from error
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        line = _line(tree, first["loc"])
        raise ScenarioBroken(f"{path}, line {line}: {key}: {first['msg'][:1].lower()}{first['msg'][1:]}.") from error
    unknown = next((code for code in _services_of(scenario) if code not in services), None)
    if unknown is not None:
        line = next((at for at, each in enumerate(text.splitlines(), start=1) if unknown in each), 1)
        raise ScenarioBroken(f"{path}, line {line}: there is no service {unknown!r} in the catalogue.")
    return scenario


def _services_of(scenario: Scenario) -> Iterator[str]:
    yield from (case.service for case in scenario.world.cases)
    for expected in scenario.expect.cases:
        yield from expected.services


def _line(node: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """The line of a key, or of the nearest thing above it that the file has."""
    line = node.start_mark.line + 1 if node else 1
    for part in where:
        found = _child(node, part)
        if found is None:
            return line
        node, line = found, found.start_mark.line + 1
    return line


def _child(node: Any, part: int | str) -> yaml.Node | None:  # noqa: ANN401 - yaml's nodes carry untyped values
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: yaml.Node = node.value[part]
        return child
    return None
