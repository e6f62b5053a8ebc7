"""A conversation in the terminal: shows what is being done, keeps a transcript, and ends cleanly."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from rich.console import Console

from assistant.assistant import Assistant
from assistant.bootstrap import build_assistant, build_reading
from assistant.message import Channel, Inbound
from assistant.settings import Settings
from assistant.turn import Turn
from channels.progress import shown_progress
from channels.text import storable

LEAVE = {"/quit", "/exit", "/q"}
LEAVE_WORDS = {"quit", "exit"}
"""Plain words that leave too, but not with --sms, where QUIT is one of the carriers' words to opt out."""

WAIT_SECONDS = 30.0


class TranscriptRefused(Exception):
    """The transcript cannot be written; the sentence names the file."""


def chat_in_terminal(settings: Settings, *, transcript: Path | None, sms: bool) -> None:
    """Talk until the resident leaves: Ctrl+D, Ctrl+C, or "quit". Raises TranscriptRefused.

    Input is read between turns, outside the event loop, so that Ctrl+C always ends it at once.
    """
    console = Console(soft_wrap=True)
    _writable(transcript)
    with shown_progress("Loading the assistant") as progress:
        reading = build_reading(settings, progress=progress)
    with asyncio.Runner() as loop:
        assistant = loop.run(build_assistant(settings, reading=reading))
        channel = Channel.SMS if sms else Channel.WEB
        opened = loop.run(assistant.open(channel))
        console.print("[dim]Write a message. Leave with Ctrl+D or /quit.[/dim]")
        try:
            while (text := _line(channel)) is not None:
                if text.strip():
                    turn = loop.run(_turn(assistant, opened.conversation_id, channel, text, console))
                    _keep(transcript, text, turn)
        except KeyboardInterrupt:
            console.print()
        finally:
            loop.run(assistant.close(seconds=5))
            console.print("[dim]Goodbye.[/dim]")


def _line(channel: Channel) -> str | None:
    """The next message; None when the resident leaves."""
    try:
        text = storable(input("You: "))
    except EOFError:
        print()  # noqa: T201 - ends the prompt's line
        return None
    word = text.strip().casefold()
    leaves = word in LEAVE or (word in LEAVE_WORDS and channel is Channel.WEB)
    return None if leaves else text


async def _turn(
    assistant: Assistant, conversation_id: str, channel: Channel, text: str, console: Console
) -> Turn | None:
    inbound = Inbound(
        conversation_id=conversation_id, channel=channel, message_id=uuid4().hex, text=text, at=datetime.now(UTC)
    )
    with console.status("Reading and looking things up"):
        turn = await assistant.take(inbound, wait_seconds=WAIT_SECONDS)
    if turn is None:
        console.print("[yellow]This takes longer than usual. Your message is kept; please wait a moment.[/yellow]")
    else:
        show(turn, console)
    return turn


def show(turn: Turn, console: Console) -> None:
    """What was done, dimmed, then what is said and where it comes from."""
    did = "; ".join(step.did for step in turn.steps if step.name not in ("turn", "screen"))
    if did:
        console.print(f"· {did}", style="dim", highlight=False, markup=False)
    for reply in turn.replies:
        console.print(f"311: {reply.text}", style="bold", highlight=False, markup=False)
    for source in turn.citations:
        line = f"     {source.title}, {source.url} (as of {source.as_of})"
        console.print(line, style="dim", highlight=False, markup=False)


def _writable(transcript: Path | None) -> None:
    if transcript is None:
        return
    try:
        transcript.open("a", encoding="utf-8").close()
    except OSError as error:
        raise TranscriptRefused(f"The transcript {transcript} cannot be written ({error.strerror}).") from error


def _keep(transcript: Path | None, text: str, turn: Turn | None) -> None:
    if transcript is not None:
        with transcript.open("a", encoding="utf-8") as file:
            file.write(told(text, turn) if turn else f"You: {text}\n     (not answered yet)\n\n")


def told(text: str, turn: Turn) -> str:
    """A turn as lines of a transcript."""
    replies = "".join(f"311: {reply.text}\n" for reply in turn.replies)
    sources = "".join(f"     [{source.title}, {source.url}, as of {source.as_of}]\n" for source in turn.citations)
    return f"You: {text}\n{replies}{sources}     ({', '.join(turn.outcomes)})\n\n"
