"""Which identity provider may be set, whom it lets in by the settings, and what is said of one that cannot be used."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from assistant.settings import SettingWrong
from channels.accounts import AccountRefused, Accounts
from channels.audit import Audit
from channels.identity import identity_of
from channels.oidc import Attempt, Proven, ProviderFailed
from channels.subjects import Subjects
from evals.loopback import on_loopback
from tests.oidc import Fault, IdentityProvider
from tests.signing_in import signing_in_by
from tools.database import Database

ISSUER = "https://idp.example.gov"


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[IdentityProvider]:
    served = IdentityProvider()
    async with on_loopback(served.app) as address:
        served.issuer = address
        yield served


ADMITTED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"oidc_email_domains": "example.gov, boston.example.gov"}, {}, ""),
    ({"oidc_email_domains": "example.gov"}, {"email": "ana@example.gov.evil.com"}, "Only confirmed e-mail addresses"),
    ({"oidc_email_domains": "example.gov"}, {"email": "ana@evil.com"}, "Only confirmed e-mail addresses"),
    ({"oidc_email_domains": "example.gov"}, {"email_verified": False}, "Only confirmed e-mail addresses"),
    ({"oidc_roles": ""}, {}, "You have no role"),
    ({"oidc_trust_email": True}, {"email_verified": None}, ""),
    ({"oidc_trust_email": True}, {"email_verified": False}, "is not confirmed"),
    ({}, {"email": "local"}, "is not confirmed"),
]


@pytest.mark.parametrize(("more", "person", "says"), ADMITTED)
async def test_the_settings_decide_who_comes_in(
    sqlite: Database, more: dict[str, Any], person: dict[str, Any], says: str
) -> None:
    identity = identity_of(signing_in_by(ISSUER, **more))
    accounts = Accounts(sqlite)
    await accounts.prepare()
    plain = {"issuer": "i", "subject": "s", "name": "Ana", "email": "ana@example.gov", "email_verified": True}
    proven = Proven.model_validate(plain | {"groups": ("311-agents",)} | person)
    subjects = Subjects(accounts, Audit(sqlite), identity.admission)

    refused = await _why_not(subjects, proven)

    assert says in refused
    assert bool(says) == bool(refused)


async def _why_not(subjects: Subjects, proven: Proven) -> str:
    try:
        await subjects.person(proven)
    except AccountRefused as error:
        return str(error)
    return ""


AT_THE_START = {
    Fault.DOWN: (503, "does not answer just now"),
    Fault.HANGS: (503, "does not answer just now"),
    Fault.NOT_JSON: (502, "does not know this server"),
    Fault.OTHER_ISSUER_DISCOVERED: (502, "does not know this server"),
    Fault.PLAIN_HTTP: (502, "does not know this server"),
}


@pytest.mark.parametrize(("fault", "told"), AT_THE_START.items(), ids=AT_THE_START)
async def test_a_provider_that_cannot_be_used_is_told(
    provider: IdentityProvider, fault: Fault, told: tuple[int, str]
) -> None:
    provider.fault = fault
    identity = identity_of(signing_in_by(provider.issuer, oidc_seconds=0.3))

    with pytest.raises(ProviderFailed, match=told[1]) as failed:
        await identity.provider.begin(Attempt())

    assert failed.value.status == told[0]


def _wrong() -> Iterator[tuple[dict[str, Any], str]]:
    yield {"issuer": "http://idp.example.gov"}, "must begin with https"
    yield {"oidc_client_id": None}, "BEACON_OIDC_CLIENT_ID"
    yield {"public_url": None}, "BEACON_PUBLIC_URL"
    yield {"oidc_client_secret": None}, "BEACON_OIDC_CLIENT_SECRET_FILE"
    yield {"oidc_client_secret": None, "oidc_client_secret_file": Path("/nowhere/secret")}, "cannot be read"
    yield {"oidc_roles": "leads=boss"}, "group=role"
    yield {"oidc_roles": "leads=resident"}, "group=role"


@pytest.mark.parametrize(("changed", "says"), list(_wrong()))
def test_settings_that_cannot_work_are_refused_at_the_start(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingWrong, match=says):
        identity_of(signing_in_by(**({"issuer": ISSUER} | changed)))


def test_the_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")

    identity = identity_of(signing_in_by(ISSUER, oidc_client_secret=None, oidc_client_secret_file=tmp_path / "secret"))

    assert identity.provider.registration.secret == "from the file"
