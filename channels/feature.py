"""One part of the web application: its routes, what these find in the app's state, and what runs beside them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response

Answer = Callable[[Request, Exception], Awaitable[Response]]
"""What a part answers to one of its own errors."""


@asynccontextmanager
async def nothing_beside() -> AsyncIterator[None]:
    """The work of a part that only answers."""
    yield


@dataclass(frozen=True)
class Feature:
    """A part that a city may have or not. `running` lasts as long as the server does, and inside the assistant's own
    running: what it starts it ends, so that nothing of it is left when the assistant closes."""

    routers: tuple[APIRouter, ...]
    state: Mapping[str, object] = field(default_factory=dict)
    faults: Mapping[type[Exception], Answer] = field(default_factory=dict)
    running: Callable[[], AbstractAsyncContextManager[None]] = nothing_beside
