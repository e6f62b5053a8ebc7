"""Who may open which route: every route is listed, roles are kept apart, and forms of other sites are refused."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.accounts import Accounts, Role
from channels.bootstrap import build_web
from channels.sessions import Sessions
from channels.staff_access import form_token, roles_of
from tools.clock import Clock
from tools.database import Database

CASES = "there is a big pothole in the street at 100 Perham St, West Roxbury"


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Every method and path that the application answers, as its own description and its routers list them."""
    found: set[tuple[str, str]] = set()
    waiting = list(app.routes)
    while waiting:
        route = waiting.pop()
        inner = getattr(route, "original_router", None)
        waiting.extend(inner.routes if inner is not None else ())
        methods = getattr(route, "methods", None) or ({"GET"} if isinstance(route, Mount) else set())
        found |= {(method, route.path) for method in methods if hasattr(route, "path")}
    return found


async def test_every_route_is_in_the_table_of_roles(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=tmp_path,
        desk_key="k",
        public_url="https://311.example.gov",
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="t",
        oidc_issuer="https://idp.example.gov",
        oidc_client_id="c",
        oidc_client_secret="s",
    )
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=sqlite)
    app = build_web(settings, assistant)

    routes = routes_of(app)
    unlisted = sorted(route for route in routes if roles_of(*route) is None)
    await assistant.close(seconds=5)

    assert {("POST", "/api/drafts/{draft_id}/accept"), ("GET", "/staff/oidc/callback")} <= routes
    assert unlisted == []


async def signed_in(sqlite: Database, client: httpx.AsyncClient, role: Role) -> dict[str, str]:
    """The client signed in with a role; gives the header that its own pages send."""
    accounts = Accounts(sqlite)
    await accounts.prepare()
    await accounts.add(role.value, name=role.value, role=role)
    token = await Sessions(sqlite).open(role.value)
    client.cookies.set("beacon_staff", token)
    return {"X-Form-Token": form_token(token), "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    ("role", "drafts", "audit"),
    [
        (Role.CALL_TAKER, 201, 403),
        (Role.SUPERVISOR, 201, 403),
        (Role.REVIEWER, 403, 403),
        (Role.AUDITOR, 403, 200),
        (Role.ADMIN, 201, 200),
    ],
)
async def test_each_role_opens_its_own_routes_only(
    api: httpx.AsyncClient, sqlite: Database, role: Role, drafts: int, audit: int
) -> None:
    ours = await signed_in(sqlite, api, role)

    draft = await api.post("/api/drafts", json={"text": CASES}, headers=ours)
    log = await api.get("/staff/audit")

    assert draft.status_code == drafts
    assert log.status_code == audit


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://beacon.test"}, 201),
        ({}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "X-Form-Token": "wrong"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "X-Form-Token": ""}, 403),
    ],
)
async def test_only_our_own_page_can_send_with_a_session(
    api: httpx.AsyncClient, sqlite: Database, headers: dict[str, str], status: int
) -> None:
    ours = await signed_in(sqlite, api, Role.CALL_TAKER)
    sent = {"X-Form-Token": ours["X-Form-Token"]} | headers

    draft = await api.post("/api/drafts", json={"text": CASES}, headers=sent)

    assert draft.status_code == status


async def test_signing_in_gives_a_new_session_and_signing_out_ends_it(api: httpx.AsyncClient) -> None:
    await api.post("/staff/key", data={"key": "desk-key"})
    first = api.cookies["beacon_staff"]
    await api.post("/staff/key", data={"key": "desk-key"})
    second = api.cookies["beacon_staff"]

    out = await api.post("/staff/sign-out", data={"form_token": form_token(second)})
    api.cookies.set("beacon_staff", second, domain="beacon.test")
    after = await api.get("/staff/account")

    assert first != second
    assert out.status_code == 303
    assert after.status_code == 303


async def test_a_filed_case_is_on_record_with_who_filed_it(api: httpx.AsyncClient, sqlite: Database) -> None:
    ours = await signed_in(sqlite, api, Role.ADMIN)
    draft = (await api.post("/api/drafts", json={"text": CASES}, headers=ours)).json()

    await api.post(f"/api/drafts/{draft['draft_id']}/accept", json={"idempotency_key": "k", "edits": {}}, headers=ours)
    log = (await api.get("/staff/audit")).text

    assert "case_filed" in log
    assert draft["draft_id"] in log
    assert "Perham" not in log
