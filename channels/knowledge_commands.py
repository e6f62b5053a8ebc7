"""`beacon knowledge`: the commands of the people who write the city's articles."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import ARTICLES
from assistant.settings import read_settings
from channels import editing_commands, import_commands, preview_commands, sweeping_commands
from knowledge.begin import Draft, begin_article
from knowledge.lint import Finding, Weight, lint
from tools.catalogue import load_catalogue
from tools.clock import city_time

app = typer.Typer(name="knowledge", help="Write and check the city's articles.", no_args_is_help=True)
app.add_typer(sweeping_commands.app)


@app.callback()
def knowledge() -> None:
    """Write and check the city's articles."""


@app.command("lint")
def lint_command(
    folder: Annotated[Path | None, typer.Argument(help="The folder of articles; the city's own unless given.")] = None,
    days: Annotated[int, typer.Option(help="List what expires within so many days.")] = 60,
    *,
    errors_only: Annotated[bool, typer.Option("--errors-only", help="Leave the notices out.")] = False,
) -> None:
    """Check articles: missing dates and sources, contradictions, dead ids, what has expired, reading age."""
    settings = read_settings()
    articles = folder or settings.articles_dir or ARTICLES
    services = load_catalogue().services
    today = city_time(settings.clock()).date()
    found = lint(articles, services=services, today=today, soon=timedelta(days=days))
    errors = [each for each in found if each.weight is Weight.ERROR]
    out = Console(soft_wrap=True, highlight=False)
    for each in errors if errors_only else found:
        out.print(_told(each), markup=False)
    out.print(f"{len(errors)} errors, {len(found) - len(errors)} notices in {articles}", markup=False)
    raise typer.Exit(1 if errors else 0)


@app.command("new")
def new_command(
    name: Annotated[str, typer.Argument(help="The id, in small letters with hyphens.")],
    title: Annotated[str, typer.Option(help="The title that residents see.")],
    url: Annotated[str, typer.Option(help="The page of the City that says so.")],
    owner: Annotated[str, typer.Option(help="The department that answers for it.")],
    language: Annotated[str, typer.Option(help="Its language.")] = "en",
) -> None:
    """Begin an article as a draft: a file with its front matter, to be filled in and approved."""
    settings = read_settings()
    folder = settings.data_dir / "drafts" / language
    today = city_time(settings.clock()).date()
    draft = Draft(id=name, title=title, url=url, owner=owner, language=language)
    path = begin_article(folder, draft, today=today)
    Console(soft_wrap=True, highlight=False).print(
        f"Write your article in {path}, then run: beacon knowledge preview {name}", markup=False
    )


app.command("preview")(preview_commands.preview_command)
app.command("unanswered")(preview_commands.unanswered_command)
app.command("import")(import_commands.import_command)
app.command("drafts")(editing_commands.drafts_command)
app.command("approve")(editing_commands.approve_command)
app.command("history")(editing_commands.history_command)


def _told(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}: {finding.weight.value}: {finding.what}"
