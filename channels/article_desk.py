"""What the articles page shows and does: the list, one article with what is wrong with it, a preview, approval."""

import asyncio
import difflib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.bootstrap import ARTICLES, Reading, build_reading, open_or_build_library, quiet
from assistant.privacy import load_personal_data
from assistant.settings import Settings
from assistant.unanswered import unanswered
from channels.article_form import form_of, text_of
from evals.measure_knowledge import Asker
from evals.question_sets import Asked, Graded
from knowledge.article import Article
from knowledge.drafts import Drafts
from knowledge.editing import Change, Editing, EditRefused, Row, Text
from knowledge.lint import Finding
from knowledge.loader import load_articles, parse_article
from tools.clock import city_time
from tools.database import Database
from tools.value import Value

LAST = 20
"""So many of the last questions without an answer are tried again."""

DAYS = 30
SOON = timedelta(days=60)


class Shown(Value):
    """A row of the list with its state in words: draft, new, expired, soon, or served."""

    row: Row
    states: tuple[str, ...]


class ArticleDesk:
    """Articles of one set of settings. What takes time to load is loaded when it is first needed."""

    def __init__(self, settings: Settings, services: Collection[str], reading: Reading | None = None) -> None:
        self._settings, self._services, self._reading = settings, services, reading
        folder = settings.data_dir
        self.editing = Editing(settings.articles_dir or ARTICLES, Drafts(folder / "drafts"), folder / "article-history")

    def rows(self, *, find: str = "", state: str = "", language: str = "") -> tuple[Shown, ...]:
        """The articles that fit: words of the title, id, owner or text, a state, a language. Those whose title, id or
        owner has all words come first."""
        today, wanted = self._today(), find.casefold().split()
        shown = [Shown(row=row, states=_states(row, today)) for row in self.editing.rows()]
        fits = [
            each
            for each in shown
            if (not state or state in each.states) and (not language or language == each.row.language)
        ]
        named = [each for each in fits if _has(wanted, f"{each.row.title} {each.row.id} {each.row.owner}")]
        known = {(each.row.id, each.row.language) for each in named}
        others = [each for each in fits if (each.row.id, each.row.language) not in known]
        return (*named, *(each for each in others if _has(wanted, self._written(each.row))))

    def _written(self, row: Row) -> str:
        try:
            return self.editing.read(row.id, row.language).text
        except (EditRefused, UnicodeDecodeError):
            return ""

    def findings(self, article_id: str, language: str) -> tuple[Finding, ...]:
        """What is wrong with a draft, or to look at; nothing for an article that is served as it is."""
        if (article_id, language) not in self.editing.drafts.names():
            return ()
        return self.editing.findings(article_id, language, services=self._services, today=self._today())

    def served(self, article_id: str, language: str) -> str | None:
        """The file of the article as it is served; None for a new one."""
        path = self.editing.articles / language / f"{article_id}.md"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def difference(self, article_id: str, language: str, text: str) -> tuple[tuple[str, str], ...]:
        """How a draft differs from what is served: lines, each with "added", "removed" or "same"."""
        before = (self.served(article_id, language) or "").splitlines()
        kinds = {"+": "added", "-": "removed", " ": "same"}
        lines = difflib.ndiff(before, text.splitlines())
        return tuple((kinds[line[0]], line[2:]) for line in lines if line[0] in kinds)

    def save(self, article_id: str, language: str, form: dict[str, str], *, version: str | None, by: str) -> Text:
        """Keep what stands in the form as a draft. Raises Overtaken, EditRefused."""
        try:
            text = text_of(form, article_id=article_id, language=language)
            return self.editing.save_draft(article_id, language, text, version=version, by=by)
        except ValueError as error:
            raise EditRefused("An article's name has small letters, digits and hyphens only.") from error

    def approve(self, article_id: str, language: str, *, version: str, by: str, at: datetime) -> Change:
        """Put a draft in place, and build the index anew; running servers take it up by themselves."""
        try:
            change = self.editing.approve(
                article_id, language, version=version, by=by, at=at, today=self._today(), services=self._services
            )
        except OSError as error:
            raise EditRefused(
                f"The articles cannot be written ({error.strerror}). BEACON_ARTICLES_DIR should name a folder of the "
                "City's own, with a copy of the articles in it."
            ) from error
        self._index()
        return change

    def take_back(self, article_id: str, language: str, version: str, *, by: str) -> Text:
        """Make a draft of an earlier version: going back is approved like any change."""
        now = self.editing.read(article_id, language).version
        text = self.editing.as_it_was(article_id, language, version)
        return self.editing.save_draft(article_id, language, text, version=now, by=by)

    def form(self, text: str) -> dict[str, str] | None:
        """What stands in the fields."""
        return form_of(text)

    async def preview(self, article_id: str, language: str) -> tuple[tuple[Graded, ...], tuple[Graded, ...]]:
        """What would be answered, with the draft in place, to its own questions, and to the last that got no answer.
        Raises ArticleBroken, EditRefused."""
        text = self.editing.read(article_id, language)
        path = self.editing.drafts.path(article_id, language)
        chosen = parse_article(text.text, path)
        database = Database(self._settings.database)
        try:
            since = self._settings.clock() - timedelta(days=DAYS)
            last = await unanswered(database, load_personal_data(), since=since)
        finally:
            await database.close()
        own = [Asked(id=f"own-{at}", text=words, language=language) for at, words in enumerate(chosen.questions)]
        open_ones = [each.text for each in last if each.language == language][:LAST]
        again = [Asked(id=f"open-{at}", text=words, language=language) for at, words in enumerate(open_ones)]
        return await self._tried(chosen, own, again)

    async def _tried(
        self, chosen: Article, own: list[Asked], again: list[Asked]
    ) -> tuple[tuple[Graded, ...], tuple[Graded, ...]]:
        def work() -> tuple[tuple[Graded, ...], tuple[Graded, ...]]:
            with self._searching(chosen) as trying:
                asker = Asker(trying, clock=self._settings.clock)
                return asker.ask_all(own), asker.ask_all(again)

        return await asyncio.to_thread(work)

    @contextmanager
    def _searching(self, chosen: Article) -> Iterator[Reading]:
        """The parts with an index of these articles, apart from the one in use; vectors made already are used again."""
        articles = load_articles(self.editing.articles)
        others = [each for each in articles if (each.id, each.language) != (chosen.id, chosen.language)]
        parts = self._parts()
        with TemporaryDirectory(prefix="beacon-preview-") as folder:
            (Path(folder) / "vectors").symlink_to((self._settings.data_dir / "vectors").absolute())
            apart = self._settings.model_copy(update={"data_dir": Path(folder)})
            library = open_or_build_library(apart, parts.encoder, [*others, chosen], progress=quiet)
            yield replace(parts, library=library)

    def _index(self) -> None:
        articles = load_articles(self.editing.articles)
        open_or_build_library(self._settings, self._parts().encoder, articles, progress=quiet)

    def _parts(self) -> Reading:
        if self._reading is None:
            self._reading = build_reading(self._settings)
        return self._reading

    def _today(self) -> date:
        return city_time(self._settings.clock()).date()


def _has(words: list[str], text: str) -> bool:
    told = text.casefold()
    return all(word in told for word in words)


def _states(row: Row, today: date) -> tuple[str, ...]:
    found = ["draft" if row.published else "new"] if row.drafted else []
    if row.expires is not None and row.expires < today:
        found.append("expired")
    elif row.expires is not None and row.expires < today + SOON:
        found.append("soon")
    return tuple(found) or ("served",)
