"""Whether the server lives, and whether it may be sent work."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from channels.auth import AssistantHere

router = APIRouter(tags=["health"])


@router.get("/livez")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(assistant: AssistantHere) -> JSONResponse:
    """Every part a turn needs answers: the database takes a write and the index can be searched."""
    checks = await assistant.checks()
    good = all(value == "ok" for value in checks.values())
    return JSONResponse({"status": "ready" if good else "not ready", "checks": checks}, 200 if good else 503)
