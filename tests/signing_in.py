"""A browser between the identity provider of the tests and our application, both over real HTTP."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.accounts import Accounts, Role
from channels.audit import Audit
from channels.bootstrap import build_web
from evals.loopback import on_loopback
from tests.conftest import NOW, free_port
from tests.oidc import CLIENT, SECRET, IdentityProvider
from tools.clock import fixed_clock
from tools.database import Database

ROLES = "311-agents=call-taker,311-leads=supervisor"


def signing_in_by(issuer: str, **changed: Any) -> Settings:
    """The settings of a city with this provider."""
    told: dict[str, Any] = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    told |= {"public_url": "https://311.example.gov", "oidc_name": "City account", "oidc_roles": ROLES}
    return Settings(**(told | {"oidc_seconds": 0.5, "desk_key": "desk-key"} | changed))


@dataclass
class Way:
    """A browser between the provider and us: it follows what each says and keeps its cookies."""

    provider: IdentityProvider
    client: httpx.AsyncClient
    accounts: Accounts
    email: str = ""

    async def back(self, to: str = "") -> str:
        """Begin, agree at the provider, and where the browser is then sent."""
        away = await self.client.get("/staff/oidc", params={"to": to})
        assert away.status_code == 303, away.text
        async with httpx.AsyncClient() as browser:
            page = await browser.get(away.headers["location"])
            form = {k: unescape(v) for k, v in re.findall(r'name="(\w+)" value="([^"]*)"', page.text)}
            return str((await browser.post(f"{self.provider.issuer}/allow", data=form)).headers["location"])

    async def sign_in(self, to: str = "") -> httpx.Response:
        """All the way."""
        return await self.client.get(await self.back(to))

    def another(self) -> httpx.AsyncClient:
        """Another browser."""
        return httpx.AsyncClient(base_url=self.client.base_url)

    async def account(self) -> str:
        """What the page of one's own account says."""
        return (await self.client.get("/staff/account")).text

    async def role(self) -> Role | None:
        """The role of the account of this address, if there is one."""
        person = await self.accounts.person(self.email)
        return person.role if person else None

    async def logged(self) -> list[str]:
        """What the audit log says of this person, the oldest first."""
        entries = reversed(await Audit(self.accounts.database).entries(newest=1_000))
        return [each.did for each in entries if each.what in (self.email, self.provider.person["sub"])]


@asynccontextmanager
async def way_to(provider: IdentityProvider, reading: Reading, folder: Path, **more: Any) -> AsyncIterator[Way]:
    """Our application with this provider set, served at an address of its own."""
    here = f"http://127.0.0.1:{(port := free_port())}"
    settings = signing_in_by(provider.issuer, data_dir=folder, public_url=here, **more)
    database = Database(settings.database)
    assistant = await build_assistant(settings, reading=reading, clock=fixed_clock(NOW), database=database)
    accounts = Accounts(database)
    await accounts.prepare()
    async with (
        on_loopback(build_web(settings, assistant), port=port),
        httpx.AsyncClient(base_url=here, headers={"accept": "text/html"}) as client,
    ):
        yield Way(provider, client, accounts)
    await assistant.close(seconds=5)
