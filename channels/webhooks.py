"""Twilio's webhooks: the form of a request, if it was signed for the address that we gave it."""

import logging
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import FormData

from channels.errors import ApiError
from channels.text import storable
from channels.texting import Account
from channels.twilio_adapter import signed

log = logging.getLogger(__name__)

MOST_FIELDS = 200
FORM = "application/x-www-form-urlencoded"


async def signed_form(request: Request, account: Account, public_url: str) -> FormData:
    """The form, if Twilio signed it for the address that we gave it. Raises ApiError 415, 400 or 403.

    The address is the configured one with the path and query as they came: Host and X-Forwarded headers are anybody's.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ApiError(415, "not_a_form", f"Only {FORM} is taken here.")
    try:
        body = (await request.body()).decode()
        form = FormData([*parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")])
    except ValueError:
        raise ApiError(400, "bad_form", "The form cannot be read.") from None
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    url = f"{public_url.rstrip('/')}{path}{'?' if query else ''}{query}"
    signature = request.headers.get("x-twilio-signature", "")
    settings = request.headers.get("x-twilio-webhooks-signature-settings", "")
    ours = value_of(form, "AccountSid") in ("", account.sid)
    if not ours or not signed(account, url, form, signature=signature, settings=settings):
        log.warning("A webhook without a valid signature was refused.", extra={"event": "signature_rejected"})
        raise ApiError(403, "not_signed", "The signature of this request is not valid.")
    return form


def value_of(form: FormData, name: str) -> str:
    """A short value of a form."""
    value = storable(str(form.get(name, ""))).strip()
    return value if len(value) <= 200 else ""
