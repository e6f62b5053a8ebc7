"""Traces of turns: the one place that knows OpenTelemetry and its names for what an agent, a model and a tool do.

Off unless OpenTelemetry's own setting OTEL_EXPORTER_OTLP_ENDPOINT names a collector. Spans are handed over by a thread
of their own and dropped if the collector does not keep up, so that no turn waits for it. They hold names, ids, counts
and times, never what anybody wrote or an error's message.
"""

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial, wraps
from importlib import import_module
from threading import Thread
from types import TracebackType
from typing import Any, TypeVar

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode

from assistant.model import Usage

P = TypeVar("P")

SETTINGS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SEND_SECONDS = 2.0
"""So long a batch of spans may take to leave with all tries; a process that ends waits no longer for its last."""

AGENT = "Beacon 311"
ARTICLES = "city-articles"
Value = str | int | float | bool

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
AGENT_NAME = "gen_ai.agent.name"
CONVERSATION = "gen_ai.conversation.id"
REQUEST_MODEL = "gen_ai.request.model"
MOST_TOKENS = "gen_ai.request.max_tokens"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
CACHED_TOKENS = "gen_ai.usage.cache_read.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
DATA_SOURCE = "gen_ai.data_source.id"
TOOL_NAME = "gen_ai.tool.name"
TOOL_TYPE = "gen_ai.tool.type"
ERROR_TYPE = "error.type"
TURN = "beacon.turn.id"
CHANNEL = "beacon.channel"
OUTCOMES = "beacon.outcomes"
ENGINE = "beacon.engine"
STEP = "beacon.step"


class TracesMissing(Exception):
    """Traces are asked for, and the packages for them are not installed."""


class Doing(AbstractContextManager["Doing"]):
    """One thing that is done while the block runs; it costs next to nothing where nobody traces. An error that leaves
    the block is noted by its kind."""

    def __init__(self, name: str, kind: SpanKind, told: Mapping[str, Value], *, begins: bool = False) -> None:
        self._name, self._kind, self._told = name, kind, told
        self._traced = is_tracing() if begins else trace.get_current_span().is_recording()
        self._running: AbstractContextManager[Span] | None = None
        self._span: Span = trace.INVALID_SPAN

    def __enter__(self) -> "Doing":
        if self._traced:
            self._running = trace.get_tracer("beacon").start_as_current_span(
                self._name,
                kind=self._kind,
                attributes=self._told,
                record_exception=False,
                set_status_on_exception=False,
            )
            self._span = self._running.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if self._running is None:
            return
        if kind is not None:
            self.failed(kind.__qualname__)
        self._running.__exit__(kind, error, trail)

    def failed(self, why: str) -> None:
        """It came to nothing, for a reason of a closed list."""
        self._span.set_attribute(ERROR_TYPE, why)
        self._span.set_status(StatusCode.ERROR)

    def came_to(self, outcomes: tuple[str, ...], *, engine: str) -> None:
        """How a turn ended."""
        self._span.set_attributes({OUTCOMES: outcomes, ENGINE: engine})

    def used(self, usage: Usage | None) -> None:
        """The tokens that a model counted."""
        if usage is not None:
            self._span.set_attributes(
                {INPUT_TOKENS: usage.prompt, CACHED_TOKENS: usage.cached, OUTPUT_TOKENS: usage.completion}
            )


def turn(conversation_id: str, turn_id: str, *, channel: str) -> Doing:
    """A whole turn."""
    told = {
        OPERATION: "invoke_agent",
        PROVIDER: "beacon",
        AGENT_NAME: AGENT,
        CONVERSATION: conversation_id,
        TURN: turn_id,
        CHANNEL: channel,
    }
    return Doing(f"invoke_agent {AGENT}", SpanKind.INTERNAL, told, begins=True)


def step(name: str) -> Doing:
    """A step of a turn's graph."""
    return Doing(f"step {name}", SpanKind.INTERNAL, {STEP: name})


def model_call(provider: str, model: str, *, most_tokens: int) -> Doing:
    """One request to a model's server."""
    told: dict[str, Value] = {OPERATION: "chat", PROVIDER: provider, REQUEST_MODEL: model, MOST_TOKENS: most_tokens}
    return Doing(f"chat {model}", SpanKind.CLIENT, told)


def _retrieval() -> Doing:
    """A search of the articles."""
    return Doing(f"retrieval {ARTICLES}", SpanKind.INTERNAL, {OPERATION: "retrieval", DATA_SOURCE: ARTICLES})


def _tool_call(name: str) -> Doing:
    """A call of the case system."""
    told = {OPERATION: "execute_tool", TOOL_NAME: name, TOOL_TYPE: "function"}
    return Doing(f"execute_tool {name}", SpanKind.CLIENT, told)


def is_tracing() -> bool:
    """Whether anybody traces in this process."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def trace_id() -> str | None:
    """The id of the trace under way, as collectors write it."""
    told = trace.get_current_span().get_span_context()
    return trace.format_trace_id(told.trace_id) if told.is_valid else None


@contextmanager
def traces() -> Iterator[None]:
    """Trace while the block runs if OpenTelemetry's settings name a collector. Raises TracesMissing."""
    if not any(os.environ.get(name) for name in SETTINGS):
        yield
        return
    try:
        sdk, resources = import_module("opentelemetry.sdk.trace"), import_module("opentelemetry.sdk.resources")
        batches = import_module("opentelemetry.sdk.trace.export")
        exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError as error:
        raise TracesMissing(
            "Traces are asked for by OTEL_EXPORTER_OTLP_ENDPOINT, but what sends them is not installed. Please install "
            "it with pip install 'beacon311[traces]', or leave the setting out."
        ) from error
    named = resources.Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "beacon311")})
    provider = sdk.TracerProvider(resource=named, shutdown_on_exit=False)
    provider.add_span_processor(batches.BatchSpanProcessor(exporter.OTLPSpanExporter(timeout=SEND_SECONDS)))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        leaving = Thread(target=provider.shutdown, daemon=True)
        leaving.start()
        leaving.join(SEND_SECONDS)


def traced_crm(crm: P) -> P:
    """The same case system, with a span around each call of it where somebody traces."""
    public = [name for name, _ in inspect.getmembers(type(crm), inspect.iscoroutinefunction) if name[0] != "_"]
    return _traced(crm, {name: partial(_tool_call, f"crm.{name}") for name in public})


def traced_library(library: P) -> P:
    """The same library, with a span around each search of it where somebody traces."""
    return _traced(library, {"search": _retrieval})


def _traced(part: P, spans: Mapping[str, Callable[[], Doing]]) -> P:
    """It has the methods by their own names, since a case system is asked for some whether it has them."""
    if not is_tracing():
        return part
    content: dict[str, Any] = {name: staticmethod(_spanning(getattr(part, name), of)) for name, of in spans.items()}
    content["__getattr__"] = lambda _, name: getattr(part, name)
    same: P = type(f"Traced{type(part).__name__}", (), content)()
    return same


def _spanning(method: Callable[..., Any], span: Callable[[], Doing]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(method):

        @wraps(method)
        async def awaited(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on as it is
            with span():
                return await method(*given, **named)

        return awaited

    @wraps(method)
    def called(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on as it is
        with span():
            return method(*given, **named)

    return called
