"""Builds a Creatio to test against and the adapter that speaks with it."""

from collections.abc import Mapping

import httpx

from evals.creatio_server import CLIENT_ID, NAME, PASSWORD, SECRET, CreatioSite, creatio_app
from evals.faults import Faults
from tools.clock import Clock
from tools.creatio import CreatioCRM
from tools.creatio_login import FormsLogin, Login, OAuthLogin
from tools.creatio_names import load_names
from tools.creatio_web import CreatioWeb
from tools.work_progress import WorkProgress

URL = "http://creatio.test"
SERVICES = {
    "pothole": "9aaa7721-e212-4d16-a77e-d8f8d2f4ba28",
    "graffiti": "aeab655f-9331-4a20-9466-d2713b7ac429",
}


def site(clock: Clock, *, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()) -> CreatioSite:
    """A site with two services and three teams, whose next calls fail as told."""
    named = {code: ours.title() for ours, code in SERVICES.items()}
    return CreatioSite(clock, teams=("paving", "signals", "PWDx"), services=named, faults=Faults([*reads], [*writes]))


def by_token(secret: str = SECRET) -> OAuthLogin:
    return OAuthLogin(URL, CLIENT_ID, secret)


def by_form(password: str = PASSWORD) -> FormsLogin:
    return FormsLogin(f"{URL}/ServiceModel/AuthService.svc/Login", NAME, password)


def web(at: CreatioSite, *, login: Login | None = None, seconds: float = 5.0) -> CreatioWeb:
    transport = httpx.ASGITransport(creatio_app(at))
    return CreatioWeb(f"{URL}/0/odata", login or by_token(), seconds=seconds, transport=transport)


def creatio(
    at: CreatioSite,
    *,
    login: Login | None = None,
    seconds: float = 5.0,
    services: Mapping[str, str] = SERVICES,
    work: WorkProgress | None = None,
) -> CreatioCRM:
    return CreatioCRM(web(at, login=login, seconds=seconds), load_names(), services, work=work)
