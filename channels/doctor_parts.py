"""What `beacon doctor` asks of the parts around us: the schema of the database, Twilio, and safety in production."""

from importlib import import_module
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from assistant.sender import SendFailed, ShutOut
from assistant.settings import Settings, check_production
from channels.bootstrap import account_of, sender_of
from tools.database import Database
from tools.migrate import known_revisions

PACKAGES = Path(__file__).parents[1]


class PartWrong(Exception):
    """A part is not as it should be; the sentence says what is wrong and the cure."""


async def schema_of(database: Database) -> str:
    """Whether the tables are those of this release. Raises PartWrong for tables of a newer one, DBAPIError."""
    found = await _revisions(database)
    newer = {package: each for package, each in found.items() if each not in known_revisions(_migrations(package))}
    if newer:
        named = ", ".join(f"{revision} of {package}" for package, revision in sorted(newer.items()))
        raise PartWrong(
            f"The database was written by a newer Beacon (schema {named}). Please install that version again, or "
            "restore a backup made by this one."
        )
    return f"tables {', '.join(sorted(found.values()))}" if found else "no tables yet; the first start makes them"


async def _revisions(database: Database) -> dict[str, str]:
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        tables = [name for name in names if name.startswith("alembic_version_")]
        rows = {
            name: (await connection.execute(text(f"SELECT version_num FROM {name}"))).scalar_one_or_none()  # noqa: S608 - a table's name
            for name in tables
        }
    return {name.removeprefix("alembic_version_"): str(row) for name, row in rows.items() if row is not None}


def _migrations(package: str) -> Path:
    return PACKAGES / package / "migrations"


async def twilio_of(settings: Settings) -> str:
    """How text messages stand with Twilio, by reading our account. Raises PartWrong, SettingWrong."""
    account = account_of(settings)
    if account is None:
        return "no account was set; residents reach us on the web only"
    sender = sender_of(settings)
    if sender is None or settings.public_url is None:
        return "no account was set; residents reach us on the web only"
    try:
        state: str = await import_module("channels.twilio_adapter").TwilioSender.account_state(sender)
    except ShutOut:
        raise PartWrong(
            "Twilio refuses the account or its token. Please check BEACON_TWILIO_ACCOUNT_SID and "
            "BEACON_TWILIO_AUTH_TOKEN against Twilio's console; texts wait meanwhile and are not lost."
        ) from None
    except SendFailed as error:
        raise PartWrong(
            f"Twilio does not answer ({error}). Please check the network and BEACON_TWILIO_API_URL; texts wait "
            "meanwhile and are not lost."
        ) from None
    finally:
        await sender.close()
    if state != "active":
        raise PartWrong(f"The account with Twilio is {state}. Please settle that in Twilio's console.")
    if not settings.public_url.startswith("https://"):
        raise PartWrong(
            f"BEACON_PUBLIC_URL is {settings.public_url}, which is not https://. Twilio would send residents' texts in "
            "the clear; please put the server behind a proxy with a certificate and set its address."
        )
    return f"the account is active; texts come to {settings.public_url}"


def safe_in_production(settings: Settings) -> str:
    """Whether a server for residents would start. Raises SettingWrong."""
    check_production(settings)
    if settings.production:
        return "safe for residents"
    return "BEACON_PRODUCTION is not set: fine for a trial; set it before residents use this server"


EXPECTED_OF_PARTS = (PartWrong, DBAPIError)
