"""`beacon knowledge import`: pages and documents become draft articles, for a person to approve."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import ARTICLES
from assistant.settings import Settings, check_data_dir, read_settings
from assistant.wording import load_wording
from channels.progress import shown_progress
from knowledge.drafts import Drafts
from knowledge.fetch import Fetcher
from knowledge.import_journal import Journal
from knowledge.importing import MOST_PAGES, Imported, Importer
from knowledge.loader import load_articles

LINES = 12
"""Lines of a difference that are shown; the draft holds all of it."""


def import_command(
    source: Annotated[str, typer.Argument(help="An address, a sitemap (….xml), a file or a folder.")],
    language: Annotated[str | None, typer.Option(help="The language of the pages; what they say unless given.")] = None,
    most: Annotated[int, typer.Option(min=1, max=5_000, help="At most so many pages.")] = MOST_PAGES,
    *,
    again: Annotated[bool, typer.Option("--again", help="Begin anew instead of going on where it stopped.")] = False,
) -> None:
    """Make draft articles of HTML, PDF, DOCX or Markdown, and show how they differ from what we have."""
    settings = read_settings()
    check_data_dir(settings)
    languages = load_wording().languages("confirm")
    if language is not None and language not in languages:
        raise typer.BadParameter(f"{language!r} is none of {', '.join(languages)}.")
    importer = Importer(
        drafts=Drafts(settings.data_dir / "drafts"),
        fetcher=Fetcher(allow_loopback=settings.import_allow_loopback),
        articles=load_articles(settings.articles_dir or ARTICLES),
        languages=languages,
        journals=settings.data_dir / "imports",
        now=settings.clock,
        language=language,
        most_pages=most,
    )
    if again:
        Journal.of(importer.journals, source).end()
    asyncio.run(_import(importer, source, settings))


async def _import(importer: Importer, source: str, settings: Settings) -> None:
    out = Console(soft_wrap=True, highlight=False)
    drafted = left = same = 0
    with shown_progress("Importing pages") as progress:
        async for found in importer.run(source, progress=progress):
            for line in told(found):
                out.print(line, markup=False)
            drafted += found.draft is not None
            left += found.why_not is not None
            same += found.difference is not None and found.difference.same
    where = settings.data_dir / "drafts"
    out.print(f"{drafted} drafts in {where}, {same} pages say what we have already, {left} left out.", markup=False)
    if drafted:
        out.print("Read each draft, name its owner, then: beacon knowledge approve ID --by YOUR NAME", markup=False)


def told(found: Imported) -> tuple[str, ...]:
    """What is shown of one page."""
    if found.why_not:
        return (f"left out  {found.source}: {found.why_not}",)
    difference = found.difference
    notices = tuple(f"          look: {each}" for each in found.notices)
    if difference is None or difference.article is None:
        return (f"new       {_name(found.draft)} from {found.source}", *notices)
    if difference.same:
        return (f"same      {difference.article.id}: {found.source} says what we have already", *notices)
    figures = tuple(f"          figures: {each}" for each in difference.figures)
    shown = [f"          {line}" for line in difference.lines[:LINES]]
    more = [f"          … and {len(difference.lines) - LINES} lines"] if len(difference.lines) > LINES else []
    return (f"changes   {difference.article.id} from {found.source}", *notices, *figures, *shown, *more)


def _name(path: Path | None) -> str:
    return f"{path.parent.name}/{path.stem}" if path else "nothing"
