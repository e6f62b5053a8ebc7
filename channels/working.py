"""`beacon work`: a worker beside the servers of one Postgres database; it answers texts and sends the replies."""

import asyncio
import logging
import os
import signal

from rich.console import Console

from assistant.running import check_shared
from assistant.settings import Settings, check_data_dir, check_production
from assistant.tracing import traces
from channels.app import DRAIN_SECONDS
from channels.loading import load
from channels.logs import start_logs
from channels.quick_loop import quick_loop
from tools import crash_points
from tools.database import Database

log = logging.getLogger(__name__)

GIVES_WAY = 10
"""How far a worker steps back for servers on the same machine: a carrier waits for those, and for a worker nobody."""


def work_forever(settings: Settings, *, console: Console) -> None:
    """Work until a signal; what is under way is finished within twenty seconds. Raises what the parts raise, each with
    one sentence that names the cure."""
    os.nice(GIVES_WAY)
    start_logs(settings.logs)
    console = Console(quiet=True) if settings.logs == "json" else console
    with traces(), asyncio.Runner(loop_factory=quick_loop()) as runner:
        runner.run(_work(settings, console))


async def _work(settings: Settings, console: Console) -> None:
    check_data_dir(settings)
    check_production(settings)
    crash_points.arm(settings.crash_at)
    database = Database(settings.database)
    check_shared(settings, database)
    await database.check()
    loaded = await load(settings, database, quiet=settings.logs == "json")
    assistant, engine = loaded.assistant, loaded.engine
    told = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    await assistant.start()
    log.info("The worker is ready.", extra={"event": "ready", "engine": engine})
    console.print(f"The worker is ready on {database.name}. Engine: {engine}.", highlight=False, soft_wrap=True)
    await told.wait()
    await assistant.close(seconds=DRAIN_SECONDS)
    log.info("The worker stopped.", extra={"event": "stopped"})
    console.print("Stopped. What was not begun is left to other workers.")
