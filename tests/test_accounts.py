"""Accounts of staff: invitation, password, lockout, sessions that end, and the log of what was done."""

import asyncio

import httpx
import pytest
from sqlalchemy import Connection, inspect, text

from channels.account_tables import metadata
from channels.accounts import LOCKED_SECONDS, MOST_FAILURES, AccountRefused, Accounts, Role
from channels.audit import Audit
from channels.sessions import IDLE_SECONDS, WHOLE_SECONDS, Sessions
from channels.staff_pages import browser_in_words
from tools.database import Database

PASSWORD = "a short sentence of four"


class Hours:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


async def member(accounts: Accounts, login: str = "ana@example.gov", role: Role = Role.CALL_TAKER) -> None:
    await accounts.prepare()
    await accounts.add(login, name="Ana", role=role)
    await accounts.redeem(await accounts.invite(login), PASSWORD)


async def test_the_tables_are_as_the_code_says(database: Database) -> None:
    await Accounts(database).prepare()

    def columns(connection: Connection) -> dict[str, set[str]]:
        look = inspect(connection)
        return {name: {column["name"] for column in look.get_columns(name)} for name in metadata.tables}

    async with database.read() as connection:
        found = await connection.run_sync(columns)

    assert found == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}


async def test_an_invitation_gives_a_password_once(database: Database) -> None:
    accounts = Accounts(database)
    await accounts.prepare()
    await accounts.add("Ana@Example.gov", name="Ana", role=Role.CALL_TAKER)
    token = await accounts.invite("ana@example.gov")

    await accounts.redeem(token, PASSWORD)

    assert (await accounts.check("ANA@example.gov", PASSWORD)).role is Role.CALL_TAKER
    with pytest.raises(AccountRefused):
        await accounts.redeem(token, "another sentence of words")


async def test_a_password_is_kept_as_an_argon2_hash_only(sqlite: Database) -> None:
    await member(Accounts(sqlite))

    async with sqlite.read() as connection:
        kept = (await connection.execute(text("SELECT password FROM staff WHERE login LIKE 'ana%'"))).scalar_one()

    assert kept.startswith("$argon2id$")


async def test_wrong_passwords_lock_an_account_for_a_while(sqlite: Database) -> None:
    clock = Hours()
    accounts = Accounts(sqlite, clock)
    await member(accounts)
    for _ in range(MOST_FAILURES):
        with pytest.raises(AccountRefused):
            await accounts.check("ana@example.gov", "wrong")

    with pytest.raises(AccountRefused):
        await accounts.check("ana@example.gov", PASSWORD)
    clock.now += LOCKED_SECONDS + 1

    assert (await accounts.check("ana@example.gov", PASSWORD)).login == "ana@example.gov"


async def test_one_sentence_for_a_wrong_name_and_a_wrong_password(sqlite: Database) -> None:
    accounts = Accounts(sqlite)
    await member(accounts)

    with pytest.raises(AccountRefused) as unknown:
        await accounts.check("bob@example.gov", PASSWORD)
    with pytest.raises(AccountRefused) as wrong:
        await accounts.check("ana@example.gov", "not this one")

    assert str(unknown.value) == str(wrong.value)


@pytest.mark.parametrize(
    ("step", "uses"), [(IDLE_SECONDS + 1, 1), (IDLE_SECONDS - 60, int(WHOLE_SECONDS / (IDLE_SECONDS - 60)) + 1)]
)
async def test_a_session_ends_when_idle_and_after_a_whole_day(sqlite: Database, step: float, uses: int) -> None:
    clock = Hours()
    await member(Accounts(sqlite, clock))
    sessions = Sessions(sqlite, clock)
    token = await sessions.open("ana@example.gov")

    for _ in range(uses):
        clock.now += step
        last = await sessions.person(token)

    assert last is None


async def test_disabling_somebody_ends_their_sessions_at_once(sqlite: Database) -> None:
    accounts, sessions = Accounts(sqlite), Sessions(sqlite)
    await member(accounts)
    token = await sessions.open("ana@example.gov")

    await accounts.disable("ana@example.gov")

    assert await sessions.person(token) is None
    with pytest.raises(AccountRefused):
        await accounts.check("ana@example.gov", PASSWORD)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET what = 'another' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "UPDATE audit SET by = 'somebody' WHERE number = 1",
    ],
)
async def test_tampering_with_the_log_is_found(sqlite: Database, tampering: str) -> None:
    await Accounts(sqlite).prepare()
    audit = Audit(sqlite)
    for what in ("first", "second", "third"):
        await audit.add("tried", what, by="ana")
    whole = await audit.verify()

    async with sqlite.write() as connection:
        await connection.execute(text("DROP TRIGGER audit_no_update"))
        await connection.execute(text("DROP TRIGGER audit_no_delete"))
        await connection.execute(text(tampering))
    broken = await audit.verify()

    assert whole.broken_at is None
    assert whole.rows == 3
    assert broken.broken_at is not None


async def test_the_database_itself_refuses_to_change_the_log(database: Database) -> None:
    await Accounts(database).prepare()
    await Audit(database).add("tried", by="ana")

    with pytest.raises(Exception, match="append-only"):
        async with database.write() as connection:
            await connection.execute(text("DELETE FROM audit"))


async def test_rows_written_at_once_stay_one_chain(database: Database) -> None:
    await Accounts(database).prepare()
    audit = Audit(database)

    await asyncio.gather(*(audit.add("tried", str(n), by="ana") for n in range(20)))

    assert (await audit.verify()).rows == 20
    assert (await audit.verify()).broken_at is None


async def test_signing_in_by_the_key_opens_the_pages_and_is_on_record(api: httpx.AsyncClient) -> None:
    wrong = await api.post("/staff/key", data={"key": "not it"})
    opened = await api.post("/staff/key", data={"key": "desk-key", "to": "/staff/audit"})
    page = await api.get("/staff/audit")

    assert wrong.status_code == 403
    assert opened.headers["location"] == "/staff/audit"
    assert "signed_in" in page.text
    assert "key_refused" in page.text


async def test_a_page_of_staff_sends_a_stranger_to_the_sign_in(api: httpx.AsyncClient) -> None:
    page = await api.get("/staff/account")

    assert page.status_code == 303
    assert page.headers["location"] == "/staff/sign-in?to=/staff/account"


async def test_the_sign_in_never_leads_to_another_site(api: httpx.AsyncClient) -> None:
    opened = await api.post("/staff/key", data={"key": "desk-key", "to": "//evil.example"})

    assert opened.headers["location"] == "/desk"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17.4 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) CriOS/126.0 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        ("python-httpx/0.28", "python-httpx/0.28"),
        ("", "not said"),
    ],
)
def test_a_browser_is_told_as_people_know_it(told: str, words: str) -> None:
    assert browser_in_words(told) == words
