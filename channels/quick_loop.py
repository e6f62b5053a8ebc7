"""The event loop of servers and workers: uvloop where it can be had, which computes less for the same texts."""

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Makes a loop; None, which is Python's own, where uvloop cannot be had."""
    if sys.platform == "win32":
        return None
    made: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return made
