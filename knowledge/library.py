"""The library: searches the index in use, language by language, and takes up a new one when it is put in use.

IndexMissing    no index was built for this encoder; build it first
IndexBroken     (knowledge/index.py) the index cannot be read
"""

from pathlib import Path

from knowledge.article import Found, Passage, SearchUnavailable
from knowledge.index import FORMAT, Dense, IndexBroken, IndexManifest, current_version, verified
from knowledge.meaning import meaning_of
from knowledge.other_languages import WordShelf
from knowledge.shelf import WEIGHTS, Shelf, Weights
from knowledge.tongues import Tongues
from knowledge.vectors import Encoder, Vectors

SURE = 0.43
"""From this score on a language's own article answers, and none in English is looked for."""


class IndexMissing(SearchUnavailable):
    """There is no index that this encoder can use; the sentence says what to do."""


class BostonLibrary:
    """The library on the index in use; when another is put in use it serves that one from the next search on."""

    def __init__(
        self, data_dir: Path, encoder: Encoder, weights: Weights = WEIGHTS, *, tongues: Tongues | None = None
    ) -> None:
        self._data_dir, self._encoder, self._weights = data_dir, encoder, weights
        self.tongues = tongues or Tongues(data_dir)
        self._open()

    @property
    def version(self) -> str:
        """Which build of the index answers."""
        return self._manifest.version

    @property
    def embedded(self) -> bool:
        """Whether it searches with the vectors of this machine only."""
        return True

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have articles."""
        return tuple(self._manifest.passages)

    async def prepare(self, question: str, *, seconds: float) -> None:
        """Nothing: everything a search needs is here."""

    def search(
        self, question: str, *, language: str, limit: int = 5, vector: Vectors | None = None
    ) -> tuple[Found, ...]:
        """The passages that fit, best first; none in a language without articles. Raises SearchUnavailable.

        Where the language has no article that fits but English has, by what the question means, those are English.
        `vector` is the question's, where it was fetched from elsewhere.
        """
        try:
            if current_version(self._data_dir) != self.version:
                self._open()
        except (IndexBroken, IndexMissing) as error:
            raise SearchUnavailable(str(error)) from error
        if language not in self._manifest.passages or not question.strip():
            return ()
        shelf = self._shelf(language)
        if isinstance(shelf, WordShelf):
            own = shelf.search(question, limit)
            sure = bool(own) and own[0].score >= SURE
            return own if sure else shelf.in_english(question, self._english, limit) or own
        return shelf.search(question, limit, self._weights, vector)

    def close(self) -> None:
        """Let go of the files."""
        self._dense.close()

    def _open(self) -> None:
        folder, manifest = usable_index(self._data_dir, self._encoder)
        dense = Dense(folder / "chroma", manifest.entries)
        self._folder, self._manifest, self._dense = folder, manifest, dense
        self._shelves: dict[str, Shelf | WordShelf] = {}
        self._english: dict[str, list[Passage]] = {}
        for passage in self._shelf("en").passages if "en" in manifest.passages else ():
            self._english.setdefault(passage.article, []).append(passage)

    def _shelf(self, language: str) -> Shelf | WordShelf:
        """The shelf of a language, opened when it is first searched: a process seldom serves all languages."""
        if language not in self._shelves:
            folder = self._folder / language
            try:
                self._shelves[language] = (
                    Shelf(folder, language, self._dense, self._encoder)
                    if language == "en"
                    else WordShelf(folder, language, meaning_of(folder, language, self.tongues))
                )
            except (OSError, ValueError) as error:
                raise IndexBroken(folder, str(error)) from error
        return self._shelves[language]


def open_library(data_dir: Path, encoder: Encoder) -> BostonLibrary:
    """The library on the index in use. Raises IndexMissing or IndexBroken."""
    return BostonLibrary(data_dir, encoder)


def usable_index(data_dir: Path, encoder: Encoder) -> tuple[Path, IndexManifest]:
    """Where the index in use lies, verified file by file. Raises IndexMissing or IndexBroken."""
    version = current_version(data_dir)
    if version is None:
        raise IndexMissing(f"No index was built in {str(data_dir / 'index')!r} yet; run `beacon index`.")
    folder = data_dir / "index" / version
    manifest = verified(folder)
    if (manifest.format, manifest.encoder) != (FORMAT, encoder.version):
        raise IndexMissing(f"The index {version!r} was made by another model or version; run `beacon index`.")
    return folder, manifest
