"""An identity provider on the loopback that keeps to the protocol (discovery, keys, PKCE, codes that work once, signed
tokens) and can be told to misbehave in one way at a time. `python -m tests.oidc` serves one for a look."""

import asyncio
import base64
import hashlib
import html
import json
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from evals.loopback import on_loopback

CLIENT, SECRET = "beacon-311", "k3Jd8-sLq92nXw7PzR41"
CODE_SECONDS = 60.0
Json = dict[str, Any]


@cache
def key(number: int) -> RSAKey:
    """A key of ours; the first is a stranger's, with which nobody may sign."""
    return RSAKey.generate_key(2048, {"kid": f"key-{number}", "use": "sig", "alg": "RS256"})


class Fault(StrEnum):
    """What can be wrong with the provider."""

    DOWN = "down"
    HANGS = "hangs"
    NOT_JSON = "not_json"
    OTHER_ISSUER_DISCOVERED = "other_issuer_discovered"
    PLAIN_HTTP = "plain_http"
    DENIED = "denied"
    BUSY = "busy"
    STATE_CHANGED = "state_changed"
    MIXED_UP = "mixed_up"
    NO_CODE = "no_code"
    CODE_EXPIRED = "code_expired"
    SECRET_REFUSED = "secret_refused"
    TOKENS_DOWN = "tokens_down"
    TOKENS_NOT_JSON = "tokens_not_json"
    NO_ID_TOKEN = "no_id_token"
    NOT_A_TOKEN = "not_a_token"
    WRONG_AUDIENCE = "wrong_audience"
    OTHER_PARTY = "other_party"
    WRONG_ISSUER = "wrong_issuer"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    UNSIGNED = "unsigned"
    SIGNED_WITH_OUR_SECRET = "signed_with_our_secret"
    WRONG_NONCE = "wrong_nonce"
    NO_NONCE = "no_nonce"
    WRONG_ACCESS_TOKEN = "wrong_access_token"
    NO_SUBJECT = "no_subject"
    CLOCK_SLOW = "clock_slow"
    CLOCK_FAST = "clock_fast"


SKEWS = {Fault.CLOCK_SLOW: -3_600.0, Fault.CLOCK_FAST: 3_600.0}


