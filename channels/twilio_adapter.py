"""Twilio: checks who signed a webhook, hands texts over, looks for them, and tells what its codes mean."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml
from starlette.datastructures import FormData
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client

from assistant.deliveries import TOO_LATE_SECONDS
from assistant.message import DeliveryStatus
from assistant.sender import NotNow, Outgoing, Refused, SendFailed, ShutOut, StatusReport, Unsure
from channels.texting import API, TIMEOUT, Account

HERE = Path(__file__).parent
MOST_LISTED = 20
CLOCKS_APART = timedelta(minutes=2)

STATUSES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), DeliveryStatus.SENT),
    **dict.fromkeys(("delivered", "read", "partially_delivered"), DeliveryStatus.DELIVERED),
    **dict.fromkeys(("undelivered", "failed", "canceled"), DeliveryStatus.FAILED),
}

_CODES: dict[str, list[int]] = yaml.safe_load((HERE / "twilio_codes.yaml").read_text(encoding="utf-8"))


def signed(account: Account, url: str, form: FormData, *, signature: str, settings: str) -> bool:
    """Whether Twilio signed this form for this URL, with any of our tokens. The form keeps repeated parameters."""
    algorithm = get_signature_algorithm(settings)
    return any(
        RequestValidator(token.get_secret_value()).validate(url, form, signature, algorithm) for token in account.tokens
    )


def signature_of(token: str, url: str, form: FormData) -> str:
    """The signature that Twilio would give a form for this URL."""
    return str(RequestValidator(token).compute_signature(url, form))


def report_of(form: FormData) -> StatusReport | None:
    """What a status callback says; None for a status that we do not know."""
    status = STATUSES.get(str(form.get("MessageStatus", "")))
    provider_id = str(form.get("MessageSid", ""))
    if status is None or not provider_id:
        return None
    code = str(form.get("ErrorCode", "")) or None
    again = code is not None and code.isdigit() and int(code) in _CODES["again"]
    return StatusReport(provider_id=provider_id[:60], status=status, code=code and code[:40], again=again)


class TwilioSender:
    """Hands texts to Twilio by REST. `callback` is the URL that a text's reports come back to, without its id."""

    def __init__(self, account: Account, *, callback: str) -> None:
        self._account = account
        self._callback = callback
        self._http = HttpxClient(account.api_url)
        user, password = account.login
        self._client = Client(user, password, account.sid, http_client=self._http)

    async def send(self, text: Outgoing) -> str:
        """Hand a text over; Twilio's id of it. Raises SendFailed."""
        more = {"messaging_service_sid": self._account.messaging_service} if self._account.messaging_service else {}
        try:
            message = await self._client.messages.create_async(
                to=text.address,
                from_=text.our_number,
                body=text.text,
                status_callback=f"{self._callback}/{text.delivery_id}",
                validity_period=round(TOO_LATE_SECONDS),
                **more,
            )
        except (httpx.HTTPError, TwilioException, ValueError) as error:
            raise failure_of(error) from error
        return str(message.sid)

    async def find(self, text: Outgoing, *, since: datetime) -> tuple[str, ...]:
        """Twilio's ids of such texts since then, the newest first. Raises SendFailed."""
        try:
            listed = await self._client.messages.list_async(
                to=text.address, from_=text.our_number, limit=MOST_LISTED, page_size=MOST_LISTED
            )
        except (httpx.HTTPError, TwilioException, ValueError) as error:
            raise failure_of(error) from error
        return tuple(
            str(each.sid)
            for each in listed
            if (each.body or "").strip() == text.text.strip()
            and (each.date_created is None or each.date_created >= since - CLOCKS_APART)
        )

    async def account_state(self) -> str:
        """How the account stands with Twilio: "active", "suspended" or "closed". Raises SendFailed."""
        try:
            account = await self._client.api.accounts(self._account.sid).fetch_async()
        except (httpx.HTTPError, TwilioException, ValueError) as error:
            raise failure_of(error) from error
        return str(account.status)

    async def close(self) -> None:
        """Give every connection back."""
        await self._http.aclose()


def failure_of(error: httpx.HTTPError | TwilioException | ValueError) -> SendFailed:
    """What an error means for the text. Only what certainly was not taken may be sent again without looking."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return NotNow("unreachable")
    status = getattr(error, "status", None)
    if not isinstance(status, int):
        return Unsure("no_answer")
    code = getattr(error, "code", None) or status
    if status == 429 or code in _CODES["not_now"]:
        return NotNow(str(code))
    if status == 401 or code in _CODES["shut_out"]:
        return ShutOut(str(code))
    return Unsure(str(code)) if status >= 500 else Refused(str(code))


class HttpxClient(AsyncHttpClient):  # type: ignore[misc] # the SDK is untyped
    """Carries the SDK's requests over httpx, with time-outs, to `api_url` in place of Twilio's own address."""

    def __init__(self, api_url: str) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._api_url = api_url.rstrip("/")
        self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's signature
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> Response:
        """One request. Raises httpx.HTTPError."""
        del timeout
        answer = await self._client.request(
            method,
            url.replace(API, self._api_url, 1),
            params=params,
            data=data,
            headers=headers,
            auth=auth or httpx.USE_CLIENT_DEFAULT,
            follow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    async def aclose(self) -> None:
        """Give every connection back."""
        await self._client.aclose()
