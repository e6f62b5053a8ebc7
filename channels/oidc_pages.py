"""Signing in by the City's identity provider: the way there, and the way back."""

import logging
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from channels.accounts import AccountRefused
from channels.identity import CALLBACK, Identity
from channels.oidc import TOO_LATE, Attempt, ProviderFailed
from channels.staff_access import DoorsHere
from channels.staff_pages import inside, opened, sign_in_form
from channels.subjects import Subjects

router = APIRouter(include_in_schema=False)
ATTEMPT_SECONDS = 600
log = logging.getLogger(__name__)


@router.get("/staff/oidc")
async def begin(request: Request, to: str = "") -> Response:
    """Send the browser to the provider, holding the secret of this attempt."""
    attempt = Attempt()
    try:
        address = await _identity(request).provider.begin(attempt)
    except ProviderFailed as error:
        return _failed(request, error, to=inside(to))
    away = RedirectResponse(address, status_code=303)
    away.set_cookie(
        _cookie(request),
        f"{attempt.seed}.{quote(inside(to), safe='')}",
        max_age=ATTEMPT_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.app.state.secure_cookies,
        path="/",
    )
    return away


@router.get(CALLBACK)
async def come_back(request: Request, doors: DoorsHere) -> Response:
    """Sign in whom the provider vouches for, if this browser began it and we know them."""
    identity = _identity(request)
    seed, _, kept = request.cookies.get(_cookie(request), "").partition(".")
    attempt, to = Attempt(seed or None), inside(unquote(kept))
    await doors.accounts.prepare()
    try:
        if not seed:
            raise identity.provider.failure(400, TOO_LATE, "this browser began no sign-in")
        code = identity.provider.code_of(request.query_params, attempt)
        proven = await identity.provider.proven(code, attempt)
        person = await Subjects(doors.accounts, doors.audit, identity.admission).person(proven)
    except ProviderFailed as error:
        return _over(request, _failed(request, error, to=to))
    except AccountRefused as error:
        detail = {"issuer": proven.issuer, "why": str(error)}
        await doors.audit.add("sign_in_refused", (proven.email or proven.subject)[:100], by="nobody", detail=detail)
        return _over(request, sign_in_form(request, status=403, to=to, wrong=str(error)))
    return _over(request, await opened(request, doors, person.login, person.role, to))


def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


def _failed(request: Request, error: ProviderFailed, *, to: str) -> Response:
    log.warning("A sign-in by the identity provider failed.", extra={"event": "oidc_failed", "why": error.why})
    return sign_in_form(request, status=error.status, to=to, wrong=str(error))


def _over(request: Request, answer: Response) -> Response:
    """An attempt is over, however it ended: what tied it to this browser goes."""
    answer.delete_cookie(_cookie(request), path="/", secure=request.app.state.secure_cookies, httponly=True)
    return answer


def _cookie(request: Request) -> str:
    return "__Host-beacon_sign_in" if request.app.state.secure_cookies else "beacon_sign_in"
