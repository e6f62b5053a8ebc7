"""The adapter to any server that speaks OpenAI's chat completions, through its SDK.

Every error of the SDK ends here as an EngineFailed with a typed reason. The SDK tries once and stores nothing. The
events of a stream are read here and not by the SDK, which makes an object of every token.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx2
import openai

from assistant import tracing
from assistant.engine import EngineFailed, Trouble
from assistant.model import Answering, Completion, Prompt, Usage
from assistant.model_servers import ModelServer
from assistant.prompting import repair_text

LONGEST_ANSWER = 512 * 1024
"""Bytes of a response that are read; a reading of many requests with its stream has about 60 kB."""

CONNECT_SECONDS = 2.0
END = b"[DONE]"
BY_STATUS = {
    401: Trouble.KEY_REFUSED,
    403: Trouble.KEY_REFUSED,
    404: Trouble.MODEL_UNKNOWN,
    408: Trouble.TIMEOUT,
    429: Trouble.RATE_LIMITED,
}


class _TooLong(httpx2.TransportError):
    """A response goes on past what is read."""


@dataclass
class _CappedStream(httpx2.AsyncByteStream):
    """A response body that ends in an error once it is longer than any answer of ours."""

    body: httpx2.AsyncByteStream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self.body:
            read += len(chunk)
            if read > LONGEST_ANSWER:
                raise _TooLong("The response is longer than any answer.")
            yield chunk

    async def aclose(self) -> None:
        await self.body.aclose()


class _CappedTransport(httpx2.AsyncHTTPTransport):
    """A transport whose responses cannot fill the memory."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _CappedStream(response.stream)
        return response


@dataclass
class _Heard:
    """What has come of a streamed answer so far."""

    parts: list[str] = field(default_factory=list)
    refusal: str = ""
    finish: str | None = None
    usage: Usage | None = None

    def take(self, event: dict[str, Any]) -> None:
        """Add an event. Servers leave out what the protocol calls required, so nothing is taken for granted."""
        if event.get("error"):
            raise EngineFailed("The server reported an error within its answer.", trouble=Trouble.SERVER_ERROR)
        if usage := event.get("usage"):
            self.usage = _usage(usage)
        for choice in (event.get("choices") or [])[:1]:
            self.finish = choice.get("finish_reason") or self.finish
            said = choice.get("delta") or choice.get("message") or {}
            self.parts.append(said.get("content") or "")
            self.refusal += said.get("refusal") or ""
            for call in said.get("tool_calls") or []:
                self.parts.append((call.get("function") or {}).get("arguments") or "")

    def completion(self) -> Completion:
        """The whole answer. Raises EngineFailed unless it came to its own end."""
        text = "".join(self.parts)
        if self.refusal:
            raise EngineFailed("The model refused to answer.", trouble=Trouble.REFUSED)
        if self.finish == "content_filter":
            raise EngineFailed("The server's content filter stopped the answer.", trouble=Trouble.FILTERED)
        if self.finish == "length" or (self.finish is None and text):
            raise EngineFailed("The answer ends in its middle.", trouble=Trouble.CUT_SHORT)
        if not text.strip():
            raise EngineFailed("The answer is empty.", trouble=Trouble.EMPTY)
        return Completion(text=text, usage=self.usage)


def _usage(told: dict[str, Any]) -> Usage:
    details = told.get("prompt_tokens_details") or {}
    return Usage(
        prompt=told.get("prompt_tokens") or 0,
        cached=details.get("cached_tokens") or 0,
        completion=told.get("completion_tokens") or 0,
    )


