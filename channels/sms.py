"""Text messages by Twilio: takes what residents send, and what Twilio reports of what we sent."""

import logging
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from assistant.assistant import Assistant
from assistant.contact import country_of
from assistant.message import Channel, Inbound
from assistant.outbox import Contact
from assistant.switches import Switch
from assistant.usage import DAY, Limit
from channels.text import storable
from channels.text_photos import reference_of
from channels.texting import Texting
from channels.twilio_adapter import report_of
from channels.webhooks import signed_form, value_of

log = logging.getLogger(__name__)

MOST_PHOTOS = 10
CARRIER_WISHES = {"STOP": "out", "START": "in", "HELP": "help"}
router = APIRouter(prefix="/sms", tags=["text messages"])


def twiml(sentence: str | None = None) -> Response:
    """What Twilio is told: nothing more to do, or a sentence to send by itself."""
    inside = f"<Message>{escape(sentence)}</Message>" if sentence else ""
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>', media_type="text/xml")


@router.post("/inbound", response_class=Response)
async def inbound(request: Request) -> Response:
    """Take one text. It is on record before Twilio hears that all is well; the reply goes out by itself."""
    texting: Texting = request.app.state.texting
    assistant: Assistant = request.app.state.assistant
    form = await signed_form(request, texting.account, texting.public_url)
    contact = _contact(form, texting)
    sid = value_of(form, "MessageSid")
    if contact is None or not sid:
        return twiml()
    if (sentence := await _switched_off(assistant, contact)) is not None:
        return twiml(sentence)
    photos = _photos(form, sid)
    message = Inbound(
        conversation_id=await assistant.conversation_with(contact),
        channel=Channel.SMS,
        message_id=sid,
        text=storable(str(form.get("Body", ""))),
        media=photos,
        at=datetime.now(UTC),
        carrier=CARRIER_WISHES.get(value_of(form, "OptOutType").upper()),
    )
    await assistant.take_text(message, contact, delay=texting.burst_seconds, counts=texting.counts(contact))
    if photos:
        texting.photos.wake()
    return twiml()


@router.post("/status/{delivery_id}", status_code=204)
async def status(delivery_id: str, request: Request) -> Response:
    """Note what became of a text. Reports come twice, late and out of order."""
    texting: Texting = request.app.state.texting
    assistant: Assistant = request.app.state.assistant
    form = await signed_form(request, texting.account, texting.public_url)
    report = report_of(form)
    if report and await assistant.post.deliveries.reported(storable(delivery_id)[:60], report):
        assistant.post.wake()
    return Response(status_code=204)


def _contact(form: FormData, texting: Texting) -> Contact | None:
    """Who writes to which number of ours; None for senders whom we do not answer."""
    address, our_number = value_of(form, "From"), value_of(form, "To")
    country = country_of(address.rpartition(":")[2])
    if not our_number or country not in texting.countries:
        log.info("A text from a sender who is not answered.", extra={"event": "text_not_answered", "country": country})
        return None
    return Contact(address=address, our_number=our_number)


async def _switched_off(assistant: Assistant, contact: Contact) -> str | None:
    """While texting is switched off: the sentence that Twilio says by itself, once a day, else "". None if it is on."""
    off = await assistant.switches.off()
    if Switch.SMS not in off and not (Switch.WHATSAPP in off and contact.address.startswith("whatsapp:")):
        return None
    told = await assistant.usage.count(Limit(scope="off", most=1, seconds=DAY), contact.address)
    return assistant.ports.wording.say("texting_off", "en") if told == 1 else ""


def _photos(form: FormData, message_sid: str) -> tuple[str, ...]:
    count = value_of(form, "NumMedia")
    many = min(int(count), MOST_PHOTOS) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    named = (reference_of(message_sid, value_of(form, f"MediaUrl{place}")) for place in range(many))
    return tuple(dict.fromkeys(name for name in named if name))
