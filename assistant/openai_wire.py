"""What a model returns: shapes for strict structured output, apart from our own types and trusted in nothing.

OpenAI's strict mode takes no defaults, no free dictionaries, no patterns and no limits; unions are plain.
"""

import json
import re
from functools import lru_cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

Language = Literal["en", "es", "ht", "pt", "zh-Hans", "zh-Hant", "vi", "kea", "fr", "ar", "so", "ru"]


class Wire(BaseModel):
    """A strict object: every key is required and no other is allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WireField(Wire):
    """A value for a question of a service, with the words it was read from."""

    code: str
    values: list[str]
    quote: str


class WireRequest(Wire):
    """One thing a resident wants."""

    kind: Literal["report", "question", "status", "person", "feedback", "other"]
    quote: str
    service: str | None
    alternatives: list[str]
    because: str | None
    sure: float
    place: str | None
    fields: list[WireField]
    asks_who_reported: bool


class WireReply(Wire):
    """What a message says to the question that was asked last."""

    says: Literal["yes", "no", "skip", "dont_know", "start_over", "repeat", "correction"] | None
    choice: int | None
    corrects: list[str]
    place: str | None
    fields: list[WireField]


class WireReading(Wire):
    """A message as a model understood it."""

    language: Language
    requests: list[WireRequest]
    reply: WireReply | None
    thanks: bool


class WireSentence(Wire):
    """A sentence of an answer, the number of its passage, and the passage's own words it says."""

    text: str
    passage: int
    quote: str


class WireAnswer(Wire):
    """An answer from numbered passages; no sentences when they do not answer."""

    sentences: list[WireSentence]


W = TypeVar("W", bound=Wire)
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


class WrongShape(Exception):
    """A model's text is not what the schema asks for; the sentence says what is wrong, for the model to read."""


@lru_cache
def schema_text(shape: type[Wire]) -> str:
    """The JSON Schema of a shape, always the same bytes, without what only costs tokens."""
    return json.dumps(_bare(shape.model_json_schema()), separators=(",", ":"))


def _bare(node: Any) -> Any:  # noqa: ANN401 - a JSON Schema is nested JSON
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _bare(each) for name, each in value.items()} if key in ("properties", "$defs") else _bare(value)
        for key, value in node.items()
        if key not in ("title", "description")
    }


def parsed(shape: type[W], text: str) -> W:
    """A model's text as a shape; a Markdown fence around it is taken off. Raises WrongShape."""
    fenced = _FENCED.fullmatch(text)
    try:
        return shape.model_validate_json(fenced[1] if fenced else text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole text"
        raise WrongShape(f"{where}: {first['msg']}") from error
