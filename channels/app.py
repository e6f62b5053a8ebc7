"""The web application: the features of a city around its assistant, and one way of answering errors."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from assistant.assistant import Assistant
from channels import page
from channels.errors import answer_errors
from channels.feature import Feature
from channels.limits import BodyLimit
from channels.refused_pages import RefusedPages, page_of

DRAIN_SECONDS = 20.0
"""How long a turn under way may take to finish when the server is told to stop."""

NO_TELEMETRY: TelemetryConfig = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}
"""FastAPI would hand queries and the messages of errors to a collector, which may hold what residents wrote."""


def build_app(assistant: Assistant, features: Sequence[Feature]) -> FastAPI:
    """The application around an assistant, which starts and closes with it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            await assistant.start()
            running.push_async_callback(assistant.close, seconds=DRAIN_SECONDS)
            for feature in features:
                await running.enter_async_context(feature.running())
            yield

    app = FastAPI(
        title="Beacon 311",
        description="The intake and triage assistant of a city's non-emergency line.",
        version="0.1.0",
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    app.state.assistant = assistant
    app.state.templates = page.templates()
    app.state.page_of_error = page_of
    app.add_middleware(BodyLimit)
    app.add_middleware(RefusedPages)
    answer_errors(app)
    for feature in features:
        _add(feature, app)
    app.mount("/static", page.static_files(), name="static")
    return app


def _add(feature: Feature, app: FastAPI) -> None:
    for name, part in feature.state.items():
        setattr(app.state, name, part)
    for router in feature.routers:
        app.include_router(router)
    for fault, answer in feature.faults.items():
        app.add_exception_handler(fault, answer)
