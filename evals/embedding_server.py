"""The test server's embeddings: requests checked as OpenAI does, vectors made of words, and such servers' faults."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from zlib import crc32

import numpy as np

from evals.model_requests import Refused
from evals.model_tokens import tokens
from knowledge.words import words_of

EMBEDDING_MODEL = "scripted-embedding-1"
WIDTH = 256
MOST_TEXTS, MOST_TOKENS = 2_048, 8_192
KNOWN = frozenset({"input", "model", "encoding_format", "dimensions", "user"})


class EmbeddingFault(StrEnum):
    """What goes wrong."""

    NONE = "none"
    WRONG_KEY = "401"
    UNKNOWN_MODEL = "404"
    RATE_LIMITED = "429"
    RATE_LIMITED_FOR_A_MOMENT = "429_retry_after"
    SERVER_ERROR = "500"
    SERVER_ERROR_ONCE = "500_once"
    UNAVAILABLE = "503"
    TIMEOUT = "timeout"
    SHUFFLED = "shuffled"
    MISSING_VECTOR = "missing_vector"
    ANOTHER_WIDTH = "another_width"
    ZEROS = "zeros"
    ALL_ALIKE = "all_alike"
    NOT_NUMBERS = "not_numbers"
    ANOTHER_SHAPE = "another_shape"


EMBEDDING_STATUS: dict[EmbeddingFault, int] = {
    EmbeddingFault.WRONG_KEY: 401,
    EmbeddingFault.UNKNOWN_MODEL: 404,
    EmbeddingFault.RATE_LIMITED: 429,
    EmbeddingFault.RATE_LIMITED_FOR_A_MOMENT: 429,
    EmbeddingFault.SERVER_ERROR: 500,
    EmbeddingFault.SERVER_ERROR_ONCE: 500,
    EmbeddingFault.UNAVAILABLE: 503,
}
EMBEDDING_RETRY_AFTER: dict[EmbeddingFault, str] = {
    EmbeddingFault.RATE_LIMITED: "60",
    EmbeddingFault.RATE_LIMITED_FOR_A_MOMENT: "0.2",
}
EMBEDDED_ONCE = frozenset({EmbeddingFault.RATE_LIMITED_FOR_A_MOMENT, EmbeddingFault.SERVER_ERROR_ONCE})
"""Faults that are over after the first request."""


def check_embedding(body: object, *, model: str) -> dict[str, Any]:
    """The request with its texts in a list, if it may be answered. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused("We could not parse the JSON body of your request.")
    if strange := sorted(set(body) - KNOWN):
        raise Refused(f"Unrecognized request argument supplied: {strange[0]}", param=strange[0])
    if body.get("model") != model:
        raise Refused(f"The model `{body.get('model')}` does not exist", status=404, code="model_not_found")
    texts = [body["input"]] if isinstance(body.get("input"), str) else body.get("input")
    if not isinstance(texts, list) or not 0 < len(texts) <= MOST_TEXTS:
        raise Refused("'$.input' is invalid. Please check the API reference.", param="input")
    if not all(isinstance(text, str) and text for text in texts):
        raise Refused("'$.input' is invalid: input cannot be an empty string.", param="input")
    if any(tokens(text) > MOST_TOKENS for text in texts):
        raise Refused(f"This model's maximum context length is {MOST_TOKENS} tokens.", param="input")
    if body.get("encoding_format", "float") != "float":
        raise Refused("This test server answers with floats only.", param="encoding_format")
    dimensions = body.get("dimensions", WIDTH)
    if not isinstance(dimensions, int) or not 1 <= dimensions <= WIDTH:
        raise Refused(f"Invalid 'dimensions': must be between 1 and {WIDTH}.", param="dimensions")
    return body | {"input": texts, "dimensions": dimensions}


def embedded(body: dict[str, Any], fault: EmbeddingFault) -> dict[str, Any]:
    """The answer to a checked request."""
    texts: list[str] = body["input"]
    width = body["dimensions"] - (len(texts) > 1 if fault is EmbeddingFault.ANOTHER_WIDTH else 0)
    rows: list[Any] = [_vector(text, width) for text in texts]
    match fault:
        case EmbeddingFault.ZEROS:
            rows = [[0.0] * width for _ in texts]
        case EmbeddingFault.ALL_ALIKE:
            rows = [[1.0] * width for _ in texts]
        case EmbeddingFault.NOT_NUMBERS:
            rows = [["many"] * width for _ in texts]
        case EmbeddingFault.ANOTHER_SHAPE:
            return {"vectors": rows}
    data = [{"object": "embedding", "index": place, "embedding": row} for place, row in enumerate(rows)]
    data = data[::-1] if fault is EmbeddingFault.SHUFFLED else data
    data = data[:-1] if fault is EmbeddingFault.MISSING_VECTOR else data
    used = sum(tokens(text) for text in texts)
    usage = {"prompt_tokens": used, "total_tokens": used}
    return {"object": "list", "data": data, "model": body["model"], "usage": usage}


def _vector(text: str, width: int) -> list[float]:
    """The words and pairs of letters of a text, counted by a hash, around a middle that all texts share."""
    counts = np.full(width, 0.3)
    for piece in _pieces(words_of(text)):
        counts[crc32(piece.encode()) % width] += 1.0
    return [round(float(each), 6) for each in counts / np.linalg.norm(counts)]


def _pieces(words: Sequence[str]) -> list[str]:
    return [piece for word in words for piece in (word, word, *(word[at : at + 4] for at in range(len(word) - 3)))]
