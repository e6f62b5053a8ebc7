"""The fake Twilio over HTTP: the REST API that our adapter calls, and the second host that keeps photos."""

import base64
import json
from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.types import Receive, Scope, Send

from channels.fake_faults import Fault
from channels.fake_twilio import FakeTwilio, Refusal, Text


class BrokenOff(Response):
    """An answer that ends before it says anything: what a lost connection looks like."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise ten bytes and send none."""
        del scope, receive
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b""})


router = APIRouter(include_in_schema=False)
BASE = "/2010-04-01/Accounts/{account}"
NOT_TAKEN = {
    Fault.SHUT_OUT: Refusal(20003, "Authenticate", status=401),
    Fault.TOO_MANY: Refusal(20429, "Too Many Requests", status=429),
    Fault.SERVER_ERROR: Refusal(20500, "Internal Server Error", status=500),
}


def carrier_of(request: Request) -> FakeTwilio:
    """The carrier behind this app."""
    fake: FakeTwilio = request.app.state.fake
    return fake


Carrier = Annotated[FakeTwilio, Depends(carrier_of)]


@router.post(BASE + "/Messages.json")
async def send_message(
    request: Request,
    account: str,
    fake: Carrier,
    to: Annotated[str, Form(alias="To")] = "",
    sender: Annotated[str, Form(alias="From")] = "",
    body: Annotated[str, Form(alias="Body")] = "",
    callback: Annotated[str | None, Form(alias="StatusCallback")] = None,
) -> Response:
    """Take a text."""
    if not allowed(fake, request, account):
        return refused(Refusal(20003, "Authenticate", status=401))
    fault = fake.faults.popleft() if fake.faults else None
    if fault in NOT_TAKEN:
        return refused(NOT_TAKEN[fault])
    try:
        text = fake.take(to=to, sender=sender, body=body, callback=callback)
    except Refusal as refusal:
        return refused(refusal)
    return _answer(fault) or JSONResponse(as_json(fake, text), 201)


@router.get(BASE + "/Messages.json")
async def list_messages(request: Request, account: str, fake: Carrier) -> Response:
    """The texts that were taken, the newest first."""
    if not allowed(fake, request, account):
        return refused(Refusal(20003, "Authenticate", status=401))
    to, sender = request.query_params.get("To"), request.query_params.get("From")
    found = [
        as_json(fake, each)
        for each in reversed(fake.texts.values())
        if not each.inbound and to in (None, each.address) and sender in (None, each.our_number)
    ]
    page = {"messages": found[:50], "next_page_uri": None, "page": 0, "page_size": 50, "uri": "", "start": 0}
    return JSONResponse(page)


@router.get(BASE + ".json")
async def read_account(request: Request, account: str, fake: Carrier) -> Response:
    """The account, as far as anybody asks."""
    if not allowed(fake, request, account):
        return refused(Refusal(20003, "Authenticate", status=401))
    return JSONResponse({"sid": account, "status": "active", "friendly_name": "Boston 311", "type": "Full"})


@router.api_route(BASE + "/Messages/{message}/Media/{media}", methods=["GET", "DELETE"])
async def photo(request: Request, account: str, message: str, media: str, fake: Carrier) -> Response:
    """A photo of a phone, by way of the second host; or delete it."""
    if not allowed(fake, request, account):
        return refused(Refusal(20003, "Authenticate", status=401))
    if message not in fake.texts or media not in fake.media:
        return refused(Refusal(20404, "Not found", status=404))
    if request.method == "DELETE":
        fake.deleted.add(media)
        del fake.media[media]
        return Response(status_code=204)
    return RedirectResponse(f"{fake.media_url}/photos/{fake.ticket(media)}", 307)


@router.get("/photos/{ticket}")
async def kept_photo(request: Request, ticket: str, fake: Carrier) -> Response:
    """A photo on the second host, for whoever has its ticket and brings no credentials."""
    content = fake.media.get(fake.tickets.get(ticket, ""))
    if content is None or "authorization" in request.headers:
        return Response(status_code=403)
    return Response(content, media_type="image/jpeg")


def _answer(fault: Fault | None) -> Response | None:
    """What goes wrong after a text was taken."""
    match fault:
        case Fault.LOST_ANSWER:
            return BrokenOff()
        case Fault.GARBAGE:
            return Response("<html>", 201)
        case Fault.TAKEN_THEN_ERROR:
            return refused(Refusal(0, "Bad Gateway", status=502))
    return None


def allowed(fake: FakeTwilio, request: Request, account: str) -> bool:
    """Whether a request has our account's name and password."""
    expected = base64.b64encode(f"{fake.account}:{fake.token}".encode()).decode()
    return account == fake.account and request.headers.get("authorization") == f"Basic {expected}"


def refused(refusal: Refusal) -> Response:
    """An error as Twilio words it."""
    told = {"code": refusal.code, "message": str(refusal), "status": refusal.status, "more_info": ""}
    return Response(json.dumps(told), refusal.status, media_type="application/json")


def as_json(fake: FakeTwilio, text: Text) -> dict[str, object]:
    """A text as Twilio's API shows it."""
    return {
        "sid": text.sid,
        "account_sid": fake.account,
        "to": text.address,
        "from": text.our_number,
        "body": text.body,
        "status": text.status,
        "direction": "outbound-api",
        "num_segments": str(text.segments),
        "num_media": "0",
        "date_created": format_datetime(text.at),
        "date_sent": None,
        "date_updated": format_datetime(text.at),
        "error_code": None,
        "error_message": None,
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{fake.account}/Messages/{text.sid}.json",
    }
