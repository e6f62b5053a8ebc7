"""The wave plan: on which day which services move from one case system to the other."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field as Limits
from pydantic import ValidationError

from tools.service import Service
from tools.value import Value

System = Literal["creatio", "legacy"]


class WavesBroken(Exception):
    """The wave plan cannot be used; the sentence says where."""


class Wave(Value):
    """One move. From its day on (city time) new cases of these services go to the system they move to."""

    day: date
    services: tuple[str, ...] = Limits(min_length=1)
    source: System = Limits(alias="from")
    to: System

    def state(self, today: date) -> str:
        """How far it is, in words: done, or in so many days."""
        left = (self.day - today).days
        return "done" if left <= 0 else f"in {left} day{'s' if left > 1 else ''}"


class WavePlan(Value):
    """Every move, in the order of their days."""

    waves: tuple[Wave, ...] = ()

    def system(self, service: Service, day: date) -> System:
        """Where new cases of a service go on a day; what the catalogue says, if no wave names the service."""
        named = [wave for wave in self.waves if service.code in wave.services]
        gone = [wave.to for wave in named if wave.day <= day]
        if gone:
            return gone[-1]
        return named[0].source if named else service.system

    def last_move(self, service: str, day: date) -> Wave | None:
        """The newest wave that moved a service until that day."""
        return next((wave for wave in reversed(self.waves) if service in wave.services and wave.day <= day), None)


def next_move(plan: WavePlan, service: str, day: date) -> Wave | None:
    """The first wave after a day that moves a service."""
    return next((wave for wave in plan.waves if service in wave.services and wave.day > day), None)


def load_waves(path: Path, services: Mapping[str, Service]) -> WavePlan:
    """The plan of a file. Raises WavesBroken."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WavesBroken(f"The wave plan {path} cannot be read. Please correct it.") from error
    try:
        plan = WavePlan.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise WavesBroken(f"{path}, key {key!r}: {first['msg'][:1].lower()}{first['msg'][1:]}.") from error
    for wave in plan.waves:
        for code in wave.services:
            if code not in services:
                raise WavesBroken(f"{path}: the wave of {wave.day} names {code!r}, which is no service.")
            if wave.to == "creatio" and services[code].creatio_code is None:
                raise WavesBroken(f"{path}: the wave of {wave.day} moves {code!r}, which has no creatio_code yet.")
        if wave.source == wave.to:
            raise WavesBroken(f"{path}: the wave of {wave.day} moves from {wave.source} to {wave.to}.")
    return plan.model_copy(update={"waves": tuple(sorted(plan.waves, key=lambda wave: wave.day))})
