"""The web application: the JSON API, the chat page, health, and one way of answering errors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from assistant.assistant import Assistant
from channels import cases, conversations, desk, desk_pages, health, near, page, queue_pages, staff_pages, theme
from channels import media as photos
from channels import open311 as open311_pages
from channels import review as review_pages
from channels.errors import answer_errors
from channels.limits import BodyLimit
from channels.media import Media
from channels.open311 import Open311
from channels.phone_line import PhoneLine
from channels.review_desk import ReviewDesk
from channels.staff_access import Doors, SignInNeeded, sign_in_first
from channels.texting import Texting
from tools.gazetteer import Gazetteer

DRAIN_SECONDS = 20.0
"""How long a turn under way may take to finish when the server is told to stop."""


def build_app(
    assistant: Assistant,
    *,
    desk_key: str,
    media: Media,
    doors: Doors,
    texting: Texting | None = None,
    text_router: APIRouter | None = None,
    phone_line: PhoneLine | None = None,
    phone_router: APIRouter | None = None,
    secure_cookies: bool = False,
    wait_seconds: float = 20.0,
    desk_control_percent: int = 0,
    review: ReviewDesk | None = None,
    open311: Open311 | None = None,
    gazetteer: Gazetteer | None = None,
    embed_sites: tuple[str, ...] = (),
) -> FastAPI:
    """The application around an assistant. `desk_key` opens the desk beside the accounts, on one machine."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await doors.accounts.prepare()
        await assistant.start()
        if review is not None:
            await review.prepare()
        if texting is not None:
            await texting.photos.start()
        async with open311_pages.filing_later(open311):
            yield
        if texting is not None:
            await texting.photos.stop()
        await assistant.close(seconds=DRAIN_SECONDS)

    app = FastAPI(
        title="Beacon 311",
        description="The intake and triage assistant of a city's non-emergency line.",
        version="0.1.0",
        lifespan=lifespan,
    )
    app.state.assistant = assistant
    app.state.desk_key = desk_key
    app.state.media = media
    app.state.doors = doors
    app.state.desk_control_percent = desk_control_percent
    app.state.secure_cookies = secure_cookies
    app.state.wait_seconds = wait_seconds
    app.state.gazetteer = gazetteer
    app.state.embed_sites = embed_sites
    app.state.templates = page.templates()
    app.add_middleware(BodyLimit)
    answer_errors(app)
    app.add_exception_handler(SignInNeeded, sign_in_first)
    for router in (
        conversations.router,
        photos.router,
        desk.router,
        cases.router,
        health.router,
        page.router,
        near.router,
        theme.router,
        staff_pages.router,
        queue_pages.router,
        desk_pages.router,
    ):
        app.include_router(router)
    if review is not None:
        app.state.review = review
        app.include_router(review_pages.router)
        for fault, answer in review_pages.FAULTS.items():
            app.add_exception_handler(fault, answer)
    open311_pages.add_to(app, open311)
    if text_router is not None:
        app.state.texting = texting
        app.include_router(text_router)
    if phone_router is not None:
        app.state.phone_line = phone_line
        app.include_router(phone_router)
    app.mount("/static", page.static_files(), name="static")
    return app
