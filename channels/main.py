"""The `beacon` command line."""

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text as Words

from assistant.backup import BackupRefused
from assistant.bootstrap import EXPECTED, build_reading
from assistant.disposal import DisposalRefused
from assistant.records import RecordsRefused
from assistant.settings import read_settings, with_engine
from assistant.surge import SurgeRefused
from assistant.tracing import TracesMissing
from channels import (
    backup_commands,
    bench_commands,
    crm_commands,
    export_commands,
    knowledge_commands,
    measuring,
    model_commands,
    open311_commands,
    reallocation_commands,
    records_commands,
    staff_commands,
    surge_commands,
    switch_commands,
)
from channels import doctor as doctors
from channels.accounts import AccountRefused
from channels.lines import LineBroken, ask_lines, draft_lines, print_draft_schema, read_lines
from channels.progress import shown_progress
from channels.serve import AddressTaken, serve_forever
from channels.terminal import TranscriptRefused, chat_in_terminal
from channels.working import work_forever
from evals.inspect_log import InspectMissing
from evals.measure import NotMeasured
from evals.runs import RunBroken
from evals.scenario import ScenarioBroken
from knowledge.addresses import AddressRefused
from knowledge.editing import EditRefused
from knowledge.fetch import NotFetched
from knowledge.import_files import ImportRefused
from tools.database_copy import CopyFailed

EXPECTED_OF_EDITORS = (AddressRefused, EditRefused, ImportRefused, NotFetched)
app = typer.Typer(name="beacon", help="The assistant of Boston's 311 line.", no_args_is_help=True, add_completion=False)
measuring.app.add_typer(model_commands.app)
app.add_typer(measuring.app)
app.add_typer(knowledge_commands.app)
app.add_typer(switch_commands.app)
app.add_typer(surge_commands.app)
app.add_typer(records_commands.app)
app.add_typer(staff_commands.app)
app.add_typer(staff_commands.audit_app)
crm_commands.app.add_typer(open311_commands.app)
crm_commands.app.command("sent-back")(reallocation_commands.sent_back)
crm_commands.app.command("reallocate")(reallocation_commands.reallocate)
crm_commands.app.command("routing-feedback")(reallocation_commands.routing_feedback)
crm_commands.app.command("export")(export_commands.export_cases)
bench_commands.app.command("export")(export_commands.bench)
app.add_typer(crm_commands.app)
app.command("news")(crm_commands.news)
app.command("backup")(backup_commands.backup)
app.command("restore")(backup_commands.put_back)
app.add_typer(bench_commands.app)
console = Console(stderr=True)

Jsonl = Annotated[
    bool, typer.Option("--jsonl", help="Read lines of JSON from standard input, write one line for each.")
]
Text = Annotated[list[str] | None, typer.Argument(help="The words, if not --jsonl.")]


def run() -> None:
    """The console script: what is expected to go wrong is told in one sentence, with exit code 1."""
    try:
        app()
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        reason = f"{error.strerror or error}{where}"
        _fail(f"A file or folder cannot be used: {reason}. Please check it; `beacon doctor` tells more.")
    except (
        *EXPECTED,
        *EXPECTED_OF_EDITORS,
        BackupRefused,
        DisposalRefused,
        RecordsRefused,
        SurgeRefused,
        CopyFailed,
        AccountRefused,
        AddressTaken,
        LineBroken,
        NotMeasured,
        RunBroken,
        InspectMissing,
        ScenarioBroken,
        TracesMissing,
        TranscriptRefused,
    ) as error:
        _fail(str(error))


def _fail(sentence: str) -> None:
    console.print(Words(sentence, style="red"), soft_wrap=True)
    sys.exit(1)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl+C, or a reader of our output that went away, ends a command without a traceback."""
    try:
        yield
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)


def _await(work: Coroutine[object, object, None]) -> None:
    with _interruptible():
        asyncio.run(work)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    engine: Annotated[str | None, typer.Option(help="Who reads and words: embedded or openai.")] = None,
    *,
    demo_sms: Annotated[
        bool, typer.Option("--demo-sms", help="Also a phone to try texting with, and a fake carrier, at /demo-sms.")
    ] = False,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave texts to `beacon work` (PostgreSQL only).")
    ] = False,
) -> None:
    """Start the server with the chat page and the API."""
    settings = with_engine(read_settings(), engine)
    with _interruptible():
        port = settings.port if port is None else port
        host = host or settings.host
        serve_forever(settings, host=host, port=port, console=console, demo_sms=demo_sms, works=not no_worker)


@app.command()
def work() -> None:
    """Answer texts and send the replies, beside `beacon serve` and other workers on one PostgreSQL database."""
    with _interruptible():
        work_forever(read_settings(), console=console)


@app.command()
def chat(
    transcript: Annotated[Path | None, typer.Option(help="Also write the conversation to this file.")] = None,
    *,
    sms: Annotated[bool, typer.Option("--sms", help="Answer as in text messages.")] = False,
) -> None:
    """Talk with the assistant in the terminal."""
    with _interruptible():
        chat_in_terminal(read_settings(), transcript=transcript, sms=sms)


@app.command()
def ask(question: Text = None, *, jsonl: Jsonl = False) -> None:
    """Answer a question from the city's knowledge."""
    _await(ask_lines(read_settings(), " ".join(question or []), jsonl=jsonl))


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
    _await(draft_lines(read_settings(), " ".join(text or []), jsonl=jsonl))


@app.command()
def read(text: Text = None, *, jsonl: Jsonl = False) -> None:
    """Show what is understood from a message."""
    _await(read_lines(read_settings(), " ".join(text or []), jsonl=jsonl))


@app.command()
def index() -> None:
    """Build the search index of the city's articles, if it is not up to date."""
    settings = read_settings()
    with shown_progress("Indexing articles") as progress:
        reading = build_reading(settings, progress=progress)
    console.print(f"The index {reading.library.version} is in use.")


@app.command()
def doctor(
    part: Annotated[str | None, typer.Argument(help="crm: only the case system, by reading from it.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Set stuck work going again first.")] = False,
) -> None:
    """Check every part and say what is wrong and how to cure it."""
    if again:
        count = asyncio.run(doctors.set_going())
        console.print(f"{count} pieces of work were set going; a running server takes them up within half a minute.")
    findings = asyncio.run(doctors.examine_crm_alone() if part == "crm" else doctors.examine())
    doctors.show(findings, json_lines=json)
    sys.exit(0 if all(each.ok for each in findings) else 1)


@app.callback()
def main() -> None:
    """Boston 311's assistant."""


if __name__ == "__main__":
    run()
