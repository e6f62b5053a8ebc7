"""Signing in by an identity provider (OpenID Connect, code flow with PKCE): what is asked, and what its answer proves.

ProviderFailed   a sign-in came to nothing; `status` and the sentence are for the page, `why` for the log
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from tools.value import Value

Json = dict[str, Any]
KEPT_SECONDS = 3600.0
"""How long the provider's own description and its keys are used before they are fetched again."""

SKEW_SECONDS = 120
SIGNED_BY = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512", "EdDSA")
"""Signatures that only the provider can make; never `none`, and none with a secret that we know too."""

SCOPE = "openid email profile"
AWAY = "{name} does not answer just now. Please try again in a minute, or sign in with a password."
NOT_TRUSTED = "The answer of {name} could not be trusted, so nobody was signed in. Please tell an administrator."
CLOCKS = "The clocks of this server and of {name} differ too much to sign in. Please tell an administrator."
UNKNOWN_TO_IT = "{name} does not know this server as it is set up here. Please tell an administrator."
TOO_LATE = "This sign-in took too long, or was begun in another window. Please begin again."
GIVEN_UP = "The sign-in was not finished at {name}. Please begin again, or sign in with a password."


class ProviderFailed(Exception):
    """A sign-in came to nothing. The sentence is for people, `why` is for whoever keeps the server."""

    def __init__(self, status: int, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.why = why


@dataclass(frozen=True)
class Registration:
    """What the provider knows us by."""

    issuer: str
    client_id: str
    secret: str
    name: str
    redirect_uri: str
    role_claim: str
    seconds: float


class Proven(Value):
    """Who somebody is, as the provider vouches for. `email_verified` is None if it does not say."""

    issuer: str
    subject: str
    name: str
    email: str
    email_verified: bool | None
    groups: tuple[str, ...]


class Attempt:
    """One sign-in under way: everything that ties the answer to it comes from one secret of that browser."""

    def __init__(self, seed: str | None = None) -> None:
        self.seed = seed or secrets.token_urlsafe(32)
        self.state, self.nonce, self.verifier = (self._derived(each) for each in (b"state", b"nonce", b"verifier"))

    def _derived(self, purpose: bytes) -> str:
        return hmac.new(self.seed.encode(), purpose, hashlib.sha256).hexdigest()


class Provider:
    """One identity provider. Raises ProviderFailed, whatever it does."""

    def __init__(self, registration: Registration, *, now: Callable[[], float] = time.time) -> None:
        self.registration = registration
        self._now = now
        self._described: Json = {}
        self._keys: Json = {}
        self._until = 0.0

    async def begin(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in."""
        described = await self.described()
        address: str = prepare_grant_uri(
            described["authorization_endpoint"],
            client_id=self.registration.client_id,
            response_type="code",
            redirect_uri=self.registration.redirect_uri,
            scope=SCOPE,
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return address

    def code_of(self, answered: Mapping[str, str], attempt: Attempt) -> str:
        """The code in what the browser came back with, if it belongs to this attempt."""
        if not hmac.compare_digest(answered.get("state", "").encode(), attempt.state.encode()):
            raise self.failure(400, TOO_LATE, "the state is not that of this browser")
        if answered.get("iss", self.registration.issuer) != self.registration.issuer:
            raise self.failure(400, NOT_TRUSTED, "the answer names another issuer")
        error = answered.get("error")
        if error in ("server_error", "temporarily_unavailable"):
            raise self.failure(503, AWAY, f"it answered {error}")
        if error in ("access_denied", "login_required", "interaction_required", "consent_required"):
            raise self.failure(403, GIVEN_UP, f"it answered {error}")
        if error is not None:
            raise self.failure(502, UNKNOWN_TO_IT, f"it answered {error[:100]!r}")
        if not answered.get("code"):
            raise self.failure(400, TOO_LATE, "there is no code in the answer")
        return answered["code"]

    async def proven(self, code: str, attempt: Attempt) -> Proven:
        """Who signed in: the code is exchanged, and the token that comes for it verified."""
        token = await self.exchanged(code, attempt.verifier)
        claims = await self._verified(token, attempt.nonce)
        if "email" not in claims and (await self.described()).get("userinfo_endpoint"):
            claims = await self._told(token, claims) | claims
        groups = claims.get(self.registration.role_claim) or ()
        verified = claims.get("email_verified")
        return Proven(
            issuer=self.registration.issuer,
            subject=str(claims["sub"]),
            name=str(claims.get("name") or ""),
            email=str(claims.get("email") or ""),
            email_verified=None if verified is None else verified is True or verified == "true",
            groups=tuple(map(str, groups)) if isinstance(groups, list | tuple) else (str(groups),),
        )

    async def described(self) -> Json:
        """The provider's description of itself (discovery), fetched at most once an hour."""
        if self._now() < self._until:
            return self._described
        found = await self._asked("GET", f"{self.registration.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.registration.issuer:
            why = f"its discovery names the issuer {found.get('issuer')!r}, the setting {self.registration.issuer!r}"
            raise self.failure(502, UNKNOWN_TO_IT, why)
        for each in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe(str(found.get(each, ""))):
                raise self.failure(502, UNKNOWN_TO_IT, f"its discovery gives no {each} that begins with https://")
        self._described, self._keys = found, await self._asked("GET", found["jwks_uri"])
        self._until = self._now() + KEPT_SECONDS
        return self._described

    async def exchanged(self, code: str, verifier: str) -> Json:
        """The tokens for a code."""
        described, ours = await self.described(), self.registration
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        form |= {"redirect_uri": ours.redirect_uri}
        known = described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in known:
            proof = httpx.BasicAuth(quote(ours.client_id, safe=""), quote(ours.secret, safe=""))
            return await self._asked("POST", described["token_endpoint"], data=form, auth=proof)
        form |= {"client_id": ours.client_id, "client_secret": ours.secret}
        return await self._asked("POST", described["token_endpoint"], data=form)

    async def _verified(self, token: Json, nonce: str) -> Json:
        signed, described = token.get("id_token"), await self.described()
        if not isinstance(signed, str):
            raise self.failure(502, NOT_TRUSTED, "there is no ID token in its answer")
        try:
            try:
                decoded = self._decoded(signed)
            except InvalidKeyIdError:  # the provider may have new keys
                self._keys = await self._asked("GET", described["jwks_uri"])
                decoded = self._decoded(signed)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {"iss": {"values": [self.registration.issuer]}, "aud": {"values": [self.registration.client_id]}},
                {"nonce": nonce, "client_id": self.registration.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(self._now()), leeway=SKEW_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self.failure(502, CLOCKS if _is_of_clocks(error) else NOT_TRUSTED, f"ID token: {error}") from error
        if not 0 < len(str(claims["sub"])) <= 255:
            raise self.failure(502, NOT_TRUSTED, "ID token: the subject is empty or too long")
        return dict(claims)

    def _decoded(self, signed: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=SIGNED_BY, strict_check_header=False)
        return jwt.decode(signed, KeySet.import_key_set(self._keys), registry=registry)  # type: ignore[arg-type]

    async def _told(self, token: Json, claims: Json) -> Json:
        described = await self.described()
        bearer = {"Authorization": f"Bearer {token.get('access_token', '')}"}
        told = await self._asked("GET", described["userinfo_endpoint"], headers=bearer)
        if told.get("sub") != claims["sub"]:
            raise self.failure(502, NOT_TRUSTED, "its userinfo is about somebody else")
        return told

    async def _asked(
        self,
        method: str,
        address: str,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: httpx.BasicAuth | None = None,
    ) -> Json:
        try:
            async with httpx.AsyncClient(timeout=self.registration.seconds, auth=auth) as client:
                answer = await client.request(method, address, data=data, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.failure(503, AWAY, f"{_plain(address)}: {type(error).__name__}") from error
        if answer.status_code >= 500:
            raise self.failure(503, AWAY, f"{_plain(address)} answered {answer.status_code}")
        try:
            told = json.loads(answer.content)
        except ValueError as error:
            why = f"{_plain(address)} answered {answer.status_code} without JSON"
            raise self.failure(502, UNKNOWN_TO_IT, why) from error
        if not isinstance(told, dict):
            raise self.failure(502, UNKNOWN_TO_IT, f"{_plain(address)} answered no JSON object")
        if answer.is_success:
            return told
        said = str(told.get("error", ""))[:60]
        status, sentence = (400, TOO_LATE) if said == "invalid_grant" else (502, UNKNOWN_TO_IT)
        raise self.failure(status, sentence, said or f"{_plain(address)} answered {answer.status_code}")

    def failure(self, status: int, sentence: str, why: str) -> ProviderFailed:
        """What to raise; the provider's name comes into the sentence."""
        name = self.registration.name
        told = sentence.format(name=name)
        return ProviderFailed(status, told[:1].upper() + told[1:], why)


def is_safe(address: str) -> bool:
    """Whether secrets may go to an address: over https, or to this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


def _is_of_clocks(error: Exception) -> bool:
    return isinstance(error, ExpiredTokenError) or (
        isinstance(error, InvalidClaimError) and error.claim in ("iat", "nbf")
    )


def _plain(address: str) -> str:
    return address.partition("?")[0]
