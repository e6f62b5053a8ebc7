"""The test server in a process of its own, so that its work is not counted as ours: `python -m evals.model_process`."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from evals.model_server import ModelServer, serving


@contextmanager
def running_model_server() -> Iterator[str]:
    """The server while the block runs; gives its address without a path."""
    command = [sys.executable, "-m", "evals.model_process"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            address = process.stdout.readline().strip() if process.stdout else ""
            yield address
        finally:
            process.terminate()


async def main() -> None:
    """Serve until the process is ended, after a line with the address."""
    async with serving(ModelServer()) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
