"""What the tests of the model engine share: a test server on the loopback and engines behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal

from assistant.bootstrap import Reading
from assistant.engine import Engine
from assistant.engine_choice import Chosen, choose_engine, model_engine
from assistant.fallback import FallbackEngine
from assistant.model import Answering
from assistant.model_engine import ModelEngine
from assistant.model_servers import model_servers
from assistant.openai_engine import OpenAIModel
from assistant.settings import Settings
from evals.model_server import KEY, MODEL, ModelServer, serving

WHEN = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


@asynccontextmanager
async def model_behind(
    reading: Reading,
    path: str = "/v1",
    *,
    server: ModelServer | None = None,
    answering: Answering = Answering.JSON_SCHEMA,
    profile: str = "openai",
    may_leave: str = "",
    tokens_per_conversation: int | None = None,
) -> AsyncIterator[FallbackEngine]:
    """The engine on a test server of its own, with the embedded one behind it."""
    settings = Settings(openai_may_leave=may_leave, openai_tokens_per_conversation=tokens_per_conversation, now=WHEN)
    async with serving(server or ModelServer()) as address:
        model = OpenAIModel(
            model_servers()[profile], base_url=address + path, api_key=KEY, name=MODEL, answering=answering
        )
        yield model_engine(model, reading.engine, settings)
        await model.close()


async def started(
    reading: Reading, address: str, *, key: str = KEY, model: str = MODEL, profile: Literal["openai", "vllm"] = "openai"
) -> Chosen:
    """The engine as a start chooses it for a server at this address."""
    settings = Settings.model_validate(
        {
            "engine": "openai",
            "openai_base_url": address,
            "openai_api_key": key,
            "openai_model": model,
            "openai_server": profile,
            "now": WHEN,
        }
    )
    return await choose_engine(settings, reading.engine)


def first(engine: Engine) -> ModelEngine:
    """The engine that is asked first."""
    assert isinstance(engine, FallbackEngine)
    assert isinstance(engine.first, ModelEngine)
    return engine.first
