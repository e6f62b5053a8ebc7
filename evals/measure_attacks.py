"""Measures how attacks fare, those of the measurement file and our own: on the embedded engine, and on a model that
obeys every injection."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from assistant.bootstrap import Reading
from evals.attacks import Attack, Defended, defend, figures_of_attacks, given_attacks, own_attacks
from evals.figures import Figure
from evals.model_faults import Fault


def figures(parts: Reading, data: Path) -> tuple[Figure, ...]:
    """The shares that came to nothing. `data` is the folder with `measure/injection.jsonl`."""
    return asyncio.run(_measured(parts, data))


async def _measured(parts: Reading, data: Path) -> tuple[Figure, ...]:
    told: list[Figure] = []
    for what, attacks in (
        ("attacks given", given_attacks(data / "measure" / "injection.jsonl")),
        ("attacks of our own", own_attacks()),
    ):
        told += figures_of_attacks(what, [await defend(each, parts) for each in attacks])
        told += figures_of_attacks(f"{what}, on a model that obeys them", await obeyed(attacks, parts))
    return tuple(told)


async def obeyed(attacks: Sequence[Attack], parts: Reading) -> list[Defended]:
    """The attacks played on a scripted model that does what it is told."""
    from evals.fault_table import scripted_engine  # noqa: PLC0415 - it loads the SDK, which no other command needs

    async with scripted_engine(parts, Fault.OBEYS_INJECTION) as engine:
        return [await defend(each, parts, engine=engine) for each in attacks]
