"""Settings, read once from `BEACON_*` in the environment by a composition root and passed on as plain values."""

import tempfile
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, SecretStr, ValidationError, field_validator
from pydantic import Field as Limits
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.privacy import Personal
from tools.clock import Clock, fixed_clock, system_clock
from tools.crash_points import planned


class SettingWrong(Exception):
    """A setting from outside cannot be used; the sentence names it."""


class Settings(BaseSettings):
    """Everything that may be set from outside. Each name is `BEACON_` and the name here in capitals.

    `data_dir` holds everything that is written. `database_url` is SQLite in the data directory unless given
    (`postgresql+psycopg://…`). `now` fixes the city's clock for tests and demonstrations, never a lease.
    `live_status_url` is the City's status-items API and `collection_url` the collection-day service (it ends in
    `/areas/<area>/services/<number>`); without them nothing of today can be seen. A turn waits `live_seconds` for them.
    `address_url` is the city's address service (it ends in `/GeocodeServer`), asked for at most `address_seconds` where
    the gazetteer does not know an address.
    `burst_seconds` is how long a text waits for the next one, `texts_per_second` how many each of our numbers may send,
    `draft_hours` after how long a draft left alone is forgotten, `keep_days` after how long a whole conversation is
    (never, unless the city's retention rules are set here).
    `runner` is who wakes whom: `procrastinate` on Postgres unless `in_process` is asked for, which then is the only
    process. `crash_at` lets this process die at a named instant, for tests (`tools/crash_points.py`).
    `desk_control_percent` of the calls at the desk are taken without suggestions, to compare.
    `import_allow_loopback` lets pages of this machine be imported, for tests.
    `texts_per_sender` is how many texts one sender may send in ten minutes, `texts_per_sender_day` in a day, and
    `texts_per_day` all of them to one number of ours; `text_countries` are those whose numbers are answered.
    `twilio_account_sid` and `twilio_auth_token` turn text messages on, together with `public_url`, the address that
    Twilio calls; `twilio_next_auth_token` is accepted beside it while tokens are changed, and `twilio_api_key` with
    `twilio_api_secret` are used for sending in its place. `twilio_api_url` is another server in place of Twilio's, and
    `twilio_media_hosts` the hosts that it may send us to for photos.
    `text_number` is the number of ours that texts codes to who asks on the web about the cases of their phone.
    `quiet_hours` are the hours by the city's clock in which nobody is texted unasked, and `news_fold_seconds` is how
    long a change of a case waits for the next one, to be told in one text.
    `staff_phone` is the number to which the phone line connects callers who want a person; `calls_per_caller` and
    `calls_per_caller_day` are how many calls of one number are taken in ten minutes and in a day, and `phone_patience`
    is how many seconds a caller waits before they are told to hold on.
    `crm` is the case system: our own tables, the City's Creatio, or both by the wave plan `waves`; one call there may
    take `crm_seconds`. Creatio stands at `creatio_url` and is entered with a client id and secret at
    `creatio_identity_url`, or with `creatio_user` and `creatio_password`; `creatio_names` is another file of its names.
    It may also be a city's Open311 endpoint at `open311_url`, with an `open311_api_key`, spoken to in `open311_format`.
    `open311_jurisdiction` is the city's name for Open311, sent by clients of ours and to that endpoint.
    With `cartegraph_url` (it ends in `/api/v1`) the crews' progress is told with a case; `cartegraph_cookie` logs in by
    session instead of Basic.
    `engine` is who reads and words; `openai_server` is the kind of server behind `openai_base_url`;
    `openai_may_leave` lists kinds of personal data that a model may see ("phone,email"), by default none.
    `logs` is how log lines are written: sentences, or JSON with the ids of conversation, turn and trace.
    `production` refuses a start with weak secrets or without https; `metrics_token` lets a Prometheus server read
    `/metrics` from another machine.
    `embed_sites` are the sites, separated by spaces, that may show the chat page in a frame.
    `oidc_issuer` is the City's identity provider (OpenID Connect), to which we are `oidc_client_id` with a secret,
    given or in a file; `oidc_name` is what staff call it. `oidc_roles` are our roles by the values of the claim
    `oidc_role_claim` ("311-agents=call-taker,311-leads=supervisor", the first that fits counts); left out, roles are
    those of `beacon staff`. Only addresses of `oidc_email_domains` come in, if any are named; `oidc_trust_email` is for
    a provider that vouches for addresses without saying so. A call of it may take `oidc_seconds`.
    `openai_embedding_model` searches articles with vectors of that model, at `openai_embedding_base_url` if it is not
    served at `openai_base_url`; left out, with vectors of this machine only.
    """

    model_config = SettingsConfigDict(env_prefix="BEACON_", frozen=True, extra="ignore")

    data_dir: Path = Path("var")
    database_url: str | None = None
    articles_dir: Path | None = None
    catalogue_dir: Path | None = None
    now: AwareDatetime | None = None
    host: str = "127.0.0.1"
    port: int = Limits(default=8311, ge=0, le=65535)
    public_url: str | None = None
    desk_key: str | None = None
    open311_jurisdiction: str = "boston.gov"
    embed_sites: str = ""
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_client_secret_file: Path | None = None
    oidc_name: str = "the City's account"
    oidc_role_claim: str = "groups"
    oidc_roles: str = ""
    oidc_email_domains: str = ""
    oidc_trust_email: bool = False
    oidc_seconds: float = Limits(default=5.0, gt=0, le=30)
    metrics_token: SecretStr | None = None
    production: bool = False
    logs: Literal["plain", "json"] = "plain"
    desk_control_percent: int = Limits(default=0, ge=0, le=100)
    live_status_url: str | None = None
    collection_url: str | None = None
    address_url: str | None = None
    address_seconds: float = Limits(default=1.0, gt=0, le=10)
    live_seconds: float = Limits(default=2.0, gt=0, le=10)
    burst_seconds: float = Limits(default=2.0, ge=0)
    texts_per_second: float = Limits(default=10.0, gt=0)
    texts_per_sender: int = Limits(default=30, ge=1)
    texts_per_sender_day: int = Limits(default=200, ge=1)
    texts_per_day: int = Limits(default=50_000, ge=1)
    text_countries: str = "US,CA,PR,VI,GU,AS,MP"
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_next_auth_token: SecretStr | None = None
    twilio_api_key: str | None = None
    twilio_api_secret: SecretStr | None = None
    twilio_messaging_service: str | None = None
    twilio_api_url: str | None = None
    twilio_media_hosts: str | None = None
    text_number: str | None = Limits(default=None, pattern=r"^\+\d{8,15}$")
    quiet_hours: str = Limits(default="21-8", pattern=r"^([01]?\d|2[0-3])-([01]?\d|2[0-3])$")
    news_fold_seconds: float = Limits(default=600.0, ge=0)
    staff_phone: str | None = Limits(default=None, pattern=r"^\+\d{8,15}$")
    calls_per_caller: int = Limits(default=10, ge=1)
    calls_per_caller_day: int = Limits(default=50, ge=1)
    phone_patience: float = Limits(default=3.5, gt=0, le=10.0)
    crm: Literal["local", "creatio", "waves", "open311"] = "local"
    open311_url: str | None = None
    open311_api_key: SecretStr | None = None
    open311_format: Literal["json", "xml"] = "json"
    crm_seconds: float = Limits(default=8.0, gt=0, le=60)
    creatio_url: str | None = None
    creatio_identity_url: str | None = None
    creatio_client_id: str | None = None
    creatio_client_secret: SecretStr | None = None
    creatio_user: str | None = None
    creatio_password: SecretStr | None = None
    creatio_names: Path | None = None
    waves: Path | None = None
    cartegraph_url: str | None = None
    cartegraph_user: str | None = None
    cartegraph_password: SecretStr | None = None
    cartegraph_cookie: bool = False
    draft_hours: float = Limits(default=72.0, gt=0)
    keep_days: float | None = Limits(default=None, gt=0)
    import_allow_loopback: bool = False
    runner: Literal["in_process", "procrastinate"] | None = None
    crash_at: str = ""
    lease_seconds: float = Limits(default=30.0, gt=0)
    wait_seconds: float = Limits(default=20.0, gt=0)
    engine: Literal["embedded", "openai"] = "embedded"
    openai_server: Literal["openai", "vllm", "ollama", "llama.cpp"] = "openai"
    openai_base_url: str | None = None
    openai_api_key: SecretStr | None = None
    openai_model: str | None = None
    openai_may_leave: str = ""
    openai_prices: Path | None = None
    openai_embedding_model: str | None = None
    openai_embedding_dimensions: int | None = Limits(default=None, ge=8, le=8_192)
    openai_embedding_base_url: str | None = None
    openai_tokens_per_conversation: int | None = Limits(default=60_000, ge=0)
    openai_tokens_per_day: int | None = Limits(default=20_000_000, ge=0)

    @field_validator("openai_may_leave")
    @classmethod
    def _known_kinds(cls, value: str) -> str:
        known = {kind.value for kind in Personal}
        if unknown := [kind for kind in _listed(value) if kind not in known]:
            raise ValueError(f"{unknown[0]!r} is none of {', '.join(sorted(known))}")
        return value

    @field_validator("crash_at")
    @classmethod
    def _known_points(cls, value: str) -> str:
        planned(value)
        return value

    @property
    def may_leave(self) -> frozenset[Personal]:
        """The kinds of personal data that a model may see."""
        return frozenset(Personal(kind) for kind in _listed(self.openai_may_leave))

    @property
    def database(self) -> str:
        """The database to use: the one that was set, or a SQLite file in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'beacon.db'}"

    @property
    def clock(self) -> Clock:
        """The city's clock."""
        return fixed_clock(self.now) if self.now else system_clock


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def read_settings() -> Settings:
    """The settings as the environment gives them. Raises SettingWrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"BEACON_{'_'.join(str(part) for part in first['loc']).upper()}"
        why = first["msg"][:1].lower() + first["msg"][1:]
        raise SettingWrong(f"The setting {name} cannot be used: {why}. Please correct it, or leave it out.") from error


def with_engine(settings: Settings, engine: str | None) -> Settings:
    """The settings with another engine, if one is given. Raises SettingWrong for one we do not have."""
    if engine not in (None, "embedded", "openai"):
        raise SettingWrong(f"There is no engine {engine!r}. Please choose embedded or openai.")
    return settings if engine is None else settings.model_copy(update={"engine": engine})


def check_data_dir(settings: Settings) -> None:
    """Make the data directory if it is missing. Raises SettingWrong if nothing can be written there."""
    folder = settings.data_dir.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:  # one of its own: processes may start in the same instant
            probe.write(b"ok")
    except OSError as error:
        why = error.strerror or error
        raise SettingWrong(
            f"The data directory {folder} cannot be written ({why}). "
            "Please set BEACON_DATA_DIR to a folder of your own."
        ) from error


SHORTEST_SECRET, FEWEST_LETTERS = 16, 6
PLACEHOLDERS = ("change", "secret", "password", "example", "default", "test", "todo", "xxxx", "1234")


def check_production(settings: Settings) -> None:
    """Raises SettingWrong, with every fault and no secret, if `production` is set and residents would not be safe."""
    if not settings.production:
        return
    faults = [
        f"BEACON_{name.upper()} is short or looks like a placeholder"
        for name in type(settings).model_fields
        if (secret := _secret(settings, name)) is not None and _is_weak(secret)
    ]
    if not settings.desk_key:
        faults.append("BEACON_DESK_KEY is not set")
    if not (settings.public_url or "").startswith("https://"):
        faults.append("BEACON_PUBLIC_URL is not an address that begins with https://")
    if faults:
        raise SettingWrong(f"Not safe for residents: {'; '.join(faults)}. Please mend this and start again.")


def _secret(settings: Settings, name: str) -> str | None:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else value if name == "desk_key" else None


def _is_weak(secret: str) -> bool:
    plain = secret.casefold()
    placeholder = any(word in plain for word in PLACEHOLDERS)
    return len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS or placeholder
