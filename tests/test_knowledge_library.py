"""The index is built whole or not at all, is reused, resumed and reloaded, and finds what residents ask for."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from knowledge.article import SearchUnavailable
from knowledge.index import IndexBroken, build_index, current_version
from knowledge.library import BostonLibrary, IndexMissing, open_library
from knowledge.vectors import Encoder, Vectors, load_encoder
from tests.sample_articles import article, sample_articles


class CountingEncoder:
    """The real encoder, counting the texts it encodes; it may give up after some, as a killed process does."""

    def __init__(self, encoder: Encoder, *, version: str = "", gives_up_after: int = 10_000) -> None:
        self._encoder, self._left = encoder, gives_up_after
        self.version, self.width = version or encoder.version, encoder.width
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        self.encoded += len(texts)
        return self._encoder.encode(texts)

    def encode_one(self, text: str) -> Vectors:
        return self._encoder.encode_one(text)

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Nothing: every vector is made anew."""

    def knows(self, word: str) -> bool:
        return self._encoder.knows(word)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[BostonLibrary]:
    data_dir = tmp_path_factory.mktemp("library")
    build_index(sample_articles(), encoder, data_dir)
    opened = open_library(data_dir, encoder)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("how do i toss an old matress", "mattresses"),
        ("do they take futons", "mattresses"),
        ("what day do they sweep in the north end", "street-sweeping"),
        ("doggie lisence price pls", "dog-license"),
        ("apartment is freezing at night what is the law", "no-heat"),
    ],
)
def test_a_hurried_question_finds_its_article(library: BostonLibrary, question: str, article_id: str) -> None:
    assert library.search(question, language="en")[0].passage.article == article_id


def test_the_passage_that_answers_comes_before_the_others_of_its_article(library: BostonLibrary) -> None:
    assert library.search("where do i apply for the dog license", language="en")[0].passage.id == "dog-license#2"


def test_spanish_questions_are_answered_from_spanish_articles(library: BostonLibrary) -> None:
    found = library.search("cuando limpian mi calle", language="es")

    assert {each.passage.language for each in found} == {"es"}
    assert found[0].passage.article == "street-sweeping"


def test_scores_run_from_best_to_worst_between_nought_and_one(library: BostonLibrary) -> None:
    scores = [each.score for each in library.search("dog license fee", language="en", limit=8)]

    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_what_we_know_scores_above_what_we_do_not(library: BostonLibrary) -> None:
    known = library.search("when is street sweeping", language="en")[0].score
    unknown = library.search("who won the game last night", language="en")[0].score

    assert known > 0.8 > 0.3 > unknown


@pytest.mark.parametrize("question", ["", "   ", "?!", "\ud800", "and the of"], ids=range(5))
def test_a_question_without_words_does_not_fail(library: BostonLibrary, question: str) -> None:
    found = library.search(question, language="en", limit=3)

    assert all(each.passage.article == found[0].passage.article for each in found[3:])


def test_a_language_without_articles_finds_nothing(library: BostonLibrary) -> None:
    assert library.search("street sweeping", language="so") == ()


def test_the_same_articles_give_the_same_version_without_encoding(tmp_path: Path, encoder: Encoder) -> None:
    first = build_index(sample_articles(), encoder, tmp_path)
    counting = CountingEncoder(encoder)

    again = build_index(sample_articles(), counting, tmp_path)

    assert again == first
    assert counting.encoded == 0


def test_only_changed_passages_are_encoded_again(tmp_path: Path, encoder: Encoder) -> None:
    build_index(sample_articles(), encoder, tmp_path)
    counting = CountingEncoder(encoder)

    build_index((*sample_articles(), article("Samples are free.")), counting, tmp_path)

    assert counting.encoded == 4


def test_progress_ends_with_everything_done(tmp_path: Path, encoder: Encoder) -> None:
    heard: list[tuple[int, int]] = []

    build_index(sample_articles(), encoder, tmp_path, progress=lambda done, of: heard.append((done, of)))

    assert heard[-1][0] == heard[-1][1] > 0


def test_a_killed_build_leaves_the_old_index_in_use_and_goes_on_later(tmp_path: Path, encoder: Encoder) -> None:
    old = build_index(sample_articles(), encoder, tmp_path).version
    many = tuple(article(f"Sample {n} costs ${n}.", id=f"sample-{n}") for n in range(100))
    with pytest.raises(KeyboardInterrupt):
        build_index(many, CountingEncoder(encoder, gives_up_after=1), tmp_path)
    in_use = current_version(tmp_path)
    counting = CountingEncoder(encoder)

    build_index(many, counting, tmp_path)

    assert in_use == old
    assert counting.encoded == 202 - 64
    assert not list((tmp_path / "index").glob(".building-*"))


def test_a_library_takes_up_a_new_index(tmp_path: Path, encoder: Encoder) -> None:
    build_index(sample_articles(), encoder, tmp_path)
    library = open_library(tmp_path, encoder)
    before = library.version

    build_index((article("Sedan chairs cost $3.", title="Sedan chairs"),), encoder, tmp_path)
    found = library.search("what does a sedan chair cost", language="en")

    assert found[0].passage.article == "sample"
    assert library.version != before


def test_an_index_of_another_encoder_is_not_used(tmp_path: Path, encoder: Encoder) -> None:
    build_index(sample_articles(), CountingEncoder(encoder, version="another"), tmp_path)

    with pytest.raises(IndexMissing, match="another model"):
        open_library(tmp_path, encoder)


def test_without_an_index_the_cure_is_named(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(IndexMissing, match="beacon index"):
        open_library(tmp_path, encoder)


@pytest.mark.parametrize(
    "damaged", ["manifest.json", "en/passages.jsonl", "en/vectors.npy", "en/words/data.csc.index.npy"]
)
def test_a_damaged_index_is_named_with_its_cure(tmp_path: Path, encoder: Encoder, damaged: str) -> None:
    version = build_index(sample_articles(), encoder, tmp_path).version
    path = tmp_path / "index" / version / damaged
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(IndexBroken, match=rf"{version}.*run `beacon index`"):
        open_library(tmp_path, encoder)


def test_a_chroma_part_without_vectors_is_named(tmp_path: Path, encoder: Encoder) -> None:
    version = build_index(sample_articles(), encoder, tmp_path).version
    (tmp_path / "index" / version / "chroma" / "chroma.sqlite3").write_bytes(b"not a database")

    with pytest.raises(IndexBroken, match=version):
        open_library(tmp_path, encoder)


def test_a_damaged_index_is_built_again_by_the_next_build(tmp_path: Path, encoder: Encoder) -> None:
    version = build_index(sample_articles(), encoder, tmp_path).version
    (tmp_path / "index" / version / "en" / "vectors.npy").write_bytes(b"")

    build_index(sample_articles(), encoder, tmp_path)

    assert open_library(tmp_path, encoder).search("dog license", language="en")


def test_losing_the_index_while_serving_is_said(tmp_path: Path, encoder: Encoder) -> None:
    build_index(sample_articles(), encoder, tmp_path)
    library = open_library(tmp_path, encoder)
    (tmp_path / "index" / "current").write_text("0000")

    with pytest.raises(SearchUnavailable):
        library.search("dog license", language="en")


def test_the_manifest_counts_what_was_indexed(tmp_path: Path, encoder: Encoder) -> None:
    version = build_index(sample_articles(), encoder, tmp_path).version

    manifest = json.loads((tmp_path / "index" / version / "manifest.json").read_text())

    assert manifest["passages"] == {"en": 9, "es": 1}
    assert set(manifest["entries"]) == {"en"}
