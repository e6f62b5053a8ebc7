"""`beacon doctor`: examines every part and says in plain words what is wrong and what to do."""

import json
import shutil
from collections.abc import Callable
from importlib import import_module

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from assistant.bootstrap import ARTICLES, EXPECTED, examine_index, sweeping_file
from assistant.case_systems import examine_crm
from assistant.engine_choice import budget_of, probe_settings
from assistant.live_sources import live_sources
from assistant.model_spending import AccountsUnavailable, StoredSpending
from assistant.running import runner_of
from assistant.screening import load_screen
from assistant.settings import Settings, SettingWrong, check_data_dir, read_settings
from assistant.store import Store
from assistant.stuck import StuckWork
from assistant.wording import load_wording
from channels.doctor_parts import EXPECTED_OF_PARTS, PartWrong, safe_in_production, schema_of, twilio_of
from knowledge.loader import load_articles
from knowledge.vectors import load_encoder
from tools.address_service import AddressService
from tools.catalogue import BOSTON, load_catalogue
from tools.database import Database
from tools.gazetteer import load_gazetteer
from tools.live import LiveUnavailable
from tools.sweeping import load_schedule

CITY_HALL = "1 City Hall Sq, Boston, MA 02201"
LEAST_FREE = 500 * 1024 * 1024
"""Bytes that should be free in the data directory."""

CRM_CURE = " Please check the settings of the case system (docs/crm.md); reports wait meanwhile and are filed later."

STAND_ON = ("data directory", "weights")
"""Parts without which those after them cannot be examined."""


class Finding(BaseModel):
    """What was found about one part."""

    model_config = ConfigDict(frozen=True)

    part: str
    ok: bool
    message: str


async def examine() -> tuple[Finding, ...]:
    """A finding for every part, in the order in which a start needs them; the settings alone if they are wrong."""
    try:
        settings = read_settings()
    except SettingWrong as error:
        return (Finding(part="settings", ok=False, message=str(error)),)
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("settings", lambda: "in order"),
        ("production", lambda: safe_in_production(settings)),
        ("data directory", lambda: _data_directory(settings)),
        ("catalogue", lambda: f"{len(load_catalogue(settings.catalogue_dir or BOSTON).services)} services"),
        ("gazetteer", lambda: f"{len(load_gazetteer().streets)} streets"),
        ("sweeping schedule", lambda: _sweeping(settings)),
        ("wordings", lambda: f"{len(load_wording().languages('confirm'))} languages"),
        ("safety rules", lambda: f"version {load_screen().version}"),
        ("articles", lambda: f"{len(load_articles(settings.articles_dir or ARTICLES))} articles"),
        ("weights", lambda: load_encoder(settings.data_dir).version),
        ("index", lambda: examine_index(settings, load_encoder(settings.data_dir))),
    )
    found = []
    for part, check in parts:
        found.append(_found(part, check))
        if not found[-1].ok and part in STAND_ON:
            return tuple(found)
    return (
        *found,
        await _engine(settings),
        *await examine_crm_alone(),
        await _live(settings),
        await _addresses(settings),
        await _texts(settings),
        await _sign_in(settings),
        await _database(settings),
        *await _stuck(settings),
        *await _workers(settings),
    )


async def examine_crm_alone() -> tuple[Finding, ...]:
    """What is found about the case system, by reading from it: a finding for each thing that is wrong."""
    try:
        settings = read_settings()
        wrong = await examine_crm(settings, settings.clock, load_catalogue(settings.catalogue_dir or BOSTON))
    except EXPECTED as error:
        return (Finding(part="case system", ok=False, message=str(error)),)
    if not wrong:
        return (Finding(part="case system", ok=True, message=f"{settings.crm}: login, names and clock are in order"),)
    return tuple(Finding(part="case system", ok=False, message=f"{sentence}{CRM_CURE}") for sentence in wrong)


def _found(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part=part, ok=True, message=check())
    except EXPECTED as error:
        return Finding(part=part, ok=False, message=str(error))


def _sweeping(settings: Settings) -> str:
    schedule = load_schedule(sweeping_file(settings))
    return f"{len(schedule)} stretches as of {schedule.as_of}"


def _data_directory(settings: Settings) -> str:
    check_data_dir(settings)
    free = shutil.disk_usage(settings.data_dir).free
    if free < LEAST_FREE:
        raise OSError(f"Only {free // 2**20} MB are free in {settings.data_dir}. Please make room there.")
    return f"{settings.data_dir.absolute()}, {free // 2**30} GB free"


async def _engine(settings: Settings) -> Finding:
    if settings.engine == "embedded":
        return Finding(part="engine", ok=True, message="embedded; no model is asked")
    probed = await probe_settings(settings)
    ok = probed.answering is not None
    instead = "" if ok else " The embedded engine serves instead."
    return Finding(part="engine", ok=ok, message=f"{probed.told}.{instead}{await _spent(settings)}")