@dataclass
class IdentityProvider:
    """The provider's state: who stands before it, what is wrong with it, and its key."""

    person: Json = field(default_factory=dict)
    fault: Fault | None = None
    email_by_userinfo: bool = False
    by_post: bool = False
    issuer: str = ""
    key_number: int = 1
    asked: list[Json] = field(default_factory=list)
    _codes: dict[str, Json] = field(default_factory=dict)
    _tokens: dict[str, Json] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.welcome()

    def welcome(self) -> str:
        """Somebody new stands before it, and nothing is wrong with it; their address."""
        number = next(self._numbers)
        self.fault, self.email_by_userinfo, self.by_post = None, False, False
        self.person = {"sub": f"7f3a-{number}", "name": "Ana Silva", "email": f"ana{number}@example.gov"}
        self.person |= {"email_verified": True, "groups": ["311-agents"]}
        return f"ana{number}@example.gov"

    @property
    def _key(self) -> RSAKey:
        return key(self.key_number)

    @property
    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/allow", self._allow, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _discovery(self, _: Request) -> Response:
        match self.fault:
            case Fault.DOWN:
                return PlainTextResponse("Bad gateway", 502)
            case Fault.HANGS:
                await asyncio.sleep(30)
            case Fault.NOT_JSON:
                return HTMLResponse("<!doctype html><title>We will be right back</title>")
            case _:
                pass
        keys = self.issuer.replace("127.0.0.1", "idp.example.gov") if self.fault is Fault.PLAIN_HTTP else self.issuer
        return JSONResponse(
            {
                "issuer": "https://other.example.gov" if self.fault is Fault.OTHER_ISSUER_DISCOVERED else self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{keys}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post" if self.by_post else "client_secret_basic"
                ],
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in wanted.items()) or "openid" not in asked.get("scope", ""):
            return PlainTextResponse("This request is not one that I know.", 400)
        fields = "".join(f'<input type="hidden" name="{k}" value="{html.escape(v)}">' for k, v in asked.items())
        name = html.escape(str(self.person["name"]))
        return HTMLResponse(
            f'<!doctype html><html lang="en"><title>City account</title><link rel="icon" href="data:,">'
            f'<h1>City account</h1><form method="post" action="/allow">{fields}'
            f"<button>Continue as {name}</button></form></html>"
        )

    async def _allow(self, request: Request) -> Response:
        asked = {name: str(value) for name, value in (await request.form()).items()}
        back = {"state": asked["state"], "iss": self.issuer}
        match self.fault:
            case Fault.DENIED:
                back |= {"error": "access_denied"}
            case Fault.BUSY:
                back |= {"error": "temporarily_unavailable"}
            case Fault.NO_CODE:
                pass
            case _:
                back["code"] = secrets.token_urlsafe(16)
                self._codes[back["code"]] = asked | {"at": time.time()}
        if self.fault is Fault.STATE_CHANGED:
            back["state"] = "another"
        if self.fault is Fault.MIXED_UP:
            back["iss"] = "https://other.example.gov"
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if self.fault is Fault.TOKENS_DOWN:
            return PlainTextResponse("Bad gateway", 502)
        if self.fault is Fault.TOKENS_NOT_JSON:
            return HTMLResponse("<!doctype html><title>Sign in</title>")
        if not self._knows(request, form) or self.fault is Fault.SECRET_REFUSED:
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or not self._fits(asked, form) or self.fault is Fault.CODE_EXPIRED:
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        self._tokens[access] = dict(self.person)
        told = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if self.fault is not Fault.NO_ID_TOKEN:
            told["id_token"] = self._signed(self._claims(asked, access))
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    def _knows(self, request: Request, form: Json) -> bool:
        if self.by_post:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {expected}"

    def _fits(self, asked: Json, form: Json) -> bool:
        proves = create_s256_code_challenge(form.get("code_verifier", "")) == asked["code_challenge"]
        fresh = time.time() - asked["at"] < CODE_SECONDS
        right = form.get("grant_type") == "authorization_code" and form.get("redirect_uri") == asked["redirect_uri"]
        return proves and fresh and right

    def _claims(self, asked: Json, access: str) -> Json:
        now = int(time.time() + SKEWS.get(self.fault, 0.0)) if self.fault else int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {name: value for name, value in self.person.items() if not (self.email_by_userinfo and name != "sub")}
        claims |= {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims["at_hash"] = base64.urlsafe_b64encode(half).decode().rstrip("=")
        changed: dict[Fault, Json] = {
            Fault.WRONG_AUDIENCE: {"aud": "another-client"},
            Fault.OTHER_PARTY: {"aud": [CLIENT, "another-client"], "azp": "another-client"},
            Fault.WRONG_ISSUER: {"iss": "https://other.example.gov"},
            Fault.WRONG_NONCE: {"nonce": "another"},
            Fault.WRONG_ACCESS_TOKEN: {"at_hash": "another"},
        }
        claims |= changed.get(self.fault, {}) if self.fault else {}
        left_out = {Fault.NO_NONCE: "nonce", Fault.NO_SUBJECT: "sub"}.get(self.fault) if self.fault else None
        return {name: value for name, value in claims.items() if name != left_out}

    def _signed(self, claims: Json) -> str:
        kid = str(self._key.kid)
        match self.fault:
            case Fault.NOT_A_TOKEN:
                return "not.a.token"
            case Fault.UNSIGNED:
                parts = (json.dumps(each).encode() for each in ({"alg": "none", "kid": kid}, claims))
                return ".".join(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts) + "."
            case Fault.SIGNED_WITH_OUR_SECRET:
                return jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
            case Fault.BAD_SIGNATURE:
                return jwt.encode({"alg": "RS256", "kid": kid}, claims, key(0))
            case Fault.UNKNOWN_KEY:
                return jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, key(0))
            case _:
                return jwt.encode({"alg": "RS256", "kid": kid}, claims, self._key)

    async def _userinfo(self, request: Request) -> Response:
        told = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return JSONResponse(told or {"error": "invalid_token"}, 200 if told else 401)


async def _serve() -> None:
    provider = IdentityProvider()
    async with on_loopback(provider.app, port=8313) as address:
        provider.issuer = address
        sys.stdout.write(f"BEACON_OIDC_ISSUER={address} BEACON_OIDC_CLIENT_ID={CLIENT}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
