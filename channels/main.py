"""The `beacon` command line."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from assistant.bootstrap import EXPECTED, build_assistant, build_reading
from assistant.settings import Settings
from channels import doctor as doctors
from channels import knowledge_commands, measuring
from channels.lines import LineBroken, ask_lines, draft_lines, print_draft_schema, read_lines
from channels.progress import shown_progress
from channels.serve import serve_forever
from channels.terminal import chat_in_terminal
from evals.measure import NotMeasured
from evals.scenario import ScenarioBroken

app = typer.Typer(name="beacon", help="The assistant of Boston's 311 line.", no_args_is_help=True, add_completion=False)
app.add_typer(measuring.app)
app.add_typer(knowledge_commands.app)
console = Console(stderr=True)

Jsonl = Annotated[
    bool, typer.Option("--jsonl", help="Read lines of JSON from standard input, write one line for each.")
]
Text = Annotated[list[str] | None, typer.Argument(help="The words, if not --jsonl.")]


def run() -> None:
    """The console script: what is expected to go wrong is told in one sentence, with exit code 1."""
    try:
        app()
    except (*EXPECTED, LineBroken, NotMeasured, ScenarioBroken) as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        sys.exit(1)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(part) for part in problem["loc"]).upper()
        console.print(f"[red]The setting BEACON_{name} cannot be used: {problem['msg']}.[/red]", highlight=False)
        sys.exit(1)


def _await(work: Coroutine[object, object, None]) -> None:
    try:
        asyncio.run(work)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Start the server with the chat page and the API."""
    settings = Settings()
    serve_forever(settings, host=host or settings.host, port=settings.port if port is None else port, console=console)


@app.command()
def chat(
    transcript: Annotated[Path | None, typer.Option(help="Also write the conversation to this file.")] = None,
    *,
    sms: Annotated[bool, typer.Option("--sms", help="Answer as in text messages.")] = False,
) -> None:
    """Talk with the assistant in the terminal."""
    _await(chat_in_terminal(Settings(), transcript=transcript, sms=sms))


@app.command()
def ask(question: Text = None, *, jsonl: Jsonl = False) -> None:
    """Answer a question from the city's knowledge."""
    _await(ask_lines(Settings(), " ".join(question or []), jsonl=jsonl))


@app.command()
def draft(
    text: Text = None,
    *,
    jsonl: Jsonl = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a draft and stop.")] = False,
) -> None:
    """Suggest a case draft for what a resident says."""
    if schema:
        print_draft_schema()
        return
    _await(draft_lines(Settings(), " ".join(text or []), jsonl=jsonl))


@app.command()
def read(text: Text = None, *, jsonl: Jsonl = False) -> None:
    """Show what is understood from a message."""
    _await(read_lines(Settings(), " ".join(text or []), jsonl=jsonl))


@app.command()
def index() -> None:
    """Build the search index of the city's articles, if it is not up to date."""
    settings = Settings()
    with shown_progress("Indexing articles") as progress:
        reading = build_reading(settings, progress=progress)
    console.print(f"The index {reading.library.version} is in use.")


@app.command()
def doctor(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check every part and say what is wrong and how to cure it."""
    findings = asyncio.run(doctors.examine(Settings()))
    doctors.show(findings, json_lines=json)
    sys.exit(0 if all(each.ok for each in findings) else 1)


@app.command()
def bench(
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Measure turn latency, start-up and memory."""
    from evals.bench import run_bench  # noqa: PLC0415 - measuring is a command of its own; nothing else needs it

    run_bench(Settings(), build_assistant, json_file=json_file)


@app.callback()
def main() -> None:
    """Boston 311's assistant."""


if __name__ == "__main__":
    run()
