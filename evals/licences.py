"""Which packages the product needs at run time, under which licences: `python -m evals.licences docs/licences.md`."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tools.value import Value

ROOT = "beacon311"
NOT_WANTED = re.compile(r"\bA?GPL|\bLGPL|GNU|Elastic|SSPL|BUSL", re.IGNORECASE)
"""Licences that no package at run time may have, but for those named below."""

EXCEPTIONS = {
    "psycopg": "LGPL-3.0: the driver of PostgreSQL that Procrastinate needs; used unchanged, as a package of its own",
    "psycopg-binary": "LGPL-3.0: the same driver, compiled",
    "psycopg-pool": "LGPL-3.0: the driver's pool",
}
"""Packages under a licence that is not wanted, each with why it is there all the same. SQLite needs none of them."""


class Package(Value):
    """A package at run time."""

    name: str
    version: str
    licence: str

    @property
    def is_wanted(self) -> bool:
        """Whether its licence is one of those that are."""
        return NOT_WANTED.search(self.licence) is None


def packages() -> tuple[Package, ...]:
    """Everything that the product needs at run time on this machine, what its packages need included, by name."""
    found: dict[str, Package] = {}
    seen: set[tuple[str, str]] = set()
    waiting = list(_needs(ROOT, ""))
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            there = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = Package(name=name, version=there.version, licence=_licence(there))
        waiting.extend(_needs(name, extra))
    return tuple(found[name] for name in sorted(found))


def _needs(name: str, extra: str) -> Iterator[tuple[str, str]]:
    """What a package needs with one of its extras ("" for none): names, each with an extra of its own."""
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            yield from ((_name(needed.name), wanted) for wanted in ("", *needed.extras))


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(there: Distribution) -> str:
    """As the package says: its expression, else what it is classified as, else the first line of its licence."""
    about = there.metadata
    if "License-Expression" in about:
        return str(about["License-Expression"])
    classified = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License")
    ]
    told = [each for each in classified if each != "OSI Approved"]
    if told:
        return "; ".join(sorted(set(told)))
    said = str(about["License"]).strip() if "License" in about else ""
    return said.splitlines()[0][:60] if said else "not said"


def page() -> str:
    """The list as Markdown."""
    rows = [
        f"| {each.name} | {each.version} | {each.licence} | {EXCEPTIONS.get(each.name, '')} |" for each in packages()
    ]
    head = (
        "# Licences\n\nEvery package at run time, as `python -m evals.licences docs/licences.md` found it. A test "
        "fails on a licence of the GPL family, of Elastic or the like that is not named as an exception here.\n\n"
        "| package | version | licence | exception |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
