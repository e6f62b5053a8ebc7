"""The pages of accounts: sign in, choose a password by an invitation, change it, end sessions, read the audit log."""

import hmac
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from channels.accounts import LOCAL, AccountRefused, Role
from channels.auth import refuse_foreign
from channels.page_headers import SECURITY_HEADERS
from channels.staff_access import (
    Doors,
    DoorsHere,
    Staff,
    cookie_name,
    remember,
)
from tools.clock import city_time

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Form(max_length=400)]
FIRST_PAGES = {Role.REVIEWER: "/review", Role.AUDITOR: "/staff/audit"}


def show(request: Request, template: str, *, status: int = 200, **told: object) -> Response:
    """A page of staff, with the headers that keep it ours."""
    page: Response = request.app.state.templates.TemplateResponse(request, template, told, status_code=status)
    page.headers.update(SECURITY_HEADERS)
    return page


def sign_in_form(request: Request, *, status: int = 200, to: str = "", wrong: str = "", login: str = "") -> Response:
    """The page on which staff sign in: with an account here, by the City's identity provider, or by the key."""
    told = {"to": to, "wrong": wrong, "login": login, "by": request.app.state.sign_in_by}
    return show(request, "staff_sign_in.html", status=status, **told)


@router.get("/staff/sign-in", response_class=HTMLResponse)
async def sign_in_page(request: Request, to: str = "") -> Response:
    """Where staff sign in."""
    return sign_in_form(request, to=inside(to))


@router.post("/staff/sign-in")
async def sign_in(request: Request, doors: DoorsHere, login: Word = "", password: Word = "", to: Word = "") -> Response:
    """Sign in with a name and a password."""
    refuse_foreign(request)
    await doors.accounts.prepare()
    try:
        person = await doors.accounts.check(login, password)
    except AccountRefused as error:
        await doors.audit.add("sign_in_refused", login.strip()[:100], by="nobody")
        return sign_in_form(request, status=403, to=inside(to), wrong=str(error), login=login)
    return await opened(request, doors, person.login, person.role, to)


@router.post("/staff/key")
async def sign_in_by_key(request: Request, doors: DoorsHere, key: Word = "", to: Word = "") -> Response:
    """Sign in on one machine with the access key that `beacon serve` printed."""
    refuse_foreign(request)
    await doors.accounts.prepare()
    local = await doors.accounts.person(LOCAL)
    expected: str = request.app.state.desk_key
    if local is None or local.disabled or not hmac.compare_digest(key.strip().encode(), expected.encode()):
        await doors.audit.add("key_refused", by="nobody")
        wrong = "This access key is not right. `beacon serve` prints it when it starts."
        return sign_in_form(request, status=403, to=inside(to), wrong=wrong)
    return await opened(request, doors, LOCAL, local.role, to)


@router.post("/staff/sign-out")
async def sign_out(request: Request, who: Staff, doors: DoorsHere) -> Response:
    """End this session."""
    await doors.sessions.end(request.cookies.get(cookie_name(request), ""))
    await doors.audit.add("signed_out", by=who.login, role=who.role)
    return _signed_out(request)


@router.get("/api/session")
async def session(request: Request, who: Staff, doors: DoorsHere) -> dict[str, str | int]:
    """How long this session lasts if nobody uses it, and what forms prove themselves with now: for our own pages."""
    refuse_foreign(request)
    left = await doors.sessions.left(request.cookies.get(cookie_name(request), ""))
    seconds = {"unused": round(left.unused), "whole": round(left.whole)}
    return {"login": who.login, "form_token": who.form_token} | seconds


@router.get("/staff/account", response_class=HTMLResponse)
async def account(request: Request, who: Staff, doors: DoorsHere, told: str = "") -> Response:
    """One's own account: password and sessions."""
    note = "The password is changed." if told == "changed" else ""
    return await _account(request, who, doors, note=note)


