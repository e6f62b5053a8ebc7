"""Times one call, for the figures about speed."""

import time
from collections.abc import Callable


def milliseconds(call: Callable[[], object]) -> float:
    """How long the call took."""
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)
