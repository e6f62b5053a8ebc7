"""The phone line's doors: Twilio tells what a caller did, and hears what the call does next."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import FormData

from assistant.calls import ENDED, Call
from channels.phone_line import MOST_LOOKS, MOST_STEPS, Heard, PhoneLine
from channels.text import storable
from channels.twiml import answered, document, hangup
from channels.webhooks import signed_form, value_of

VOUCHED = "TN-Validation-Passed-A"
"""The caller's own network says that they may use this number (STIR/SHAKEN); of any other it is only a claim."""

LONGEST_SAID = 2_000
router = APIRouter(prefix="/voice", tags=["phone line"])
Step = Annotated[int, Query(ge=1, le=MOST_STEPS + 1)]
Look = Annotated[int, Query(ge=1, le=MOST_LOOKS + 1)]


def line_of(request: Request) -> PhoneLine:
    """The phone line of this application."""
    line: PhoneLine = request.app.state.phone_line
    return line


Here = Annotated[PhoneLine, Depends(line_of)]


@router.post("/inbound", response_class=Response)
async def inbound(request: Request, line: Here) -> Response:
    """A call comes in."""
    form = await signed_form(request, line.account, line.public_url)
    call = _call(form)
    return answered(await line.greet(call)) if call else _nothing()


@router.post("/said", response_class=Response)
async def said(request: Request, line: Here, step: Step) -> Response:
    """Something was pressed or said, or nothing was."""
    form = await signed_form(request, line.account, line.public_url)
    call = await _known(form, line)
    return answered(await line.said(call, step, _heard(form))) if call else _nothing()


@router.post("/wait", response_class=Response)
async def wait(request: Request, line: Here, step: Step, look: Look) -> Response:
    """The caller held on."""
    form = await signed_form(request, line.account, line.public_url)
    call = await _known(form, line)
    return answered(await line.waited(call, step, look)) if call else _nothing()


@router.post("/dialled", response_class=Response)
async def dialled(request: Request, line: Here, step: Step) -> Response:
    """A staff member was called, and took the call or did not."""
    form = await signed_form(request, line.account, line.public_url)
    call = await _known(form, line)
    taken = value_of(form, "DialCallStatus") == "completed" and value_of(form, "DialBridged") != "false"
    return answered(await line.dialled(call, step, taken=taken)) if call else _nothing()


@router.post("/whisper", response_class=Response)
async def whisper(request: Request, line: Here, call: Annotated[str, Query(max_length=60)]) -> Response:
    """A staff member picked up: tell them who calls about what."""
    await signed_form(request, line.account, line.public_url)
    known = await line.calls.get(storable(call))
    return answered(await line.whisper(known)) if known else _nothing()


@router.post("/taken", response_class=Response)
async def taken(request: Request, line: Here) -> Response:
    """The staff member pressed a key to take the call."""
    form = await signed_form(request, line.account, line.public_url)
    return answered(line.words.taken(agreed=value_of(form, "Digits") == "1"))


@router.post("/status", status_code=204)
async def status(request: Request, line: Here) -> Response:
    """Note how a call ended."""
    form = await signed_form(request, line.account, line.public_url)
    said, seconds = value_of(form, "CallStatus"), value_of(form, "CallDuration")
    if said in ENDED and (call_id := _short(form, "CallSid")):
        lasted = int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else None
        await line.calls.reported(call_id, said, lasted)
    return Response(status_code=204)


def _call(form: FormData) -> Call | None:
    """The call of a form; None for a form that names none."""
    call_id, ours = _short(form, "CallSid"), _short(form, "To")
    if not call_id or not ours:
        return None
    caller = _short(form, "From") or "anonymous"
    proven = value_of(form, "StirVerstat") == VOUCHED and caller.startswith("+1")
    return Call(call_id=call_id, caller=caller, our_number=ours, proven=proven, at=datetime.now(UTC))


async def _known(form: FormData, line: PhoneLine) -> Call | None:
    """The call as it stands; one that we never heard begin is begun now."""
    call = _call(form)
    if call is None:
        return None
    if (known := await line.calls.get(call.call_id)) is not None:
        return known
    await line.calls.begin(call)
    return call


def _heard(form: FormData) -> Heard:
    digits = "".join(each for each in value_of(form, "Digits")[:30] if each in "0123456789")
    words = storable(str(form.get("SpeechResult", ""))).strip()[:LONGEST_SAID]
    try:
        confidence = float(value_of(form, "Confidence") or 0.0)
    except ValueError:
        confidence = 0.0
    return Heard(digits=digits, words="" if digits else words, confidence=confidence if 0 <= confidence <= 1 else 0.0)


def _short(form: FormData, name: str) -> str:
    value = value_of(form, name)
    return value if len(value) <= 60 else ""


def _nothing() -> Response:
    return answered(document(hangup()))
