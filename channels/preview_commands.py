"""The commands that try articles: what an article's own questions are answered, and what residents got no answer to."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import ARTICLES, Reading, build_reading, open_or_build_library
from assistant.privacy import load_personal_data
from assistant.settings import Settings, read_settings
from assistant.unanswered import Topic, Unanswered, by_topic, unanswered
from channels.progress import shown_progress
from evals.measure_knowledge import Asker
from evals.question_sets import Asked, Graded
from knowledge.article import Article
from knowledge.drafts import Drafts
from knowledge.loader import load_article, load_articles
from tools.clock import city_time
from tools.database import Database

LAST = 20
"""So many of the last questions without an answer are tried again."""


def preview_command(
    name: Annotated[str, typer.Argument(help="The id of an article or draft.")],
    language: Annotated[str, typer.Option(help="Its language.")] = "en",
    days: Annotated[int, typer.Option(min=1, help="Also try what got no answer in so many days.")] = 30,
) -> None:
    """Show what would be answered to an article's own questions, and to the last ones that got no answer."""
    settings = read_settings()
    with shown_progress("Indexing articles") as progress:
        parts = build_reading(settings, progress=progress)
    chosen, articles = _chosen(settings, name, language)
    open_questions = asyncio.run(_unanswered(settings, days))
    own = [
        Asked(id=str(place), text=question, language=language, articles=(name,))
        for place, question in enumerate(chosen.questions, 1)
    ]
    asked_before = [each for each in open_questions if each.language == language][:LAST]
    again = [Asked(id=f"open-{place}", text=each.text, language=language) for place, each in enumerate(asked_before, 1)]
    with _searching(parts, settings, articles) as trying:
        asker = Asker(trying, clock=settings.clock)
        rows, further = asker.ask_all(own), asker.ask_all(again)
    out = Console(soft_wrap=True, highlight=False)
    for row in rows:
        out.print(_shown(row), markup=False)
    out.print(f"\n{_from(name, rows)} of {len(rows)} questions are answered from this article.", markup=False)
    for row in further:
        if name in row.articles:
            out.print(_shown(row), markup=False)
    if further:
        told = (
            f"\n{_from(name, further)} of the last {len(further)} questions without an answer are answered from it now."
        )
        out.print(told, markup=False)


def unanswered_command(
    days: Annotated[int, typer.Option(min=1, help="Look so many days back.")] = 30,
    most: Annotated[int, typer.Option(min=1, help="Show so many topics.")] = 20,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write all topics to this file.")] = None,
) -> None:
    """Report what residents asked and got no answer to, by topic, with personal data masked."""
    settings = read_settings()
    found = asyncio.run(_unanswered(settings, days))
    topics: tuple[Topic, ...] = ()
    if found:
        parts = build_reading(settings)
        topics = by_topic(found, parts.encoder, parts.library)
    out = Console(soft_wrap=True, highlight=False)
    for topic in topics[:most]:
        out.print(_told(topic), markup=False)
    out.print(f"{len(found)} questions without an answer in {days} days, {len(topics)} topics.", markup=False)
    if json_file is not None:
        told = [topic.model_dump(mode="json") for topic in topics]
        json_file.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


async def _unanswered(settings: Settings, days: int) -> tuple[Unanswered, ...]:
    database = Database(settings.database)
    try:
        return await unanswered(database, load_personal_data(), since=settings.clock() - timedelta(days=days))
    finally:
        await database.close()


def _chosen(settings: Settings, name: str, language: str) -> tuple[Article, list[Article]]:
    """The draft of this name, else the article; with all articles, the draft in the place of its own."""
    articles = list(load_articles(settings.articles_dir or ARTICLES))
    path = Drafts(settings.data_dir / "drafts").path(name, language)
    if path.exists():
        draft = load_article(path)
        others = [each for each in articles if (each.id, each.language) != (draft.id, draft.language)]
        return draft, [*others, draft]
    chosen = [each for each in articles if (each.id, each.language) == (name, language)]
    if not chosen:
        raise typer.BadParameter(f"There is no article or draft {name!r} in the language {language!r}.")
    return chosen[0], articles


@contextmanager
def _searching(parts: Reading, settings: Settings, articles: list[Article]) -> Iterator[Reading]:
    """The parts with an index of these articles, apart from the one in use; vectors made already are used again."""
    with TemporaryDirectory(prefix="beacon-preview-") as folder:
        (Path(folder) / "vectors").symlink_to((settings.data_dir / "vectors").absolute())
        apart = settings.model_copy(update={"data_dir": Path(folder)})
        with shown_progress("Indexing articles") as progress:
            library = open_or_build_library(apart, parts.encoder, articles, progress=progress)
        yield replace(parts, library=library)


def _from(name: str, rows: tuple[Graded, ...]) -> int:
    return sum(name in row.articles for row in rows)


def _shown(row: Graded) -> str:
    source = ", ".join(row.articles) or row.reason or row.outcome.value
    return f"\n? {row.asked.text}\n  [{source}]\n  {row.said}"


def _told(topic: Topic) -> str:
    reasons = ", ".join(f"{name} {count}" for name, count in topic.reasons.items())
    languages = ", ".join(f"{name} {count}" for name, count in topic.languages.items())
    near = f"; nearest article {topic.nearest} ({topic.score:.2f})" if topic.nearest else ""
    head = f"{topic.count} x {topic.told}"
    last = f"    {reasons}; {languages}; last on {city_time(topic.last):%Y-%m-%d}{near}"
    lines = [f"    - {each}" for each in topic.examples if each != topic.told]
    apart = [] if topic.wanted else ["    (no article is missing)"]
    return "\n".join([head, last, *apart, *lines])
