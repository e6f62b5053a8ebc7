"""Lets staff in: by a session cookie and the table of roles, or by the local access key as a call-taker."""

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from channels.accounts import LOCAL, Accounts, Role
from channels.audit import Audit
from channels.auth import FOREIGN, bearer, refuse_foreign
from channels.desk_records import DeskRecords
from channels.errors import ApiError, body
from channels.sessions import WHOLE_SECONDS, Sessions
from tools.value import Value

TABLE = Path(__file__).parent / "roles.yaml"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, eq=False)
class Doors:
    """Accounts, sessions, the audit log and the record of the desk, for the pages."""

    accounts: Accounts
    sessions: Sessions
    audit: Audit
    desk: DeskRecords

    @asynccontextmanager
    async def prepared(self) -> AsyncIterator[None]:
        """Begins with the tables up to date."""
        await self.accounts.prepare()
        yield


class Who(Value):
    """Who is at the desk. Forms of this session carry `form_token`."""

    login: str
    name: str
    role: Role
    form_token: str = ""


class SignInNeeded(Exception):
    """Nobody is signed in: a page shows where to sign in, a program gets 401."""


def doors_of(request: Request) -> Doors:
    """The accounts behind this app."""
    doors: Doors = request.app.state.doors
    return doors


DoorsHere = Annotated[Doors, Depends(doors_of)]


@cache
def _table() -> tuple[tuple[str, re.Pattern[str], frozenset[str]], ...]:
    told = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    rows = sorted(told["routes"].items(), key=lambda row: (row[0].endswith("*"), -len(row[0])))
    return tuple((line.split()[0], _pattern(line.split()[1]), frozenset(told["groups"][group])) for line, group in rows)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\}|\*$)", path)
    return re.compile("".join(".*" if p == "*" else "[^/]+" if p.startswith("{") else re.escape(p) for p in parts))


def roles_of(method: str, path: str) -> frozenset[str] | None:
    """Who may open a route; None for one that is not listed. The longest line that fits decides."""
    method = "GET" if method == "HEAD" else method
    return next((who for how, fits, who in _table() if how in (method, "ANY") and fits.fullmatch(path)), None)


def cookie_name(request: Request) -> str:
    """Over https the cookie is bound to this very host."""
    return "__Host-beacon_staff" if request.app.state.secure_cookies else "beacon_staff"


def remember(request: Request, to: Response, token: str) -> None:
    """Give the browser its session."""
    to.set_cookie(
        cookie_name(request),
        token,
        httponly=True,
        samesite="lax",
        secure=request.app.state.secure_cookies,
        max_age=round(WHOLE_SECONDS),
        path="/",
    )


def form_token(token: str) -> str:
    """What a form of a session proves that it came from our own page with."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


async def who_is(request: Request) -> Who | None:
    """Who holds this request's session."""
    token = request.cookies.get(cookie_name(request), "")
    if not token:
        return None
    doors = doors_of(request)
    await doors.accounts.prepare()
    person = await doors.sessions.person(token, used=request.headers.get("x-background") != "1")
    if person is None:
        return None
    return Who(login=person.login, name=person.name, role=person.role, form_token=form_token(token))


async def staff(request: Request) -> Who:
    """Who is signed in and may open this route. Raises SignInNeeded, or ApiError 403."""
    if (key := bearer(request)) is not None:
        return _by_key(request, key)
    who = await who_is(request)
    if who is None:
        raise SignInNeeded
    if who.role.value not in (roles_of(request.method, request.url.path) or ()):
        raise ApiError(403, "not_allowed", f"This page is not for the role {who.role.value}.")
    if request.method not in SAFE:
        refuse_foreign(request)
        if not hmac.compare_digest(await _sent_token(request), who.form_token):
            raise ApiError(403, "foreign_form", FOREIGN)
    return who


def _by_key(request: Request, key: str) -> Who:
    """The local access key stands for a call-taker."""
    allowed = roles_of(request.method, request.url.path) or ()
    expected: str = request.app.state.desk_key
    if not hmac.compare_digest(key.encode(), expected.encode()) or Role.CALL_TAKER.value not in allowed:
        raise ApiError(403, "key_wrong", "This access key does not open the desk.")
    return Who(login=LOCAL, name="Local desk", role=Role.CALL_TAKER)


async def _sent_token(request: Request) -> str:
    header = request.headers.get("x-form-token")
    if header is not None or not request.headers.get("content-type", "").startswith(FORMS):
        return header or ""
    return str((await request.form()).get("form_token", ""))


async def is_staff(request: Request) -> bool:
    """Whether somebody of the desk asks: by the access key, or signed in."""
    key = bearer(request)
    if key is not None:
        expected: str = request.app.state.desk_key
        return hmac.compare_digest(key.encode(), expected.encode())
    who = await who_is(request)
    return who is not None and who.role in (Role.CALL_TAKER, Role.SUPERVISOR, Role.ADMIN)


Staff = Annotated[Who, Depends(staff)]


async def sign_in_first(request: Request, _: Exception) -> Response:
    """Where to sign in, for a page; 401 for a program."""
    if request.url.path.startswith("/api/") or request.method not in SAFE:
        message = "Please sign in, or send the desk's access key as a bearer token."
        return JSONResponse(body("key_missing", message), 401)
    return RedirectResponse(f"/staff/sign-in?to={request.url.path}", status_code=303)
