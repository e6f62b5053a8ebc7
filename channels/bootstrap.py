"""Builds the web application around an assistant; the one place where the channels read settings."""

import secrets
from importlib import import_module
from pathlib import Path

from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.bootstrap import Reading
from assistant.calls import Calls
from assistant.case_systems import plan_of
from assistant.lexicon import load_phrases
from assistant.photos_by_text import ExpectedPhotos
from assistant.placeholders import Masker
from assistant.privacy import load_personal_data
from assistant.sender import Sender
from assistant.settings import Settings, SettingWrong
from assistant.wording import load_spoken
from channels import (
    article_pages,
    case_pages,
    cases,
    conversations,
    desk,
    desk_pages,
    health,
    near,
    open311,
    page,
    queue_pages,
    reallocation_pages,
    review,
    staff_pages,
    supervisor_pages,
    theme,
    wave_pages,
)
from channels import media as photos
from channels.accounts import Accounts
from channels.app import build_app
from channels.article_desk import ArticleDesk
from channels.audit import Audit
from channels.desk_records import DeskRecords
from channels.feature import Feature
from channels.media import Media
from channels.open311_filing import Filing
from channels.phone_line import PhoneLine
from channels.phone_words import PhoneWords
from channels.review_desk import ReviewDesk
from channels.sessions import Sessions
from channels.staff_access import Doors, SignInNeeded, sign_in_first
from channels.text_photos import HOSTS, TextPhotos
from channels.texting import API, Account, Texting
from channels.watch import Watch
from tools.address_service import ServiceGeocoder
from tools.case_listing import CaseListing
from tools.geocode import EmbeddedGeocoder
from tools.open311_keys import ClientKeys
from tools.open311_posts import Posts


def build_web(
    settings: Settings,
    assistant: Assistant,
    *,
    reading: Reading | None = None,
    desk_key: str | None = None,
    media_hosts: frozenset[str] = HOSTS,
) -> FastAPI:
    """The web application for these settings. `desk_key` opens the desk beside the accounts, on one machine; `reading`
    are the parts that the assistant shares, loaded again where articles are tried if they are not given."""
    media = Media(settings.data_dir / "media")
    features = [
        chat(settings, assistant, media),
        desk_and_accounts(settings, assistant, desk_key or desk_key_of(settings)),
        review_pages(settings, assistant),
        articles(settings, assistant, reading),
        open311_interface(settings, assistant),
    ]
    if settings.oidc_issuer:
        features.append(identity_provider(settings))
    if account := account_of(settings):
        features.append(text_messages(settings, account, assistant, media, hosts=media_hosts))
        features.append(phone(settings, account, assistant))
    return build_app(assistant, features)


def chat(settings: Settings, assistant: Assistant, media: Media) -> Feature:
    """The residents' page and the API behind it."""
    geocoder = assistant.ports.drafter.geocoder
    return Feature(
        routers=(
            conversations.router,
            photos.router,
            cases.router,
            health.router,
            page.router,
            near.router,
            theme.router,
        ),
        state={
            "media": media,
            "secure_cookies": (settings.public_url or "").startswith("https://"),
            "wait_seconds": settings.wait_seconds,
            "gazetteer": geocoder.gazetteer if isinstance(geocoder, EmbeddedGeocoder | ServiceGeocoder) else None,
            "embed_sites": tuple(settings.embed_sites.split()),
            "data_dir": settings.data_dir,
            "metrics_token": settings.metrics_token.get_secret_value() if settings.metrics_token else None,
            "watch": Watch(assistant.store.database, settings.data_dir, lease_seconds=settings.lease_seconds),
        },
    )


def desk_and_accounts(settings: Settings, assistant: Assistant, desk_key: str) -> Feature:
    """The pages of call-takers, and the accounts of everybody who works here."""
    database = assistant.store.database
    doors = Doors(Accounts(database), Sessions(database), Audit(database), DeskRecords(database))
    return Feature(
        routers=(
            desk.router,
            staff_pages.router,
            queue_pages.router,
            reallocation_pages.router,
            wave_pages.router,
            case_pages.router,
            desk_pages.router,
            supervisor_pages.router,
        ),
        state={
            "doors": doors,
            "sign_in_by": settings.oidc_name if settings.oidc_issuer else "",
            "desk_key": desk_key,
            "desk_control_percent": settings.desk_control_percent,
            "waves": plan_of(settings, assistant.ports.catalogue),
        },
        faults={SignInNeeded: sign_in_first},
        running=doors.prepared,
    )


def identity_provider(settings: Settings) -> Feature:
    """Signing in by the City's identity provider. Raises SettingWrong."""
    identity = import_module("channels.identity").identity_of(settings)
    return Feature(routers=(import_module("channels.oidc_pages").router,), state={"identity": identity})


