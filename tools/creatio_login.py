"""How we prove ourselves to Creatio: a bearer token of its identity service, or a forms login with its CSRF cookie."""

import json
from collections.abc import Callable
from time import monotonic
from typing import Protocol

import httpx

from tools.crm import LoginRefused

EARLY_SECONDS = 60.0
"""So long before its end a token is no longer used."""


class Login(Protocol):
    """One way to log in."""

    async def headers(self, client: httpx.AsyncClient) -> dict[str, str]:
        """What every call must carry. Raises LoginRefused, httpx.HTTPError, ValueError for an answer without sense."""
        ...

    @property
    def fresh(self) -> bool:
        """Whether the headers of the last login may still be used."""
        ...


class OAuthLogin:
    """OAuth 2 client credentials: a technical user with least rights, a token for an hour."""

    def __init__(self, url: str, client_id: str, secret: str, *, seconds: Callable[[], float] = monotonic) -> None:
        self._url = f"{url.rstrip('/')}/connect/token"
        self._wish = {"client_id": client_id, "client_secret": secret, "grant_type": "client_credentials"}
        self._seconds = seconds
        self._until = 0.0

    @property
    def fresh(self) -> bool:
        """Whether the token is not about to end."""
        return self._seconds() < self._until

    async def headers(self, client: httpx.AsyncClient) -> dict[str, str]:
        """A new token."""
        response = await client.post(self._url, data=self._wish)
        if response.status_code in (400, 401, 403):
            raise LoginRefused("Creatio's identity service does not accept our client id and secret.")
        response.raise_for_status()
        answer = json.loads(response.content)
        if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
            raise ValueError("The identity service gave no token.")  # noqa: TRY004 - an answer without sense
        self._until = self._seconds() + float(answer.get("expires_in", 3600)) - EARLY_SECONDS
        return {"Authorization": f"Bearer {answer['access_token']}"}


class FormsLogin:
    """Name and password: session cookies, and the CSRF cookie repeated as a header on every call."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._url = url
        self._wish = {"UserName": name, "UserPassword": password}
        self._in = False

    @property
    def fresh(self) -> bool:
        """A session says itself when it has ended."""
        return self._in

    async def headers(self, client: httpx.AsyncClient) -> dict[str, str]:
        """A new session; a wrong password is told in the body, under the status 200."""
        client.cookies.clear()
        response = await client.post(self._url, json=self._wish)
        response.raise_for_status()
        answer = json.loads(response.content)
        if not isinstance(answer, dict) or answer.get("Code") != 0:
            raise LoginRefused("Creatio does not accept our user name and password.")
        token = client.cookies.get("BPMCSRF")
        if token is None:
            raise LoginRefused("Creatio gave no BPMCSRF cookie at the login.")
        self._in = True
        return {"BPMCSRF": token, "ForceUseSession": "true"}
