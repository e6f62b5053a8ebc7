"""A test server that speaks chat completions strictly, with a scripted model and every fault a real one can have.

`/v1` is healthy, `/faults/<fault>/v1` has a fault; a delay in milliseconds stands before them as `/slow/<ms>`.
`/timings` tells how long the answers since the last look at it took, in milliseconds.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from evals.embedding_server import (
    EMBEDDED_ONCE,
    EMBEDDING_MODEL,
    EMBEDDING_RETRY_AFTER,
    EMBEDDING_STATUS,
    EmbeddingFault,
    check_embedding,
    embedded,
)
from evals.loopback import on_loopback
from evals.model_agent import next_step
from evals.model_faults import ONCE, RETRY_AFTER, STATUS, Fault, spoiled
from evals.model_requests import Refused, check_key, check_request, failure
from evals.model_script import NotScripted, copied_answer, said_in, scripted_reading
from evals.model_tokens import cached_tokens, prompt_text, tokens

MODEL, KEY = "scripted-1", "test-key"
SLOW_SECONDS, NEVER_SECONDS = 1.2, 60.0
PIECE = 4
"""Characters of an answer in one event of a stream: about a token, as real servers send them."""

KEPT_PROMPTS = 20
LAST_EVENT = b"data: [DONE]\n\n"


class ModelServer:
    """The server's state: how many requests came, by fault, and the prompts in its cache."""

    def __init__(self, *, model: str = MODEL, key: str = KEY) -> None:
        self.model, self.key = model, key
        self.requests: list[dict[str, Any]] = []
        self.came: Counter[Fault] = Counter()
        self.usage: list[dict[str, Any]] = []
        self.took: list[float] = []
        self.embedded: list[list[str]] = []
        self.agent_script: dict[str, Any] | None = None
        self._prompts: list[str] = []

    @property
    def app(self) -> Starlette:
        """The ASGI application."""
        prefixes = ("/v1", "/faults/{fault}/v1", "/slow/{ms:int}/v1", "/slow/{ms:int}/faults/{fault}/v1")
        routes = [Route(f"{prefix}/chat/completions", self._completions, methods=["POST"]) for prefix in prefixes]
        routes += [Route(f"{prefix}/embeddings", self._embeddings, methods=["POST"]) for prefix in prefixes[:2]]
        return Starlette(routes=[*routes, Route("/v1/models", self._models), Route("/timings", self._timings)])

    async def _models(self, _: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": self.model, "object": "model", "owned_by": "beacon"}]})

    async def _timings(self, _: Request) -> Response:
        told, self.took = self.took, []
        return JSONResponse(told)

    async def _embeddings(self, request: Request) -> Response:
        fault = EmbeddingFault(request.path_params.get("fault", "none"))
        try:
            check_key(request.headers.get("authorization"), self.key)
            body = check_embedding(await _json(request), model=EMBEDDING_MODEL)
        except Refused as error:
            return JSONResponse(error.body(), status_code=error.status)
        self.embedded.append(body["input"])
        if fault in EMBEDDED_ONCE and len(self.embedded) > 1:
            fault = EmbeddingFault.NONE
        if fault is EmbeddingFault.TIMEOUT:
            await asyncio.sleep(NEVER_SECONDS)
        if status := EMBEDDING_STATUS.get(fault):
            headers = {"Retry-After": EMBEDDING_RETRY_AFTER[fault]} if fault in EMBEDDING_RETRY_AFTER else None
            return JSONResponse(failure(status).body(), status_code=status, headers=headers)
        return JSONResponse(embedded(body, fault))

    async def _completions(self, request: Request) -> Response:
        began = perf_counter()
        fault = Fault(request.path_params.get("fault", "none"))
        try:
            check_key(request.headers.get("authorization"), self.key)
            body = check_request(await _json(request), model=self.model)
        except Refused as error:
            return JSONResponse(error.body(), status_code=error.status)
        self.requests.append(body)
        self.came[fault] += 1
        if fault in ONCE and self.came[fault] > 1:
            fault = Fault.NONE
        await asyncio.sleep(request.path_params.get("ms", 0) / 1000)
        if fault is Fault.TIMEOUT:
            await asyncio.sleep(NEVER_SECONDS)
        if fault is Fault.SLOW_FIRST_BYTE:
            await asyncio.sleep(SLOW_SECONDS)
        if status := STATUS.get(fault):
            return _failing(fault, status)
        if self.agent_script is not None and len(body.get("tools") or []) > 1:
            return self._stepped(body, self.agent_script)
        return self._answered(body, fault, began)

    def _answered(self, body: dict[str, Any], fault: Fault, began: float) -> Response:
        name, prompt = _asked(body), str(body["messages"][1]["content"])
        try:
            text, refusal = spoiled(fault, name, _said(name, prompt), said_in(prompt)), None
        except NotScripted as error:
            text, refusal = "", str(error)
        if fault is Fault.REFUSAL:
            text, refusal = "", "I'm sorry, I can't help with that."
        finish = {Fault.TRUNCATED_JSON: "length", Fault.CONTENT_FILTER: "content_filter"}.get(fault, "stop")
        usage = self._usage(body, text)
        if body.get("stream"):
            counted = usage if (body.get("stream_options") or {}).get("include_usage") else None
            events = self._timed(_events(_chunks(body, text, refusal, finish, counted), fault), began)
            return StreamingResponse(events, media_type="text/event-stream")
        message = {"role": "assistant", **_content(body, text, whole=True), "refusal": refusal}
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return JSONResponse(_envelope(body, "chat.completion") | {"choices": [choice], "usage": usage})

    def _stepped(self, body: dict[str, Any], script: dict[str, Any]) -> Response:
        """The next step of an agent that chooses among several tools."""
        message = {"role": "assistant", "refusal": None, **next_step(script, body["messages"])}
        usage = self._usage(body, json.dumps(message))
        finish = "tool_calls" if message.get("tool_calls") else "stop"
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return JSONResponse(_envelope(body, "chat.completion") | {"choices": [choice], "usage": usage})

    async def _timed(self, events: AsyncIterator[bytes], began: float) -> AsyncIterator[bytes]:
        """The events; with the last of them the time the whole answer took is noted down."""
        async for event in events:
            if event == LAST_EVENT:
                self.took.append((perf_counter() - began) * 1000)
            yield event

    def _usage(self, body: dict[str, Any], text: str) -> dict[str, Any]:
        prompt = prompt_text(body)
        asked, said = tokens(prompt), tokens(text[:100_000])
        details = {"cached_tokens": cached_tokens(prompt, self._prompts), "audio_tokens": 0}
        self._prompts = [*self._prompts[-KEPT_PROMPTS:], prompt]
        usage = {
            "prompt_tokens": asked,
            "completion_tokens": said,
            "total_tokens": asked + said,
            "prompt_tokens_details": details,
        }
        self.usage.append(usage | {"name": _asked(body)})
        return usage


def _said(name: str, prompt: str) -> dict[str, Any]:
    if name == "probe":
        return {"ready": True}
    return copied_answer(prompt) if name == "word" else scripted_reading(prompt)


def _asked(body: dict[str, Any]) -> str:
    """Which of our prompts a request holds."""
    form, tools = body.get("response_format") or {}, body.get("tools")
    if form.get("type") == "json_schema":
        return str(form["json_schema"]["name"])
    if tools:
        return str(tools[0]["function"]["name"])
    system = str(body["messages"][0]["content"])
    return next(name for key, name in (('"sentences"', "word"), ('"requests"', "read"), ("", "probe")) if key in system)


async def _json(request: Request) -> object:
    try:
        return await request.json()
    except ValueError:
        return None


def _failing(fault: Fault, status: int) -> Response:
    headers = {"Retry-After": RETRY_AFTER[fault]} if fault in RETRY_AFTER else None
    return JSONResponse(failure(status).body(), status_code=status, headers=headers)


def _envelope(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 1_700_000_000, "model": body["model"]}


def _content(body: dict[str, Any], text: str, *, whole: bool = False) -> dict[str, Any]:
    """Text as content, or as the arguments of the tool that had to be called."""
    if not body.get("tools"):
        return {"content": text}
    function = {"name": _asked(body), "arguments": text}
    call = {"id": "call_1", "type": "function", "function": function} | ({} if whole else {"index": 0})
    return {"content": None, "tool_calls": [call]}


def _chunks(
    body: dict[str, Any], text: str, refusal: str | None, finish: str, usage: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """The events of a stream."""
    size = max(PIECE, len(text) // 2_000)
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [_content(body, text[at : at + size]) for at in range(0, len(text), size)]
    deltas += [{"refusal": refusal}] if refusal else []
    envelope = _envelope(body, "chat.completion.chunk")
    chunks = [envelope | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append(envelope | {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    return [*chunks, envelope | {"choices": [], "usage": usage}] if usage else chunks


async def _events(chunks: list[dict[str, Any]], fault: Fault) -> AsyncIterator[bytes]:
    for place, chunk in enumerate(chunks):
        if place == len(chunks) // 2 and fault is Fault.CUT_MID_STREAM:
            raise ConnectionResetError("The connection is cut on purpose.")
        if place == len(chunks) // 2 and fault is Fault.ERROR_IN_STREAM:
            yield b'data: {"error": {"message": "The server had an error.", "type": "server_error"}}\n\n'
            return
        yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()
    yield LAST_EVENT


@asynccontextmanager
async def serving(server: ModelServer, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """The server on the loopback while the block runs; gives its address without a path."""
    async with on_loopback(server.app, host=host, port=port) as address:
        yield address