def review_pages(settings: Settings, assistant: Assistant) -> Feature:
    """The pages of reviewers."""
    shown = ReviewDesk(settings.data_dir, assistant.store, assistant.history, Masker(load_personal_data()))
    return Feature(routers=(review.router,), state={"review": shown}, faults=review.FAULTS, running=shown.prepared)


def articles(settings: Settings, assistant: Assistant, reading: Reading | None) -> Feature:
    """The pages of who writes articles."""
    shown = ArticleDesk(settings, assistant.ports.catalogue.services, reading)
    return Feature(routers=(article_pages.router,), state={"article_desk": shown})


def open311_interface(settings: Settings, assistant: Assistant) -> Feature:
    """The Open311 interface; its tables are those of the local case system."""
    database = assistant.store.database
    interface = open311.Open311(
        keys=ClientKeys(database, assistant.ports.clock),
        listing=CaseListing(database),
        filing=Filing(assistant, Posts(database)),
        public_url=settings.public_url,
        jurisdiction=settings.open311_jurisdiction,
    )
    return Feature(routers=(open311.router,), state={"open311": interface}, running=interface.filing.filing_later)


def text_messages(
    settings: Settings, account: Account, assistant: Assistant, media: Media, *, hosts: frozenset[str]
) -> Feature:
    """The webhooks of text messages."""
    texting = texting_of(settings, account, assistant, media, hosts=hosts)
    return Feature(
        routers=(import_module("channels.sms").router,), state={"texting": texting}, running=texting.fetching_photos
    )


def phone(settings: Settings, account: Account, assistant: Assistant) -> Feature:
    """The webhooks of the phone line."""
    line = phone_line_of(settings, account, assistant)
    return Feature(routers=(import_module("channels.voice").router,), state={"phone_line": line})


def account_of(settings: Settings) -> Account | None:
    """Our account with Twilio; None without one. Raises SettingWrong for half of one."""
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        return None
    if settings.public_url is None:
        raise SettingWrong(
            "Text messages need the setting BEACON_PUBLIC_URL: the address at which Twilio calls this server, such as "
            "https://311.example.gov."
        )
    tokens = (settings.twilio_auth_token, settings.twilio_next_auth_token)
    return Account(
        sid=settings.twilio_account_sid,
        tokens=tuple(token for token in tokens if token is not None),
        key=settings.twilio_api_key,
        secret=settings.twilio_api_secret,
        messaging_service=settings.twilio_messaging_service,
        api_url=settings.twilio_api_url or API,
    )


def sender_of(settings: Settings) -> Sender | None:
    """Who carries our texts; None without an account."""
    account = account_of(settings)
    if account is None or settings.public_url is None:
        return None
    sender: Sender = import_module("channels.twilio_adapter").TwilioSender(
        account, callback=f"{settings.public_url.rstrip('/')}/sms/status"
    )
    return sender


def texting_of(
    settings: Settings, account: Account, assistant: Assistant, media: Media, *, hosts: frozenset[str]
) -> Texting:
    """What the webhooks of text messages need."""
    if settings.twilio_media_hosts is not None:
        hosts = frozenset(each.strip() for each in settings.twilio_media_hosts.split(","))
    photos = TextPhotos(account, ExpectedPhotos(assistant.store.database), media, hosts=hosts)
    return Texting(
        account=account,
        public_url=settings.public_url or "",
        photos=photos,
        burst_seconds=settings.burst_seconds,
        countries=frozenset(each.strip().upper() for each in settings.text_countries.split(",")),
        per_sender=settings.texts_per_sender,
        per_sender_day=settings.texts_per_sender_day,
        per_day=settings.texts_per_day,
    )


def phone_line_of(settings: Settings, account: Account, assistant: Assistant) -> PhoneLine:
    """What the webhooks of the phone line need."""
    wording, public_url = load_spoken(), settings.public_url or ""
    ports = assistant.ports
    return PhoneLine(
        account=account,
        public_url=public_url,
        assistant=assistant,
        calls=Calls(assistant.store.database),
        words=PhoneWords(
            wording=wording,
            catalogue=ports.catalogue,
            languages=ports.languages,
            public_url=public_url,
            staff=settings.staff_phone,
        ),
        yes=load_phrases()["yes"],
        per_caller=settings.calls_per_caller,
        per_caller_day=settings.calls_per_caller_day,
        patience=settings.phone_patience,
    )


def desk_key_of(settings: Settings) -> str:
    """The desk's access key: the one that was set, or one made once and kept, readable by its owner only."""
    if settings.desk_key:
        return settings.desk_key
    path: Path = settings.data_dir / "desk.key"
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(24)
    path.touch(mode=0o600)
    path.write_text(key, encoding="utf-8")
    return key
