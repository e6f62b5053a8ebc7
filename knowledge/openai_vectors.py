"""Vectors from any server that speaks OpenAI's embeddings; the only module of the index that knows its SDK.

VectorsUnavailable    the server gives no vectors that can be used; the sentence says why, and never what was sent
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

import httpx2
import numpy as np
import openai
from openai.types import CreateEmbeddingResponse

from knowledge.vectors import CHARACTERS, Encoder, Vectors

ATTEMPTS = 4
BATCH_SECONDS = 30.0
"""How long an answer to 64 texts may take while an index is built; nobody waits for a reply then."""

PROBE_SECONDS = 5.0
"""How long a start waits for the first vector."""

LONGEST_WAIT = 20.0
REMEMBERED = 512
NO_KEY = "none"
"""What is sent to a server that asks for no key; the SDK wants one."""


class VectorsUnavailable(Exception):
    """A server gives no vectors that can be used just now."""


class Switch(Protocol):
    """Leaves a server alone after failures (`assistant.breaker.Breaker`)."""

    def allows(self) -> bool:
        """Whether a call may be made now."""
        ...

    def succeeded(self) -> None:
        """The server answered."""
        ...

    def failed(self) -> None:
        """The server did not answer."""
        ...


@dataclass(frozen=True)
class EmbeddingServer:
    """Where vectors come from. `dimensions` is None for the model's own width; `mask` takes out of a question what may
    not leave."""

    base_url: str
    model: str
    api_key: str = NO_KEY
    dimensions: int | None = None
    mask: Callable[[str], str] = str

    @property
    def kind(self) -> str:
        """The beginning of the version of every vector from here: another model or address gives another."""
        where = sha256(self.base_url.rstrip("/").encode()).hexdigest()[:8]
        wish = f"-of{self.dimensions}" if self.dimensions else ""
        return f"openai-{re.sub(r'[^A-Za-z0-9.]+', '_', self.model)}-{where}{wish}"

    def version(self, width: int) -> str:
        """The version of vectors of this width."""
        return f"{self.kind}-d{width}"

    def width_of(self, version: str) -> int | None:
        """The width of vectors of a version, if they come from here."""
        match = re.fullmatch(rf"{re.escape(self.kind)}-d(\d+)", version)
        return int(match[1]) if match else None


class OpenAIEncoder:
    """Implements `knowledge.vectors.Encoder` for building an index; a question's vector is fetched before the search.

    `own` is the encoder of this machine, which knows common words. Vectors of another width than `width` are refused.
    """

    def __init__(self, server: EmbeddingServer, own: Encoder, *, switch: Switch, width: int | None = None) -> None:
        for logger in ("openai", "httpx2"):
            logging.getLogger(logger).setLevel(logging.WARNING)  # at debug they log what is sent
        self._server, self._own, self._switch = server, own, switch
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._asking: tuple[asyncio.AbstractEventLoop, openai.AsyncOpenAI] | None = None
        self.width = width or self._found_width()

    @property
    def version(self) -> str:
        """Which model, address and width the vectors have."""
        return self._server.version(self.width)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, of unit length. Retries what retrying cures. Raises VectorsUnavailable."""
        return self._vectors(self._asked_again(texts), len(texts), self.width) if texts else self._none()

    def encode_one(self, text: str) -> Vectors:
        """The vector of one text. Raises VectorsUnavailable."""
        vector: Vectors = self.encode([text])[0]
        return vector

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Nothing: sentences are compared with vectors of this machine."""

    def knows(self, word: str) -> bool:
        """Whether this is a common English word."""
        return self._own.knows(word)

    def remembered(self, text: str) -> Vectors | None:
        """The vector of a question that was fetched before."""
        return self._remembered.get(text)

    async def close(self) -> None:
        """Give the connections back."""
        if self._asking is not None:
            await self._asking[1].close()

    async def fetch(self, text: str, *, seconds: float) -> None:
        """Remember the vector of a question. Tries once. Raises VectorsUnavailable."""
        if text in self._remembered:
            return
        if not self._switch.allows():
            raise VectorsUnavailable("The server of vectors is left alone for now.")
        try:
            vector = self._vectors(await self._asked_once(text, seconds), 1, self.width)[0]
        except VectorsUnavailable:
            self._switch.failed()
            raise
        self._switch.succeeded()
        self._remembered[text] = vector
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    async def _asked_once(self, text: str, seconds: float) -> CreateEmbeddingResponse:
        try:
            return await self._asker().embeddings.create(
                input=[_sent(self._server.mask(text))],
                model=self._server.model,
                encoding_format="float",
                dimensions=self._server.dimensions or openai.omit,
                timeout=seconds,
            )
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
            raise VectorsUnavailable(_told(error)) from error

    def _asker(self) -> openai.AsyncOpenAI:
        """The client of the running loop: connections cannot move to another."""
        loop = asyncio.get_running_loop()
        if self._asking is None or self._asking[0] is not loop:
            server = self._server
            client = openai.AsyncOpenAI(api_key=server.api_key, base_url=server.base_url, max_retries=0)
            self._asking = (loop, client)
        return self._asking[1]

    def _found_width(self) -> int:
        """The width of this server's vectors, found by asking for one."""
        (first,) = _rows(self._asked_again(["street"], seconds=PROBE_SECONDS), 1)
        return len(first)

    def _asked_again(self, texts: Sequence[str], *, seconds: float = BATCH_SECONDS) -> CreateEmbeddingResponse:
        """The answer; its connection is given back at once, for an index is built seldom and may fail half way."""
        server = self._server
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with openai.OpenAI(api_key=server.api_key, base_url=server.base_url, max_retries=0) as client:
                    return client.embeddings.create(
                        input=[_sent(text) for text in texts],
                        model=server.model,
                        encoding_format="float",
                        dimensions=server.dimensions or openai.omit,
                        timeout=seconds,
                    )
            except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
                wait = _wait(error, attempt)
                if wait is None or attempt == ATTEMPTS:
                    raise VectorsUnavailable(_told(error)) from error
            time.sleep(wait)
        raise VectorsUnavailable("The server of vectors was asked often enough.")

    def _vectors(self, answer: CreateEmbeddingResponse, count: int, width: int) -> Vectors:
        rows = _rows(answer, count)
        if any(len(row) != width for row in rows):
            raise VectorsUnavailable(f"The vectors are not {width} numbers wide.")
        return np.array(rows, dtype=np.float32)

    def _none(self) -> Vectors:
        return np.zeros((0, self.width), dtype=np.float32)


