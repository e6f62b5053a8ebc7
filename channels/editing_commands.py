"""The commands that approve drafts and look at the history of articles."""

from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import ARTICLES
from assistant.settings import Settings, read_settings
from knowledge.drafts import Drafts
from knowledge.editing import Editing
from tools.catalogue import load_catalogue
from tools.clock import city_time

Language = Annotated[str, typer.Option(help="Its language.")]


def editing_of(settings: Settings) -> Editing:
    """The articles, drafts and history of these settings."""
    data = settings.data_dir
    return Editing(settings.articles_dir or ARTICLES, Drafts(data / "drafts"), data / "article-history")


def drafts_command() -> None:
    """List the drafts, with what stands in the way of approving each."""
    settings = read_settings()
    editing, out = editing_of(settings), Console(soft_wrap=True, highlight=False)
    services, today = load_catalogue().services, city_time(settings.clock()).date()
    drafts = [row for row in editing.rows() if row.drafted]
    for row in drafts:
        about = editing.drafts.provenance(row.id, row.language)
        kind = "changes" if row.published else "new"
        out.print(f"{row.language}/{row.id}  {kind}  {about.source if about else 'begun by hand'}", markup=False)
        for each in editing.findings(row.id, row.language, services=services, today=today):
            out.print(f"    line {each.line}: {each.weight.value}: {each.what}", markup=False)
        for notice in about.notices if about else ():
            out.print(f"    look: {notice}", markup=False)
    out.print(f"{len(drafts)} drafts in {editing.drafts.folder}", markup=False)


def approve_command(
    name: Annotated[str, typer.Argument(help="The id of a draft.")],
    by: Annotated[str, typer.Option(help="Who approves it.")],
    language: Language = "en",
) -> None:
    """Put a draft in the place of the article; the one before is kept."""
    settings = read_settings()
    editing, at = editing_of(settings), settings.clock()
    version = editing.read(name, language).version
    change = editing.approve(
        name,
        language,
        version=version,
        by=by,
        at=at,
        today=city_time(at).date(),
        services=load_catalogue().services,
    )
    Console(soft_wrap=True, highlight=False).print(
        f"{language}/{name} was {change.what} by {change.by}; run: beacon index", markup=False
    )


def history_command(
    name: Annotated[str, typer.Argument(help="The id of an article.")],
    language: Language = "en",
    version: Annotated[str | None, typer.Option(help="Show the article as it was in this version.")] = None,
) -> None:
    """Show who approved which version of an article and when."""
    settings = read_settings()
    editing, out = editing_of(settings), Console(soft_wrap=True, highlight=False)
    if version is not None:
        out.print(editing.as_it_was(name, language, version), markup=False)
        return
    changes = editing.history(name, language)
    for each in changes:
        out.print(f"{city_time(each.at):%Y-%m-%d %H:%M}  {each.version}  {each.what} by {each.by}", markup=False)
    out.print(f"{len(changes)} changes of {language}/{name}", markup=False)
