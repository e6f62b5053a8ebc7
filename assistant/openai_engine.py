"""The adapter to any server that speaks OpenAI's chat completions; the only module that imports its SDK.

Every error of the SDK ends here as an EngineFailed with a typed reason. The SDK tries once and stores nothing.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai
from openai.types.chat import ChatCompletionChunk

from assistant.engine import EngineFailed, Trouble
from assistant.model import Answering, Completion, Prompt, Usage
from assistant.model_servers import ModelServer
from assistant.prompting import repair_text

LONGEST_ANSWER = 512 * 1024
"""Bytes of a response that are read; a reading of many requests with its stream has about 60 kB."""

CONNECT_SECONDS = 2.0
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

    def take(self, chunk: ChatCompletionChunk) -> None:
        """Add a chunk. Servers leave out what the protocol calls required, so nothing is taken for granted."""
        if chunk.usage is not None:
            details = chunk.usage.prompt_tokens_details
            cached = (details.cached_tokens or 0) if details else 0
            self.usage = Usage(
                prompt=chunk.usage.prompt_tokens or 0, cached=cached, completion=chunk.usage.completion_tokens or 0
            )
        for choice in (chunk.choices or [])[:1]:
            self.finish = choice.finish_reason or self.finish
            if choice.delta is None:
                continue
            self.parts += [choice.delta.content] if choice.delta.content else []
            self.refusal += choice.delta.refusal or ""
            for call in choice.delta.tool_calls or []:
                if call.function and call.function.arguments:
                    self.parts.append(call.function.arguments)

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
            async with asyncio.timeout(seconds):
                return await self._streamed(prompt, seconds)
        except (TimeoutError, openai.APITimeoutError) as error:
            raise EngineFailed("The model did not answer in time.", trouble=Trouble.TIMEOUT) from error
        except openai.APIStatusError as error:
            raise _refused(error) from error
        except openai.APIConnectionError as error:
            raise _lost(error) from error
        except openai.APIError as error:
            raise EngineFailed(
                "The server reported an error within its answer.", trouble=Trouble.SERVER_ERROR
            ) from error
        except (openai.OpenAIError, ValueError, AttributeError, TypeError) as error:
            raise EngineFailed("The server does not speak the protocol.", trouble=Trouble.WRONG_SHAPE) from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _streamed(self, prompt: Prompt, seconds: float) -> Completion:
        heard = _Heard()
        limits = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        stream = await self._client.chat.completions.create(
            model=self.name, messages=self._messages(prompt), stream=True, timeout=limits, **self._options(prompt)
        )
        async with stream:
            async for chunk in stream:
                heard.take(chunk)
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
        schema = json.loads(prompt.schema_text)
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


def _lost(error: openai.APIConnectionError) -> EngineFailed:
    if isinstance(error.__cause__, _TooLong):
        return EngineFailed("The answer is longer than any answer of ours.", trouble=Trouble.TOO_LONG)
    if isinstance(error.__cause__, httpx2.RemoteProtocolError | httpx2.ReadError):
        return EngineFailed("The connection was cut during the answer.", trouble=Trouble.CONNECTION)
    return EngineFailed("The server cannot be reached.", trouble=Trouble.CONNECTION)
