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
console = Console()


async def chat_in_terminal(settings: Settings, *, transcript: Path | None, sms: bool) -> None:
    """Talk until the resident leaves (an empty Ctrl+D line, Ctrl+C, or /quit)."""
    with shown_progress("Loading the assistant") as progress:
        reading = await asyncio.to_thread(build_reading, settings, progress=progress)
    assistant = await build_assistant(settings, reading=reading)
    channel = Channel.SMS if sms else Channel.WEB
    opened = await assistant.open(channel)
    console.print("[dim]Write a message. Leave with Ctrl+D or /quit.[/dim]")
    try:
        while (text := await asyncio.to_thread(_line)) is not None:
            if text.strip():
                await _turn(assistant, opened.conversation_id, channel, storable(text), transcript)
    finally:
        await assistant.close(seconds=5)
        console.print("[dim]Goodbye.[/dim]")


def _line() -> str | None:
    """The next message; None when the resident leaves."""
    try:
        text = input("You: ")
    except (EOFError, KeyboardInterrupt):
        return None
    return None if text.strip().casefold() in LEAVE else text


async def _turn(
    assistant: Assistant, conversation_id: str, channel: Channel, text: str, transcript: Path | None
) -> None:
    inbound = Inbound(
        conversation_id=conversation_id, channel=channel, message_id=uuid4().hex, text=text, at=datetime.now(UTC)
    )
    with console.status("Reading and looking things up"):
        turn = await assistant.take(inbound, wait_seconds=30)
    if turn is None:
        console.print("[yellow]This takes longer than usual. Your message is kept; please wait a moment.[/yellow]")
        return
    show(turn)
    if transcript is not None:
        with transcript.open("a", encoding="utf-8") as file:
            file.write(told(text, turn))


def show(turn: Turn) -> None:
    """What was done, dimmed, and what is said."""
    did = "; ".join(step.did for step in turn.steps if step.name not in ("turn", "screen"))
    if did:
        console.print(f"[dim]· {did}[/dim]", highlight=False, markup=True)
    for reply in turn.replies:
        console.print(f"311: {reply.text}", style="bold", highlight=False, markup=False)
    for source in turn.citations:
        console.print(
            f"     {source.title}, {source.url} (as of {source.as_of})", style="dim", highlight=False, markup=False
        )


def told(text: str, turn: Turn) -> str:
    """A turn as lines of a transcript."""
    replies = "".join(f"311: {reply.text}\n" for reply in turn.replies)
    sources = "".join(f"     [{source.title}, {source.url}, as of {source.as_of}]\n" for source in turn.citations)
    return f"You: {text}\n{replies}{sources}     ({', '.join(turn.outcomes)})\n\n"
