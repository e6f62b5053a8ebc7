"""Serves an application on the loopback while a block runs, for the test servers of this package."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp


class _Running(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets=sockets)
        self.ready.set()


@asynccontextmanager
async def on_loopback(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, certificate: Path | None = None, patience: int = 1
) -> AsyncIterator[str]:
    """The application while the block runs; gives its address without a path. `certificate` is a file that also holds
    its private key; `patience` is for how many seconds calls under way are waited for at the end."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="critical",
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=patience,
        date_header=False,
        ssl_certfile=certificate,
    )
    running = _Running(config)
    task = asyncio.create_task(running.serve())
    await running.ready.wait()
    address = running.servers[0].sockets[0].getsockname()
    try:
        yield f"{'https' if certificate else 'http'}://{address[0]}:{address[1]}"
    finally:
        running.should_exit = True
        await task