async def _spent(settings: Settings) -> str:
    """What model calls used today; nothing where no call was ever counted."""
    database = Database(settings.database)
    try:
        spent = await budget_of(settings, StoredSpending(database)).spent_today()
    except AccountsUnavailable:
        return ""
    finally:
        await database.close()
    most = f" of {settings.openai_tokens_per_day}" if settings.openai_tokens_per_day is not None else ""
    refused = f", {spent.refused} refused for want of budget" if spent.refused else ""
    return f" Today: {spent.calls} calls, {spent.tokens}{most} tokens, ${spent.cost_usd:.2f}{refused}."


async def _live(settings: Settings) -> Finding:
    """Whether the City's status can be seen, if a source was set: without one the answers say that it cannot."""
    if settings.live_status_url is None:
        return Finding(part="live status", ok=True, message="no source was set; nothing of today can be seen")
    try:
        seen = await live_sources(settings, settings.clock).status.seen()
    except (LiveUnavailable, SettingWrong) as error:
        return Finding(part="live status", ok=False, message=f"{error} Residents are told where to look instead.")
    return Finding(part="live status", ok=True, message=f"{len(seen.notices)} notices that we can tell")


async def _addresses(settings: Settings) -> Finding:
    """Whether the city's address service answers, if one was set."""
    if settings.address_url is None:
        return Finding(part="address service", ok=True, message="none was set; the gazetteer places addresses alone")
    try:
        known = await AddressService(settings.address_url, settings.address_seconds).ask(CITY_HALL)
    except LiveUnavailable as error:
        told = f"{error} The gazetteer places addresses alone meanwhile; please check BEACON_ADDRESS_URL."
        return Finding(part="address service", ok=False, message=told)
    return Finding(part="address service", ok=True, message=f"{len(known)} candidates for City Hall")


async def _texts(settings: Settings) -> Finding:
    try:
        return Finding(part="text messages", ok=True, message=await twilio_of(settings))
    except (*EXPECTED, PartWrong) as error:
        return Finding(part="text messages", ok=False, message=str(error))


async def _sign_in(settings: Settings) -> Finding:
    """Whether staff can sign in by the identity provider, if one was set."""
    if settings.oidc_issuer is None:
        return Finding(part="staff sign-in", ok=True, message="no provider was set; by the accounts of this system")
    try:
        told = await import_module("channels.identity").examine_identity(settings)
    except EXPECTED as error:
        return Finding(part="staff sign-in", ok=False, message=str(error))
    return Finding(part="staff sign-in", ok=True, message=told)


async def _database(settings: Settings) -> Finding:
    try:
        database = Database(settings.database)
        try:
            await database.check()
            schema = await schema_of(database)
        finally:
            await database.close()
    except (*EXPECTED, *EXPECTED_OF_PARTS) as error:
        return Finding(part="database", ok=False, message=str(error))
    return Finding(part="database", ok=True, message=f"{database.name}, {schema}")


async def _stuck(settings: Settings) -> tuple[Finding, ...]:
    """What does not get on by itself; nothing is said of a database without our tables."""
    try:
        database = Database(settings.database)
        try:
            found = await StuckWork(database).found()
        finally:
            await database.close()
    except (*EXPECTED, DBAPIError):
        return ()
    told = "; ".join(f"{each.count} {each.told}" for each in found)
    cure = " Once the cause is cured, `beacon doctor --again` sets it going."
    return (Finding(part="work", ok=not found, message=f"{told}.{cure}" if found else "nothing is stuck"),)


async def _workers(settings: Settings) -> tuple[Finding, ...]:
    """How many workers are alive where several processes share the work; nothing is said elsewhere."""
    try:
        database = Database(settings.database)
        try:
            if runner_of(settings, database) != "procrastinate":
                return ()
            alive = await import_module("assistant.postgres_runner").alive(database, settings.lease_seconds)
        finally:
            await database.close()
    except (*EXPECTED, DBAPIError):
        return ()
    cure = "" if alive else "; please start `beacon work`, or `beacon serve` without --no-worker"
    return (Finding(part="workers", ok=bool(alive), message=f"{alive} alive{cure}"),)


async def set_going() -> int:
    """Set stuck work going again; how much it was. Raises what opening the database raises."""
    database = Database(read_settings().database)
    try:
        await Store(database).prepare()
        return await StuckWork(database).again()
    finally:
        await database.close()


def show(findings: tuple[Finding, ...], *, json_lines: bool) -> None:
    """Print the findings for people, or as JSON."""
    if json_lines:
        print(json.dumps([each.model_dump() for each in findings], indent=1))  # noqa: T201 - the command's output
        return
    console = Console(soft_wrap=True)
    for each in findings:
        mark = Text("ok   ", "green") if each.ok else Text("wrong", "red")
        console.print(Text.assemble(mark, f" {each.part:15} {each.message}"), highlight=False)
