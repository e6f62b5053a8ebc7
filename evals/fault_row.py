"""What became of conversations under one fault of a model."""

from evals.model_faults import Fault
from tools.value import Value


class FaultRow(Value):
    """What became of the conversations under one fault. `slowest_ms` is the slowest turn, `engines` who read,
    `where` the door they came through."""

    fault: Fault
    where: str = "page"
    right: bool
    wrong: tuple[str, ...]
    outcomes: tuple[str, ...]
    engines: tuple[str, ...]
    troubles: tuple[str, ...]
    attempts: int
    slowest_ms: float
    in_time: bool