class OpenAIModel:
    """Implements `assistant.model.Model` over HTTP, with a connection kept between calls."""

    def __init__(self, server: ModelServer, *, base_url: str, api_key: str, name: str, answering: Answering) -> None:
        for logger in ("openai", "httpx2"):
            logging.getLogger(logger).setLevel(logging.WARNING)  # at debug they log messages of residents
        self.name = name
        self.answering = answering
        self._server = server
        self._client = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            default_headers={"Accept-Encoding": "identity"},
            http_client=httpx2.AsyncClient(transport=_CappedTransport()),
        )

    async def complete(self, prompt: Prompt, *, seconds: float) -> Completion:
        """The model's whole answer within so many seconds. Raises EngineFailed; tries once."""
        try:
            called = tracing.model_call(self._server.title.casefold(), self.name, most_tokens=prompt.most_tokens)
            with called:
                async with asyncio.timeout(seconds):
                    completion = await self._streamed(prompt, seconds)
                called.used(completion.usage)
                return completion
        except (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException) as error:
            raise EngineFailed("The model did not answer in time.", trouble=Trouble.TIMEOUT) from error
        except openai.APIStatusError as error:
            raise _refused(error) from error
        except openai.APIConnectionError as error:
            raise _lost(error.__cause__) from error
        except httpx2.TransportError as error:
            raise _lost(error) from error
        except (openai.OpenAIError, ValueError, AttributeError, TypeError) as error:
            raise EngineFailed("The server does not speak the protocol.", trouble=Trouble.WRONG_SHAPE) from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _streamed(self, prompt: Prompt, seconds: float) -> Completion:
        heard = _Heard()
        limits = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        asked = self._client.chat.completions.with_streaming_response.create(
            model=self.name,
            messages=self._messages(prompt),
            stream=True,
            timeout=limits,
            extra_body=self._options(prompt),  # as it is: the SDK would walk through the whole schema
        )
        async with asked as response:
            async for line in _lines(response.iter_bytes()):
                told = line.removeprefix(b"data:").strip()
                if told == END:
                    break
                if line.startswith(b"data:") and told:
                    heard.take(json.loads(told))
        return heard.completion()

    def _messages(self, prompt: Prompt) -> Any:  # noqa: ANN401 - the SDK's union of message types
        told = f"{prompt.system}\n\nThe shape, as a JSON Schema:\n{prompt.schema_text}"
        shaped = self.answering in (Answering.JSON_SCHEMA, Answering.TOOLS)
        messages = [
            {"role": "system", "content": prompt.system if shaped else told},
            {"role": "user", "content": prompt.user},
        ]
        if prompt.repairing is None:
            return messages
        wrong = {"role": "assistant", "content": prompt.repairing.answer[:4_000]}
        return [*messages, wrong, {"role": "user", "content": repair_text(prompt.repairing.complaint)}]

    def _options(self, prompt: Prompt) -> dict[str, Any]:
        """What shapes the answer. Tools and a response format are never sent together."""
        options: dict[str, Any] = dict(self._server.options)
        options[self._server.most_tokens] = prompt.most_tokens
        if self._server.counts_streams:
            options["stream_options"] = {"include_usage": True}
        if self._server.caches_by_key:
            options["prompt_cache_key"] = f"beacon-{prompt.version}"
        schema = _schema(prompt.schema_text)
        match self.answering:
            case Answering.JSON_SCHEMA:
                shape = {"name": prompt.name, "strict": True, "schema": schema}
                options["response_format"] = {"type": "json_schema", "json_schema": shape}
            case Answering.JSON_OBJECT:
                options["response_format"] = {"type": "json_object"}
            case Answering.TOOLS:
                function = {"name": prompt.name, "strict": True, "parameters": schema}
                options["tools"] = [{"type": "function", "function": function}]
                options["tool_choice"] = {"type": "function", "function": {"name": prompt.name}}
            case Answering.PLAIN:
                pass
        return options


async def _lines(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines of a body, divided by line feeds only: a text may hold any other sign that divides lines."""
    left = b""
    async for chunk in body:
        *lines, left = (left + chunk).split(b"\n")
        for line in lines:
            yield line
    yield left


@lru_cache(maxsize=16)
def _schema(text: str) -> Any:  # noqa: ANN401 - a JSON Schema is nested JSON
    return json.loads(text)


def _refused(error: openai.APIStatusError) -> EngineFailed:
    status = error.status_code
    trouble = BY_STATUS.get(status, Trouble.SERVER_ERROR if status >= 500 else Trouble.REQUEST_REFUSED)
    waits = _seconds(error.response.headers) if trouble is Trouble.RATE_LIMITED else None
    return EngineFailed(f"The server answered {status}.", trouble=trouble, retry_after=waits)


def _seconds(headers: httpx2.Headers) -> float | None:
    """After how many seconds to ask again; a date is not understood and counts as not said."""
    for name, per_second in (("retry-after-ms", 1_000.0), ("retry-after", 1.0)):
        try:
            return float(headers[name]) / per_second
        except (KeyError, ValueError):
            continue
    return None


def _lost(error: BaseException | None) -> EngineFailed:
    if isinstance(error, _TooLong):
        return EngineFailed("The answer is longer than any answer of ours.", trouble=Trouble.TOO_LONG)
    if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError):
        return EngineFailed("The connection was cut during the answer.", trouble=Trouble.CONNECTION)
    return EngineFailed("The server cannot be reached.", trouble=Trouble.CONNECTION)
