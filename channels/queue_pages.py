"""The pages of the live queue: who waits, one conversation with its summary, and a person's replies."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from channels.auth import AssistantHere
from channels.live_queue import LiveQueue, QueueRefused
from channels.presence import Presence
from channels.speech import book
from channels.staff_access import DoorsHere, Staff, Who
from channels.staff_pages import show
from tools.clock import city_time

router = APIRouter(prefix="/desk/queue", include_in_schema=False)
Words = Annotated[str, Form(max_length=4_000)]


def queue_of(assistant: AssistantHere) -> LiveQueue:
    """The queue on the assistant's tables."""
    return LiveQueue(assistant.store, assistant.post, assistant.ports.clock)


def presence_of(assistant: AssistantHere) -> Presence:
    """Who looks at what, on the assistant's tables."""
    return Presence(assistant.store.database)


@router.get("", response_class=HTMLResponse)
async def queue(request: Request, who: Staff, assistant: AssistantHere) -> Response:
    """Everybody who waits for a person, the longest first."""
    rows = await queue_of(assistant).waiting()
    times = [(each, _time(each.updated)) for each in rows]
    looking = await presence_of(assistant).others(who.login)
    return show(request, "queue.html", who=who, rows=times, names=book().names, looking=looking)


@router.get("/{conversation_id}/here")
async def here(who: Staff, assistant: AssistantHere, conversation_id: str) -> dict[str, int | tuple[str, ...]]:
    """Asked by an open page every ten seconds: notes that it is open, and tells who else looks and how far it went."""
    await assistant.store.conversation(conversation_id)
    presence = presence_of(assistant)
    await presence.looks(conversation_id, who.login)
    others = (await presence.others(who.login)).get(conversation_id, ())
    return {"others": others, "newest": await assistant.history.newest(conversation_id)}


@router.get("/{conversation_id}", response_class=HTMLResponse)
async def one(
    request: Request, who: Staff, assistant: AssistantHere, doors: DoorsHere, conversation_id: str
) -> Response:
    """One conversation. Reading it is on record, since it may hold how to reach somebody."""
    await doors.audit.add("conversation_read", conversation_id, by=who.login, role=who.role)
    return await _shown(request, who, assistant, conversation_id)


@router.post("/{conversation_id}/{act}")
async def act(
    request: Request,
    who: Staff,
    assistant: AssistantHere,
    doors: DoorsHere,
    conversation_id: str,
    act: str,
    text: Words = "",
) -> Response:
    """Take over, reply, leave a note, give back, or close."""
    live = queue_of(assistant)
    try:
        match act:
            case "take":
                await live.take_over(conversation_id, who.login)
            case "reply":
                await live.reply(conversation_id, text, by=who.login)
            case "note":
                await live.note(conversation_id, text, by=who.login)
            case "return":
                await live.give_back(conversation_id, by=who.login)
            case "close":
                await live.close(conversation_id, by=who.login)
            case _:
                raise QueueRefused("There is no such button.")
    except QueueRefused as error:
        return await _shown(request, who, assistant, conversation_id, wrong=str(error), text=text)
    await doors.audit.add(f"conversation_{act}", conversation_id, by=who.login, role=who.role)
    to = "/desk/queue" if act in ("return", "close") else f"/desk/queue/{conversation_id}#newest"
    return RedirectResponse(to, status_code=303)


async def _shown(
    request: Request, who: Who, assistant: AssistantHere, conversation_id: str, *, wrong: str = "", text: str = ""
) -> Response:
    live = queue_of(assistant)
    state = await assistant.store.conversation(conversation_id)
    draft = state.work.draft if state.work else None
    await presence_of(assistant).looks(conversation_id, who.login)
    return show(
        request,
        "queue_one.html",
        status=409 if wrong else 200,
        who=who,
        state=state,
        draft=draft,
        said=[(each, _time(each.at)) for each in await assistant.history.said(conversation_id)],
        notes=await live.notes(conversation_id),
        holder=await live.holder(conversation_id),
        others=(await presence_of(assistant).others(who.login)).get(conversation_id, ()),
        newest=await assistant.history.newest(conversation_id),
        speaks=book().names.get(state.language, state.language),
        wrong=wrong,
        text=text,
    )


def _time(at: datetime) -> str:
    return f"{city_time(at):%b %d, %H:%M}"
