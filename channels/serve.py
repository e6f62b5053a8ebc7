"""Starts the web server: builds the assistant, prints where to go, and serves until it is told to stop."""

import asyncio

import uvicorn
from rich.console import Console

from assistant.bootstrap import build_assistant, build_reading
from assistant.settings import Settings
from channels.bootstrap import build_web, desk_key_of
from channels.progress import shown_progress
from tools.database import Database


def serve_forever(settings: Settings, *, host: str, port: int, console: Console) -> None:
    """Serve until a signal. Raises what the parts raise, each with one sentence that names the cure."""
    asyncio.run(_serve(settings, host, port, console))


async def _serve(settings: Settings, host: str, port: int, console: Console) -> None:
    database = Database(settings.database)
    await database.claim()
    with console.status("Loading the assistant"), shown_progress("Indexing articles") as progress:
        reading = await asyncio.to_thread(build_reading, settings, progress=progress)
        assistant = await build_assistant(settings, reading=reading, database=database)
        app = build_web(settings, assistant)
    address = f"http://{host}:{port}"
    console.print(f"\n[bold]Boston 311's assistant is ready: {address}[/bold]", highlight=False)
    console.print(f"  Chat page   {address}/\n  API         {address}/docs", highlight=False)
    console.print(f"  Desk key    {desk_key_of(settings)}\n  Stop with Ctrl+C\n", highlight=False)
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=20, server_header=False
    )
    server = uvicorn.Server(config)
    await server.serve()