@router.post("/staff/password")
async def password(request: Request, who: Staff, doors: DoorsHere, old: Word = "", new: Word = "") -> Response:
    """Change one's password: every other session ends, and this one gets a new token."""
    try:
        await doors.accounts.check(who.login, old)
        await doors.accounts.set_password(who.login, new)
    except AccountRefused as error:
        return await _account(request, who, doors, wrong=str(error))
    await doors.audit.add("password_changed", who.login, by=who.login, role=who.role)
    back = RedirectResponse("/staff/account?told=changed", status_code=303)
    remember(request, back, await doors.sessions.open(who.login, browser=_browser(request)))
    return back


@router.post("/staff/end-sessions")
async def end_sessions(request: Request, who: Staff, doors: DoorsHere) -> Response:
    """End every session of one's own, this one too."""
    await doors.sessions.end_all(who.login)
    await doors.audit.add("sessions_ended", who.login, by=who.login, role=who.role)
    return _signed_out(request)


@router.get("/staff/invite/{token}", response_class=HTMLResponse)
async def invitation(request: Request, doors: DoorsHere, token: str) -> Response:
    """Where somebody who was invited chooses a password."""
    await doors.accounts.prepare()
    login = await doors.accounts.invited(token)
    return show(request, "staff_invite.html", status=200 if login else 404, login=login, wrong="")


@router.post("/staff/invite/{token}")
async def accept_invitation(request: Request, doors: DoorsHere, token: str, new: Word = "") -> Response:
    """Choose a password and sign in."""
    refuse_foreign(request)
    await doors.accounts.prepare()
    try:
        login = await doors.accounts.redeem(token, new)
    except AccountRefused as error:
        known = await doors.accounts.invited(token)
        return show(request, "staff_invite.html", status=422, login=known, wrong=str(error))
    person = await doors.accounts.person(login)
    await doors.audit.add("invitation_used", login, by=login, role=person.role if person else "")
    return await opened(request, doors, login, person.role if person else Role.CALL_TAKER, "")


@router.get("/staff/audit", response_class=HTMLResponse)
async def audit_log(request: Request, who: Staff, doors: DoorsHere) -> Response:
    """The newest rows of the audit log, and whether the whole chain holds."""
    rows = [(each, f"{_time(each.at):%Y-%m-%d %H:%M:%S}") for each in await doors.audit.entries()]
    return show(request, "staff_audit.html", who=who, rows=rows, verdict=await doors.audit.verify())


async def opened(request: Request, doors: Doors, login: str, role: Role, to: str) -> Response:
    """A new session for who proved who they are; the one this browser had ends."""
    await doors.sessions.end(request.cookies.get(cookie_name(request), ""))
    back = RedirectResponse(inside(to) or FIRST_PAGES.get(role, "/desk"), status_code=303)
    remember(request, back, await doors.sessions.open(login, browser=_browser(request)))
    await doors.audit.add("signed_in", login, by=login, role=role)
    return back


async def _account(request: Request, who: Staff, doors: Doors, *, note: str = "", wrong: str = "") -> Response:
    rows = [
        (f"{_time(s.began):%b %d, %H:%M}", f"{_time(s.seen):%b %d, %H:%M}", browser_in_words(s.browser))
        for s in await doors.sessions.of(who.login)
    ]
    status, person = 422 if wrong else 200, await doors.accounts.person(who.login)
    has_password = person is not None and person.has_password
    told = {"rows": rows, "note": note, "wrong": wrong, "has_password": has_password}
    return show(request, "staff_account.html", status=status, who=who, **told)


def _signed_out(request: Request) -> Response:
    back = RedirectResponse("/staff/sign-in", status_code=303)
    back.delete_cookie(cookie_name(request), path="/", secure=request.app.state.secure_cookies, httponly=True)
    return back


def inside(to: str) -> str:
    """Where to go after the sign-in: only a page of ours."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() else ""


def browser_in_words(told: str) -> str:
    """A browser as people know it ("Chrome on Windows"), from what it says of itself."""
    names = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "CriOS": "Chrome", "Safari": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "Mac"}
    name = next((word for part, word in names.items() if part in told), "")
    system = next((word for part, word in (systems | {"Linux": "Linux"}).items() if part in told), "")
    return f"{name or 'A browser'} on {system}" if system else name or told or "not said"


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")[:120]


def _time(at: float) -> datetime:
    return city_time(datetime.fromtimestamp(at, UTC))
