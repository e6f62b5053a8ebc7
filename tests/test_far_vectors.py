"""Vectors of a server for the search: built once, never mixed with others, and no resident waits when they fail."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.bootstrap import Reading, open_or_build_library
from assistant.breaker import Breaker
from assistant.settings import Settings
from evals.embedding_server import EMBEDDING_MODEL, EmbeddingFault
from evals.model_server import KEY, ModelServer, serving
from knowledge.article import Article, Library
from knowledge.far_library import FarLibrary
from knowledge.index import build_index
from knowledge.library import BostonLibrary
from knowledge.openai_vectors import EmbeddingServer, OpenAIEncoder, VectorsUnavailable
from tests.sample_articles import sample_articles

HOUSE = "how do i license my dog"
LATER = (
    EmbeddingFault.WRONG_KEY,
    EmbeddingFault.UNKNOWN_MODEL,
    EmbeddingFault.RATE_LIMITED,
    EmbeddingFault.SERVER_ERROR,
    EmbeddingFault.UNAVAILABLE,
    EmbeddingFault.MISSING_VECTOR,
    EmbeddingFault.ANOTHER_WIDTH,
    EmbeddingFault.ZEROS,
    EmbeddingFault.ALL_ALIKE,
    EmbeddingFault.NOT_NUMBERS,
    EmbeddingFault.ANOTHER_SHAPE,
)
LIVED_WITH = (
    EmbeddingFault.NONE,
    EmbeddingFault.RATE_LIMITED_FOR_A_MOMENT,
    EmbeddingFault.SERVER_ERROR_ONCE,
    EmbeddingFault.SHUFFLED,
)


@pytest.fixture(scope="module")
def built(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the embedded index of the sample articles."""
    folder = tmp_path_factory.mktemp("built")
    build_index(sample_articles(), reading.encoder, folder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of it, for one test."""
    return shutil.copytree(built, tmp_path / "data")


async def opened(
    reading: Reading,
    folder: Path,
    address: str,
    *,
    fault: EmbeddingFault = EmbeddingFault.NONE,
    articles: Sequence[Article] | None = None,
    **more: object,
) -> Library:
    """The library of a start with the test server's vectors."""
    path = "/v1" if fault is EmbeddingFault.NONE else f"/faults/{fault.value}/v1"
    given = {"openai_base_url": address + path, "openai_api_key": KEY, "openai_embedding_model": EMBEDDING_MODEL}
    settings = Settings.model_validate({"data_dir": folder, **given, **more})
    return await asyncio.to_thread(open_or_build_library, settings, reading.encoder, articles or sample_articles())


@asynccontextmanager
async def far_library(reading: Reading, folder: Path, server: ModelServer) -> AsyncIterator[FarLibrary]:
    async with serving(server) as address:
        library = await opened(reading, folder, address)
        assert isinstance(library, FarLibrary)
        yield library
        await library.close()


@pytest.mark.parametrize("fault", LIVED_WITH, ids=lambda fault: fault.value)
async def test_an_article_is_found_with_vectors_of_a_server(
    fault: EmbeddingFault, reading: Reading, folder: Path
) -> None:
    async with serving(ModelServer()) as address:
        library = await opened(reading, folder, address, fault=fault)
        assert isinstance(library, FarLibrary)
        await library.prepare(HOUSE, seconds=2)
        found = library.search(HOUSE, language="en")
        await library.close()

    assert found[0].passage.article == "dog-license"
    assert found[0].score > 0.43


@pytest.mark.parametrize("fault", LATER, ids=lambda fault: fault.value)
async def test_a_server_that_fails_at_the_start_leaves_the_embedded_index(
    fault: EmbeddingFault, reading: Reading, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(ModelServer()) as address:
        library = await opened(reading, folder, address, fault=fault)

    assert isinstance(library, BostonLibrary)
    assert library.search(HOUSE, language="en")[0].passage.article == "dog-license"
    assert "The embedded index answers; run `beacon index`" in caplog.text


async def test_a_server_that_dies_later_costs_a_question_its_vector_only(
    reading: Reading, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(ModelServer()) as address:
        library = await opened(reading, folder, address)
    assert isinstance(library, FarLibrary)

    for number in range(5):
        await library.prepare(f"{HOUSE} {number}", seconds=2)
    found = library.search(f"{HOUSE} 1", language="en")
    await library.close()

    assert found[0].passage.article == "dog-license"
    assert caplog.text.count("cannot be reached. The embedded index answers.") == 3
    assert caplog.text.count("is left alone for now. The embedded index answers.") == 2
    assert HOUSE not in caplog.text


async def test_a_slow_server_is_not_waited_for(reading: Reading) -> None:
    async with serving(ModelServer()) as address:
        server = EmbeddingServer(f"{address}/faults/timeout/v1", EMBEDDING_MODEL, KEY)
        encoder = OpenAIEncoder(server, reading.encoder, switch=Breaker(), width=256)
        began = asyncio.get_running_loop().time()
        with pytest.raises(VectorsUnavailable, match="in time"):
            await encoder.fetch(HOUSE, seconds=0.2)
        took = asyncio.get_running_loop().time() - began
        await encoder.close()

    assert took < 1.5


async def test_a_second_start_asks_for_nothing(reading: Reading, folder: Path) -> None:
    server = ModelServer()
    async with serving(server) as address:
        await opened(reading, folder, address)
        asked = len(server.embedded)
        again = await opened(reading, folder, address)

    assert isinstance(again, FarLibrary)
    assert len(server.embedded) == asked


async def test_another_width_or_new_articles_build_the_index_anew(reading: Reading, folder: Path) -> None:
    server = ModelServer()
    async with serving(server) as address:
        first = await opened(reading, folder, address)
        narrow = await opened(reading, folder, address, openai_embedding_dimensions=64)
        wide = len(server.embedded)
        fewer = await opened(reading, folder, address, openai_embedding_dimensions=64, articles=sample_articles()[:-1])
        asked = server.embedded[wide:]

    assert len({first.version, narrow.version, fewer.version}) == 3
    assert asked == [["street"]]


async def test_an_index_of_other_articles_never_answers(reading: Reading, folder: Path) -> None:
    async with serving(ModelServer()) as address:
        await opened(reading, folder, address, articles=sample_articles()[1:])
    library = await opened(reading, folder, address)

    assert isinstance(library, BostonLibrary)
    assert (folder / "far" / "index" / "current").exists()


async def test_what_may_not_leave_is_taken_out_of_the_question(reading: Reading, folder: Path) -> None:
    server = ModelServer()
    question = "can you license my dog, my number is 617-555-0143"

    async with far_library(reading, folder, server) as library:
        await library.prepare(question, seconds=2)
        found = library.search(question, language="en")

    assert "617-555-0143" not in json.dumps(server.embedded)
    assert server.embedded[-1] == ["can you license my dog, my number is [PHONE_1]"]
    assert found
