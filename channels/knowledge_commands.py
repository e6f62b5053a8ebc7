"""`beacon knowledge`: the commands of the people who write the city's articles."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.bootstrap import ARTICLES, build_reading
from assistant.settings import read_settings
from channels import sweeping_commands
from channels.progress import shown_progress
from evals.measure_knowledge import Asker
from evals.question_sets import Asked
from knowledge.begin import Draft, begin_article
from knowledge.lint import Finding, Weight, lint
from knowledge.loader import load_articles
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
    """Begin an article: a file with its front matter, to be filled in."""
    settings = read_settings()
    folder = (settings.articles_dir or ARTICLES) / language
    today = city_time(settings.clock()).date()
    draft = Draft(id=name, title=title, url=url, owner=owner, language=language)
    path = begin_article(folder, draft, today=today)
    Console(soft_wrap=True, highlight=False).print(
        f"Write your article in {path}, then run: beacon knowledge preview {name}"
    )


@app.command("preview")
def preview_command(
    name: Annotated[str, typer.Argument(help="The id of an article.")],
    language: Annotated[str, typer.Option(help="Its language.")] = "en",
) -> None:
    """Show what would be answered to an article's own questions, and from which article."""
    settings = read_settings()
    with shown_progress("Indexing articles") as progress:
        parts = build_reading(settings, progress=progress)
    articles = load_articles(settings.articles_dir or ARTICLES)
    chosen = [each for each in articles if (each.id, each.language) == (name, language)]
    if not chosen:
        raise typer.BadParameter(f"There is no article {name!r} in the language {language!r}.")
    out = Console(soft_wrap=True, highlight=False)
    asker = Asker(parts, clock=settings.clock)
    asked = [
        Asked(id=str(place), text=question, language=language, articles=(name,))
        for place, question in enumerate(chosen[0].questions, 1)
    ]
    rows = asker.ask_all(asked)
    for row in rows:
        source = ", ".join(row.articles) or row.reason or row.outcome.value
        out.print(f"\n? {row.asked.text}\n  [{source}]\n  {row.said}", markup=False)
    own = sum(name in row.articles for row in rows)
    out.print(f"\n{own} of {len(rows)} questions are answered from this article.", markup=False)


def _told(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}: {finding.weight.value}: {finding.what}"
