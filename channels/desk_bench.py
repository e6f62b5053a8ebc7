"""`beacon bench desk`: how long the desk's draft takes to update while somebody types, over the whole application."""

import asyncio
import json
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
from rich.console import Console

from assistant.bootstrap import build_assistant, build_reading
from assistant.settings import Settings
from channels.bootstrap import build_web
from channels.staff_access import form_token
from tools.database import Database

CALLS = (
    "caller says there is a big pothole in the street at 100 Perham St, West Roxbury, it broke his tire this morning",
    "the street light in front of 300 Bunker Hill St in Charlestown has been out since Monday and it is very dark",
    "her trash was not picked up yesterday on Centre Street in Jamaica Plain and also the neighbours leave mattresses",
    "how do I get a resident parking sticker for my new car, and does it cost anything",
    "hay un grafiti grande en la pared del parque cerca de la escuela en East Boston y nadie lo limpia",
)
KEY = "bench"
EVERY_WORDS = 2
"""The page asks when typing pauses, which is about every second word."""


def run_desk_bench(settings: Settings, *, json_file: Path | None = None) -> None:
    """Type five calls twice and print how long each update took on the server."""
    took = asyncio.run(_typed(settings))
    told = {
        "updates": len(took),
        "p50_ms": round(float(np.percentile(took, 50)), 1),
        "p95_ms": round(float(np.percentile(took, 95)), 1),
        "longest_ms": round(max(took), 1),
    }
    Console().print(
        f"{told['updates']} updates of the draft: p50 {told['p50_ms']} ms, p95 {told['p95_ms']} ms, "
        f"longest {told['longest_ms']} ms (promise: p95 at most 150 ms).",
        highlight=False,
    )
    if json_file is not None:
        json_file.write_text(json.dumps(told), encoding="utf-8")


async def _typed(settings: Settings) -> list[float]:
    took: list[float] = []
    reading = build_reading(settings)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/desk.db")
        assistant = await build_assistant(settings, reading=reading, database=database)
        transport = httpx.ASGITransport(app=build_web(settings, assistant, desk_key=KEY))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.bench") as client:
            await client.post("/staff/key", data={"key": KEY})
            form = {"form_token": form_token(client.cookies["beacon_staff"]), "call": "bench"}
            for text in (CALLS[0], *CALLS, *CALLS):
                words = text.split()
                for end in range(EVERY_WORDS, len(words) + 1, EVERY_WORDS):
                    began = time.perf_counter()
                    said = form | {"text": " ".join(words[:end])}
                    answer = await client.post("/desk/draft", data=said, headers={"X-Fragment": "1"})
                    answer.raise_for_status()
                    took.append((time.perf_counter() - began) * 1000)
        await assistant.close(seconds=5)
    warm = len(CALLS[0].split()) // EVERY_WORDS
    return took[warm:]
