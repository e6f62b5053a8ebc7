"""Builds the case system that the settings choose: our own, the City's Creatio, both by a plan, or Open311."""

from assistant.settings import Settings, SettingWrong
from tools.cartegraph import Cartegraph
from tools.cartegraph_web import CartegraphWeb
from tools.clock import Clock
from tools.creatio import CreatioCRM
from tools.creatio_check import examine_creatio
from tools.creatio_login import FormsLogin, Login, OAuthLogin
from tools.creatio_names import BOSTON_CREATIO, CreatioNames, load_names
from tools.creatio_web import CreatioWeb
from tools.crm import CRM, CRMError
from tools.database import Database
from tools.local_crm import LocalCRM
from tools.open311_crm import Open311CRM
from tools.open311_documents import map_services, read_services
from tools.open311_filed import FiledRecord
from tools.open311_web import Open311Web
from tools.service import Catalogue
from tools.waved_crm import WavedCRM
from tools.waves import WavePlan, load_waves


async def build_crm(settings: Settings, tables: Database, clock: Clock, catalogue: Catalogue) -> CRM:
    """The case system, ready. Raises SettingWrong, NamesBroken, WavesBroken."""
    local = LocalCRM(tables, clock)
    await local.prepare()
    if settings.crm == "local":
        return local
    if settings.crm == "open311":
        return open311_crm(settings, tables, clock, catalogue)
    crews = crews_of(settings)
    creatio = CreatioCRM(creatio_web(settings), names_of(settings), creatio_codes(catalogue), work=crews)
    if settings.crm == "creatio":
        return creatio
    legacy = open311_crm(settings, tables, clock, catalogue) if settings.open311_url else local
    return WavedCRM({"legacy": legacy, "creatio": creatio}, plan_of(settings, catalogue), clock)


def open311_crm(settings: Settings, tables: Database, clock: Clock, catalogue: Catalogue) -> Open311CRM:
    """The City's Open311 endpoint as a case system. Raises SettingWrong where its address was not set."""
    web = open311_web(settings, clock)
    return Open311CRM(web, FiledRecord(tables, web.endpoint), catalogue, clock)


def crews_of(settings: Settings) -> Cartegraph | None:
    """Who knows of the crews' work, if Cartegraph was set. Raises SettingWrong where its login is missing."""
    if settings.cartegraph_url is None:
        return None
    password = settings.cartegraph_password
    if settings.cartegraph_user is None or password is None:
        raise SettingWrong(
            "Cartegraph needs a login: please set BEACON_CARTEGRAPH_USER and BEACON_CARTEGRAPH_PASSWORD."
        )
    secret, cookie = password.get_secret_value(), settings.cartegraph_cookie
    return Cartegraph(
        CartegraphWeb(
            settings.cartegraph_url, settings.cartegraph_user, secret, cookie=cookie, seconds=settings.crm_seconds
        )
    )


def plan_of(settings: Settings, catalogue: Catalogue) -> WavePlan:
    """The wave plan that was set; without one, nothing moves. Raises WavesBroken."""
    return load_waves(settings.waves, catalogue.services) if settings.waves else WavePlan()


def creatio_codes(catalogue: Catalogue) -> dict[str, str]:
    """Creatio's codes by ours."""
    return {each.code: each.creatio_code for each in catalogue.services.values() if each.creatio_code}


def names_of(settings: Settings) -> CreatioNames:
    """The names of the site. Raises NamesBroken."""
    return load_names(settings.creatio_names or BOSTON_CREATIO)


def creatio_web(settings: Settings) -> CreatioWeb:
    """The connection with Creatio. Raises SettingWrong where its address or its login was not set."""
    if settings.creatio_url is None:
        raise SettingWrong("BEACON_CRM asks for Creatio, but BEACON_CREATIO_URL is not set. Please set its address.")
    base = settings.creatio_url.rstrip("/")
    names = names_of(settings)
    login = _login(settings, f"{base}{names.login_path}")
    return CreatioWeb(f"{base}{names.odata_path}", login, seconds=settings.crm_seconds)


def open311_web(settings: Settings, clock: Clock) -> Open311Web:
    """The connection with a city's Open311 endpoint. Raises SettingWrong where its address was not set."""
    if settings.open311_url is None:
        raise SettingWrong("BEACON_CRM asks for Open311, but BEACON_OPEN311_URL is not set. Please set its address.")
    key = settings.open311_api_key
    return Open311Web(
        settings.open311_url,
        form=settings.open311_format,
        api_key=key.get_secret_value() if key else None,
        jurisdiction=settings.open311_jurisdiction or None,
        seconds=settings.crm_seconds,
        clock=clock,
    )


def _login(settings: Settings, forms_url: str) -> Login:
    secret, password = settings.creatio_client_secret, settings.creatio_password
    if settings.creatio_identity_url and settings.creatio_client_id and secret:
        return OAuthLogin(settings.creatio_identity_url, settings.creatio_client_id, secret.get_secret_value())
    if settings.creatio_user and password:
        return FormsLogin(forms_url, settings.creatio_user, password.get_secret_value())
    raise SettingWrong(
        "Creatio needs a login: please set BEACON_CREATIO_IDENTITY_URL, BEACON_CREATIO_CLIENT_ID and "
        "BEACON_CREATIO_CLIENT_SECRET, or BEACON_CREATIO_USER and BEACON_CREATIO_PASSWORD."
    )


async def examine_crm(settings: Settings, clock: Clock, catalogue: Catalogue) -> tuple[str, ...]:
    """What is wrong with the case system's configuration, a sentence each; nothing is written there."""
    if settings.crm == "local":
        return ()
    if settings.crm == "open311":
        return await _examine_open311(settings, clock, catalogue)
    plan_of(settings, catalogue)
    crews = crews_of(settings)
    web = creatio_web(settings)
    try:
        found = await examine_creatio(web, names_of(settings), creatio_codes(catalogue), clock)
        legacy = settings.crm == "waves" and settings.open311_url is not None
        also = await _examine_open311(settings, clock, catalogue) if legacy else ()
        return (*found, *also, *await _crews_wrong(crews))
    finally:
        await web.close()


async def _examine_open311(settings: Settings, clock: Clock, catalogue: Catalogue) -> tuple[str, ...]:
    web = open311_web(settings, clock)
    try:
        known = map_services(read_services(await web.get("services")), catalogue)
    except CRMError as error:
        return (str(error),)
    finally:
        await web.close()
    return () if known else ("The Open311 endpoint lists no service that the catalogue knows by code or name.",)


async def _crews_wrong(crews: Cartegraph | None) -> tuple[str, ...]:
    """What Cartegraph says against being asked for a case that is not there."""
    try:
        if crews is not None:
            await crews.of_case("B311-000000-0")
    except CRMError as error:
        return (str(error),)
    return ()
