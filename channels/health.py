"""Whether the server lives, whether it may be sent work, and its metrics."""

import hmac
import ipaddress
import shutil

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from channels.auth import AssistantHere, bearer
from channels.errors import ApiError
from channels.watch import Watch

LEAST_ROOM = 50_000_000
"""Bytes that must be free where the data directory lies; with less, a database cannot be written for long."""

router = APIRouter(tags=["health"])


@router.get("/livez")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request, assistant: AssistantHere) -> JSONResponse:
    """Every part a turn needs answers: the database takes a write and has the tables of this release, the index can be
    searched, there is room on the disk, and somebody works."""
    checks = await assistant.checks()
    free = shutil.disk_usage(request.app.state.data_dir).free
    checks["disk"] = "ok" if free >= LEAST_ROOM else f"only {free // 1_000_000} MB are free"
    good = all(value == "ok" for value in checks.values())
    return JSONResponse({"status": "ready" if good else "not ready", "checks": checks}, 200 if good else 503)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Metrics for Prometheus: with the token of the settings, or from this very machine if there is none."""
    token: str | None = request.app.state.metrics_token
    given = bearer(request) or ""
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else _from_here(request)):
        raise ApiError(404, "not_found", "There is nothing at this address.")
    watch: Watch = request.app.state.watch
    return Response(await watch.text(), media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request) -> bool:
    """Whether the asker is on this machine, and not behind a proxy on it."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
