"""What the kinds of model servers understand: profiles for OpenAI, vLLM, Ollama and llama.cpp."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field as Limits

from assistant.model import Answering
from tools.value import Value

PROFILES = Path(__file__).parent / "rules" / "model_servers.yaml"


class ModelServer(Value):
    """A kind of server: its usual address, the ways to get an answer in a shape, and what it takes besides."""

    title: str
    base_url: str
    answering: tuple[Answering, ...] = Limits(min_length=1)
    most_tokens: str
    counts_streams: bool
    caches_by_key: bool
    options: dict[str, Any]


@lru_cache
def model_servers(path: Path = PROFILES) -> dict[str, ModelServer]:
    """The profiles by name."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {name: ModelServer.model_validate(row) for name, row in content.items()}
