"""The articles page: staff list, edit, try, compare and approve what the assistant knows, and sign its fixed texts."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.signatures import sign, signatures_of, texts_of, version_of
from assistant.wording import load_wording
from channels.accounts import Role
from channels.article_desk import ArticleDesk
from channels.article_form import FIELDS
from channels.errors import ApiError
from channels.page_words import LANGUAGES
from channels.staff_access import DoorsHere, Staff, Who
from channels.staff_pages import show
from knowledge.editing import EditRefused
from knowledge.loader import ArticleBroken
from tools.clock import city_time

router = APIRouter(prefix="/articles", include_in_schema=False)
APPROVERS = (Role.SUPERVISOR, Role.ADMIN)
STATES = ("draft", "new", "expired", "soon", "served")
LONGEST = 60_000
PER_PAGE = 50
NO_NAME = "An article's name has small letters, digits and hyphens only, such as street-sweeping."


def desk_of(request: Request) -> ArticleDesk:
    """The articles behind this app."""
    desk: ArticleDesk = request.app.state.article_desk
    return desk


@router.get("", response_class=HTMLResponse)
async def articles(
    request: Request, who: Staff, find: str = "", state: str = "", language: str = "", page: int = 1
) -> Response:
    """The articles and drafts that fit, page by page."""
    return await _listed(request, who, find=find[:200], state=state, language=language, page=page)


@router.post("/new")
async def begin(
    request: Request,
    who: Staff,
    name: Annotated[str, Form(max_length=80)] = "",
    language: Annotated[str, Form(max_length=10)] = "en",
) -> Response:
    """Begin an article; it is written on the page that follows."""
    name = "-".join(name.casefold().split())
    try:
        desk_of(request).editing.drafts.path(name, language)
    except ValueError:
        return await _listed(request, who, wrong=NO_NAME, name=name)
    return RedirectResponse(f"/articles/{language}/{name}", status_code=303)


@router.get("/wordings", response_class=HTMLResponse)
async def wordings(request: Request, who: Staff) -> Response:
    """Whose signature each language's fixed texts have, and whose is missing."""
    return _signatures(request, who)


@router.get("/wordings/{language}/{what}", response_class=HTMLResponse)
async def wording(request: Request, who: Staff, language: str, what: str) -> Response:
    """The texts that a signature stands for, beside the English ones."""
    own = texts_of(language, what) if language in load_wording().languages("emergency") else {}
    if not own:
        raise ApiError(404, "no_such_texts", "There are no such texts.")
    return show(
        request,
        "wording.html",
        who=who,
        own=own,
        english=texts_of("en", what),
        in_language=language,
        languages=LANGUAGES,
        what=what,
        version=version_of(language, what),
        may_sign=_approves(who),
    )


@router.post("/wordings/{language}/{what}")
async def sign_wording(
    request: Request,
    who: Staff,
    doors: DoorsHere,
    language: str,
    what: str,
    version: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Sign the texts as they were read."""
    if not _approves(who):
        raise ApiError(403, "not_allowed", "Supervisors sign the fixed texts.")
    state, today = request.app.state, city_time(request.app.state.assistant.ports.clock()).date()
    try:
        await asyncio.to_thread(sign, state.data_dir, language, what, by=who.name, day=today, version=version)
    except ValueError as error:
        return _signatures(request, who, wrong=str(error))
    await doors.audit.add("texts_signed", f"{language}: {what}", by=who.login, role=who.role, detail={"of": version})
    return RedirectResponse("/articles/wordings", status_code=303)


@router.get("/{language}/{name}", response_class=HTMLResponse)
async def article(request: Request, who: Staff, language: str, name: str) -> Response:
    """One article: its fields, what is wrong with it, how it differs from what is served, and its history."""
    return await _article(request, who, language, name)


@router.post("/{language}/{name}/{act}")
async def act(request: Request, who: Staff, doors: DoorsHere, language: str, name: str, act: str) -> Response:
    """Save, try, approve, discard, or go back to an earlier version."""
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    if any(len(value) > LONGEST for value in form.values()):
        raise ApiError(413, "too_long", "An article is shorter than that. Please split it.")
    desk, version = desk_of(request), form.get("version") or None
    try:
        match act:
            case "save" | "try":
                await asyncio.to_thread(desk.save, name, language, form, version=version, by=who.login)
            case "approve" if _approves(who):
                at = request.app.state.assistant.ports.clock()
                await asyncio.to_thread(desk.approve, name, language, version=version or "", by=who.login, at=at)
            case "discard":
                await asyncio.to_thread(desk.editing.discard, name, language, version=version or "")
            case "back":
                await asyncio.to_thread(desk.take_back, name, language, form.get("to", ""), by=who.login)
            case _:
                raise EditRefused("Supervisors approve articles." if act == "approve" else "There is no such button.")
        await doors.audit.add(f"article_{act}", f"{language}/{name}", by=who.login, role=who.role)
        if act == "try":
            return await _article(request, who, language, name, tried=await desk.preview(name, language))
    except (EditRefused, ArticleBroken) as error:
        written = form if act in ("save", "try") else None
        return await _article(request, who, language, name, wrong=str(error), written=written)
    to = "/articles" if act == "discard" else f"/articles/{language}/{name}"
    return RedirectResponse(f"{to}?done={act}", status_code=303)


async def _listed(
    request: Request,
    who: Who,
    *,
    find: str = "",
    state: str = "",
    language: str = "",
    page: int = 1,
    wrong: str = "",
    name: str = "",
) -> Response:
    rows = await asyncio.to_thread(desk_of(request).rows, find=find, state=state, language=language)
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    return show(
        request,
        "articles.html",
        status=422 if wrong else 200,
        who=who,
        rows=rows[first : first + PER_PAGE],
        count=len(rows),
        first=first + 1,
        page=page,
        pages=pages,
        find=find,
        state=state,
        in_language=language,
        states=STATES,
        languages=LANGUAGES,
        wrong=wrong,
        name=name,
    )


async def _article(
    request: Request,
    who: Who,
    language: str,
    name: str,
    *,
    wrong: str = "",
    written: dict[str, str] | None = None,
    tried: object = None,
) -> Response:
    desk = desk_of(request)
    try:
        text = await asyncio.to_thread(desk.editing.read, name, language)
    except (EditRefused, ValueError):
        text = None
        if language not in LANGUAGES or not desk.editing.is_a_name(name, language):
            raise ApiError(404, "no_such_article", "There is no article by that name.") from None
    findings = await asyncio.to_thread(desk.findings, name, language)
    return show(
        request,
        "article.html",
        status=409 if wrong else 200,
        who=who,
        name=name,
        in_language=language,
        text=text,
        form=written or (desk.form(text.text) if text else {}),
        fields=FIELDS,
        findings=findings,
        ready=not any(each.weight.value == "error" for each in findings),
        difference=desk.difference(name, language, text.text) if text and text.draft else (),
        history=[(each, f"{city_time(each.at):%d %b %Y, %H:%M}") for each in desk.editing.history(name, language)],
        may_approve=_approves(who),
        wrong=wrong,
        done=request.query_params.get("done", ""),
        tried=tried,
    )


def _signatures(request: Request, who: Who, *, wrong: str = "") -> Response:
    languages = load_wording().languages("emergency")
    given = signatures_of(languages, data_dir=request.app.state.data_dir)
    status = 409 if wrong else 200
    return show(request, "wordings.html", status=status, who=who, signatures=given, languages=LANGUAGES, wrong=wrong)


def _approves(who: Who) -> bool:
    return who.role in APPROVERS
