"""Starting with a model: what it can do is found out, and a wrong key or name is told in one sentence."""

import pytest

from assistant.bootstrap import Reading
from assistant.engine_choice import probe
from assistant.model import Answering, Model
from assistant.model_servers import ModelServer, model_servers
from assistant.openai_engine import OpenAIModel
from assistant.reading import Asked
from assistant.settings import Settings, SettingWrong, with_engine
from evals.model_server import KEY, MODEL, serving
from evals.model_server import ModelServer as ScriptedServer
from tests.model import first, started


async def test_a_model_that_keeps_to_schemas_is_asked_that_way(reading: Reading) -> None:
    async with serving(ScriptedServer()) as address:
        chosen = await started(reading, f"{address}/v1")
        read = await chosen.engine.read("theres a big pothole", Asked())
        await first(chosen.engine).caller.model.close()

    assert not chosen.wrong
    assert chosen.told == "The model scripted-1 on OpenAI answers with json_schema."
    assert read.engine == "openai"


@pytest.mark.parametrize(
    ("path", "key", "model", "told"),
    [
        ("/v1", "wrong", MODEL, "OpenAI refuses the key. Please check BEACON_OPENAI_API_KEY."),
        ("/v1", KEY, "gpt-0", "OpenAI does not know the model gpt-0. Please check BEACON_OPENAI_MODEL."),
        ("/faults/prose/v1", KEY, MODEL, "The model scripted-1 on OpenAI does not answer in JSON."),
    ],
    ids=["wrong key", "wrong model", "no JSON"],
)
async def test_a_model_that_cannot_be_used_is_told_and_the_embedded_engine_serves(
    path: str, key: str, model: str, told: str, reading: Reading
) -> None:
    async with serving(ScriptedServer()) as address:
        chosen = await started(reading, address + path, key=key, model=model)

    assert chosen.wrong
    assert chosen.told.startswith(told)
    assert chosen.told.endswith("The embedded engine serves instead.")
    assert chosen.engine is reading.engine


async def test_a_server_that_is_down_at_the_start_is_tried_again_later(reading: Reading) -> None:
    chosen = await started(reading, "http://127.0.0.1:9/v1")

    read = await chosen.engine.read("theres a big pothole", Asked())

    assert not chosen.wrong
    assert "stands in until then" in chosen.told
    assert chosen.engine.name == "openai"
    assert read.engine == "embedded"


async def test_without_schemas_the_next_way_is_taken() -> None:
    server = model_servers()["vllm"].model_copy(update={"answering": (Answering.JSON_OBJECT, Answering.PLAIN)})

    async with serving(ScriptedServer()) as address:
        probed = await probe(lambda answering: _model(server, f"{address}/v1", answering), server, name=MODEL)

    assert probed.answering is Answering.JSON_OBJECT


@pytest.mark.parametrize("profile", model_servers())
async def test_every_profile_sends_what_a_strict_server_takes(profile: str) -> None:
    server = model_servers()[profile]

    async with serving(ScriptedServer()) as address:
        probed = await probe(lambda answering: _model(server, f"{address}/v1", answering), server, name=MODEL)

    assert probed.answering is server.answering[0]


def test_an_engine_we_do_not_have_is_refused_by_name() -> None:
    with pytest.raises(SettingWrong, match="clever"):
        with_engine(Settings(), "clever")


def _model(server: ModelServer, address: str, answering: Answering) -> Model:
    return OpenAIModel(server, base_url=address, api_key=KEY, name=MODEL, answering=answering)
