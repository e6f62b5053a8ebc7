"""Lets reviewers in: by a name of their own and the local access key, kept in a cookie that holds neither."""

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Request, Response

from channels.auth import from_our_page
from channels.errors import ApiError

COOKIE = "beacon_reviewer"
LONGEST_NAME = 60
DAY = 86_400


class NotSignedIn(Exception):
    """Nobody is signed in; the page asks who is there."""


def signed(name: str, key: str) -> str:
    """What the cookie holds: the name, and a proof that whoever set it knew the key."""
    proof = hmac.new(key.encode(), f"reviewer {name}".encode(), hashlib.sha256).hexdigest()
    return f"{name.encode().hex()}.{proof}"


def reviewer(request: Request) -> str:
    """The name of who is signed in. Raises NotSignedIn."""
    held = request.cookies.get(COOKIE, "")
    try:
        name = bytes.fromhex(held.partition(".")[0]).decode()
    except ValueError as error:
        raise NotSignedIn from error
    if not name or not hmac.compare_digest(held.encode(), signed(name, request.app.state.desk_key).encode()):
        raise NotSignedIn
    return name


def sign_in(request: Request, to: Response, name: str, key: str) -> None:
    """Remember who is there. Raises ApiError for a wrong key or a name that cannot be used."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise ApiError(422, "name_wrong", f"Please give a name of 2 to {LONGEST_NAME} letters.")
    expected: str = request.app.state.desk_key
    if not hmac.compare_digest(key.strip().encode(), expected.encode()):
        raise ApiError(403, "key_wrong", "This access key is not right. `beacon serve` prints it when it starts.")
    to.set_cookie(
        COOKIE,
        signed(name, expected),
        httponly=True,
        samesite="strict",
        secure=request.app.state.secure_cookies,
        max_age=DAY,
        path="/review",
    )


def refuse_foreign(request: Request) -> None:
    """Refuses a form that another site sent. Raises ApiError 403."""
    if not from_our_page(request):
        raise ApiError(403, "foreign_form", "This form was sent from another site. Please use the page itself.")


Reviewer = Annotated[str, Depends(reviewer)]
