"""Splits the rows of a measurement in two by their id: one half to learn from by looking, one only to report on."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

Row = TypeVar("Row", bound=Mapping[str, str])


class Half(StrEnum):
    """Which rows a figure stands on. Rules are made by looking at `DEV`; `REPORT` is only counted."""

    DEV = "dev"
    REPORT = "report"


def half_of(row_id: str) -> Half:
    """The half of a row; the same id always falls in the same half."""
    return Half.DEV if sha256(row_id.encode()).digest()[-1] % 2 == 0 else Half.REPORT


def halves(rows: Iterable[Row], *, key: str = "case_id") -> tuple[tuple[Half, list[Row]], ...]:
    """Both halves of the rows, the one to learn from first."""
    every = list(rows)
    return tuple((half, [row for row in every if half_of(row[key]) is half]) for half in Half)