def _rows(answer: CreateEmbeddingResponse, count: int) -> list[Vectors]:
    """The vectors of an answer in the order of the texts, of unit length. Raises VectorsUnavailable."""
    try:
        places = sorted(answer.data, key=lambda each: each.index)
        rows = [np.array(each.embedding, dtype=np.float32) for each in places]
        whole = [each.index for each in places] == list(range(count))
    except (TypeError, ValueError, AttributeError) as error:
        raise VectorsUnavailable("The server does not answer with vectors.") from error
    lengths = [float(np.linalg.norm(row)) if row.ndim == 1 else 0.0 for row in rows]
    if not whole or not all(np.isfinite(length) and length > 0 for length in lengths):
        raise VectorsUnavailable("The server does not answer with a vector for every text.")
    return [row / length for row, length in zip(rows, lengths, strict=True)]


def _sent(text: str) -> str:
    """What of a text is sent: servers refuse an empty one."""
    return text[:CHARACTERS].encode("utf-8", "replace").decode("utf-8").strip() or "-"


def _wait(error: Exception, attempt: int) -> float | None:
    """Seconds to wait before another attempt; None where another attempt cures nothing."""
    if isinstance(error, openai.RateLimitError):
        try:
            wished = float(error.response.headers.get("retry-after", ""))
        except ValueError:
            wished = 2.0**attempt
        return wished if wished <= LONGEST_WAIT else None
    if isinstance(error, openai.APITimeoutError):
        return None
    if isinstance(error, openai.InternalServerError | openai.APIConnectionError):
        return 0.25 * 2.0 ** (attempt - 1)
    return None


def _told(error: Exception) -> str:
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return "The server of vectors refuses the key. Please check BEACON_OPENAI_API_KEY."
        case openai.NotFoundError():
            return "The server of vectors does not know the model. Please check BEACON_OPENAI_EMBEDDING_MODEL."
        case openai.APITimeoutError():
            return "The server of vectors does not answer in time."
        case openai.APIStatusError():
            return f"The server of vectors answered {error.status_code}."
        case openai.APIConnectionError():
            return "The server of vectors cannot be reached."
    return "The server does not answer with vectors."
