"""A phone to try texting with, on this machine only: `beacon serve --demo-sms` runs it beside a fake Twilio."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, FastAPI, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import SecretStr

from assistant.segments import LONGEST
from assistant.settings import Settings, SettingWrong
from channels.auth import refuse_foreign
from channels.demo_call import router as call_router
from channels.demo_phone import OURS, STAFF, phone_of, remember_phone, written
from channels.fake_calls import FakeCalls
from channels.fake_twilio import FakeTwilio, Text
from channels.fake_twilio_api import router as carrier_router
from channels.limits import MEDIA_LIMIT
from channels.page_headers import SECURITY_HEADERS
from channels.text import storable, visible

CARRIER = "/demo-sms/carrier"
MOST_SHOWN = 200
router = APIRouter(prefix="/demo-sms", include_in_schema=False)

STATES = {"queued": "sending", "sent": "sent", "delivered": "delivered", "received": "sent"}
EXAMPLES = (
    "theres a huge pothole outside 100 perham st",
    "how do i get a resident parking permit",
    "STOP",
    "START",
)


def demo_settings(settings: Settings, address: str) -> Settings:
    """The settings with a made-up account at the fake carrier. Raises SettingWrong if there is a real one."""
    if settings.twilio_account_sid is not None:
        raise SettingWrong(
            "The demonstration of texting takes Twilio's place, but BEACON_TWILIO_ACCOUNT_SID is set. "
            "Please leave one of the two out."
        )
    return settings.model_copy(
        update={
            "public_url": address,
            "twilio_account_sid": f"AC{secrets.token_hex(16)}",
            "twilio_auth_token": SecretStr(secrets.token_hex(16)),
            "twilio_api_url": f"{address}{CARRIER}",
            "staff_phone": settings.staff_phone or STAFF,
            "quiet_hours": "0-0",
            "news_fold_seconds": 5.0,
        }
    )


@dataclass(frozen=True)
class Demo:
    """The phone and the carrier, and the settings that name them."""

    settings: Settings
    carrier: FakeTwilio

    def add_to(self, app: FastAPI) -> None:
        """Put the phone and the carrier's API into the application."""
        app.state.fake = self.carrier
        app.include_router(carrier_router, prefix=CARRIER)
        app.include_router(router)
        app.state.phone_calls = FakeCalls(self.carrier)
        app.include_router(call_router)

    async def close(self) -> None:
        """Tell nobody anything more."""
        await self.carrier.close()


def demo_of(settings: Settings, address: str) -> Demo:
    """The demonstration on a server at this address. Raises SettingWrong if there is a real account."""
    named = demo_settings(settings, address)
    return Demo(settings=named, carrier=demo_carrier(named, address))


def demo_carrier(settings: Settings, address: str) -> FakeTwilio:
    """The fake carrier for these settings; its second host is this machine by its other name."""
    token = settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else ""
    port = address.rpartition(":")[2]
    return FakeTwilio(
        account=settings.twilio_account_sid or "",
        token=token,
        assistant_url=address,
        media_url=f"http://localhost:{port}{CARRIER}",
    )


@router.get("", response_class=HTMLResponse)
async def phone_page(request: Request, note: str | None = None) -> Response:
    """The phone, with what it sent and got."""
    fake: FakeTwilio = request.app.state.fake
    phone = phone_of(request)
    page: Response = request.app.state.templates.TemplateResponse(
        request,
        "phone.html",
        {
            "texts": _shown(fake, phone),
            "phone": written(phone),
            "ours": written(OURS),
            "longest": LONGEST,
            "examples": EXAMPLES,
            "note": "Write something, or add a photo, and send it." if note == "empty" else "",
        },
    )
    page.headers.update(SECURITY_HEADERS)
    remember_phone(page, phone)
    return page


@router.get("/texts")
async def texts(request: Request) -> JSONResponse:
    """What the phone sent and got, for the page's script."""
    return JSONResponse(_shown(request.app.state.fake, phone_of(request)), headers=SECURITY_HEADERS)


@router.post("/send/media")
async def send(
    request: Request,
    body: Annotated[str, Form()] = "",
    photo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Send a text from the phone, with a photo if there is one."""
    refuse_foreign(request)
    fake: FakeTwilio = request.app.state.fake
    content = await photo.read(MEDIA_LIMIT) if photo is not None else b""
    words = storable(body)[:LONGEST]
    if not visible(words) and not content:
        return RedirectResponse("/demo-sms?note=empty#newest", 303)
    await fake.send(address=phone_of(request), our_number=OURS, body=words, photos=(content,) if content else ())
    return RedirectResponse("/demo-sms#newest", 303)


@router.post("/new")
async def new(request: Request) -> Response:
    """Take another phone, with another number."""
    refuse_foreign(request)
    back = RedirectResponse("/demo-sms", 303)
    remember_phone(back)
    return back


def _shown(fake: FakeTwilio, phone: str) -> list[dict[str, str]]:
    return [_line(text) for text in fake.conversation(phone)[-MOST_SHOWN:]]


def _line(text: Text) -> dict[str, str]:
    """One text as the page shows it."""
    who = "You" if text.inbound else "Carrier" if text.by_carrier else "311"
    count = "1 segment" if text.segments == 1 else f"{text.segments} segments"
    photos = f"{len(text.photos)} photo · " if text.photos else ""
    return {
        "sid": text.sid,
        "who": who,
        "body": text.body or "(photo)",
        "meta": f"{photos}{count} · {STATES.get(text.status, text.status)}",
    }
