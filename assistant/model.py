"""The port to a language model: a prompt goes out, a text that should fit a schema comes back."""

from enum import StrEnum
from typing import Protocol

from pydantic import Field as Limits

from tools.value import Value


class Answering(StrEnum):
    """How a server is made to answer in a shape, the strictest first."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    TOOLS = "tools"
    PLAIN = "plain"


class Repairing(Value):
    """An answer that did not fit, and what was wrong with it."""

    answer: str
    complaint: str


class Prompt(Value):
    """What a model is asked. `system` and `schema_text` are the same bytes in every call of one `version`."""

    name: str
    version: str
    system: str
    user: str
    schema_text: str
    most_tokens: int = Limits(gt=0)
    repairing: Repairing | None = None


class Usage(Value):
    """The tokens of a call. `cached` ones are part of `prompt`."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0

    def plus(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(
            prompt=self.prompt + other.prompt,
            cached=self.cached + other.cached,
            completion=self.completion + other.completion,
        )


class Completion(Value):
    """A whole answer. `usage` is None where the server does not count."""

    text: str
    usage: Usage | None = None


class Model(Protocol):
    """A language model behind some server."""

    @property
    def name(self) -> str:
        """The model's name, as its server knows it."""
        ...

    async def complete(self, prompt: Prompt, *, seconds: float) -> Completion:
        """The model's whole answer within so many seconds. Raises EngineFailed; tries once."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...
