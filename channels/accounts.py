"""Accounts of City staff: who they are, what they may do, their passwords, invitations and lockout.

AccountRefused   what was asked of an account cannot be done; the sentence says why
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from assistant.assistant import hashed
from channels.account_tables import invitations, sessions, staff, subjects
from tools.database import Database
from tools.migrate import current, migrate
from tools.value import Value

MIGRATIONS = Path(__file__).parent / "migrations"
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
MOST_FAILURES = 5
LOCKED_SECONDS = 600.0
INVITED_SECONDS = 3 * 86_400.0
LOCAL = "local"
"""The account behind the access key that `beacon serve` prints: for use on one machine. It has no password."""

WRONG = "The name or the password is not right, or the account is locked for a while. Please try again in ten minutes."


class Role(StrEnum):
    """What somebody may do. Residents have no account; their role is listed with the routes."""

    RESIDENT = "resident"
    CALL_TAKER = "call-taker"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"


class AccountRefused(Exception):
    """What was asked of an account cannot be done."""


class Person(Value):
    """A member of staff. `linked` says, in a list of everybody, who signs in by the City's identity provider."""

    login: str
    name: str
    role: Role
    disabled: bool = False
    has_password: bool = False
    linked: bool = False
    locked_until: float = 0.0


class Accounts:
    """Keeps accounts on our tables; a password is kept as its argon2id hash only."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self.database = database
        self._now = now
        self._hasher = PasswordHasher()
        self._ready = False

    async def prepare(self) -> None:
        """Bring the tables up to date, and add the local account the first time."""
        if self._ready:
            return
        if not await current(self.database, "channels", MIGRATIONS):
            await migrate(self.database, "channels", MIGRATIONS)
        with suppress(AccountRefused):  # there already
            await self.add(LOCAL, name="Local desk", role=Role.ADMIN)
        self._ready = True

    async def add(self, login: str, *, name: str, role: Role) -> None:
        """Add somebody, without a password yet. Raises AccountRefused for a name that is taken or cannot be used."""
        login = tidy(login)
        if role is Role.RESIDENT or not login or len(login) > 100 or not login.isprintable() or " " in login:
            raise AccountRefused("Please give a sign-in name without spaces, such as an e-mail address, and a role.")
        row = {"login": login, "name": name or login, "role": role.value, "created": self._now()}
        dialect = sqlite if self.database.is_sqlite else postgresql
        new = dialect.insert(staff).values(row | {"failures": 0, "locked_until": 0.0, "disabled": False})
        async with self.database.write() as connection:
            added = await connection.execute(new.on_conflict_do_nothing().returning(staff.c.login))
            if added.scalar_one_or_none() is None:
                raise AccountRefused(f"There is an account {login!r} already.")

    async def person(self, login: str) -> Person | None:
        """Somebody by their sign-in name."""
        async with self.database.read() as connection:
            row = (await connection.execute(select(staff).where(staff.c.login == tidy(login)))).mappings().one_or_none()
        return _person(dict(row)) if row else None

    async def people(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        linked = select(subjects.c.login).where(subjects.c.login == staff.c.login).exists().label("linked")
        async with self.database.read() as connection:
            rows = (await connection.execute(select(staff, linked).order_by(staff.c.login))).mappings().all()
        return tuple(_person(dict(row)) for row in rows)

    async def disable(self, login: str) -> None:
        """Shut somebody out at once: no sign-in, no session, no invitation. Raises AccountRefused."""
        await self._known(login)
        async with self.database.write() as connection:
            await connection.execute(update(staff).where(staff.c.login == tidy(login)).values(disabled=True))
            await connection.execute(delete(sessions).where(sessions.c.login == tidy(login)))
            await connection.execute(delete(invitations).where(invitations.c.login == tidy(login)))

    async def give_role(self, login: str, role: Role) -> None:
        """Change what somebody may do, at once."""
        async with self.database.write() as connection:
            await connection.execute(update(staff).where(staff.c.login == tidy(login)).values(role=role.value))

    async def invite(self, login: str) -> str:
        """A token that lets somebody choose a password, once, within three days. Raises AccountRefused."""
        person = await self._known(login)
        if person.disabled or person.login == LOCAL:
            raise AccountRefused(f"The account {person.login!r} cannot be invited.")
        token = secrets.token_urlsafe(32)
        row = {"token_hash": hashed(token), "login": person.login, "expires": self._now() + INVITED_SECONDS}
        async with self.database.write() as connection:
            await connection.execute(delete(invitations).where(invitations.c.login == person.login))
            await connection.execute(insert(invitations).values(row))
        return token

    async def invited(self, token: str) -> str | None:
        """Whose invitation this is, if it can still be used."""
        mine = (invitations.c.token_hash == hashed(token)) & (invitations.c.expires > self._now())
        async with self.database.read() as connection:
            login: str | None = (await connection.execute(select(invitations.c.login).where(mine))).scalar_one_or_none()
        return login

    async def redeem(self, token: str, password: str) -> str:
        """Choose a password by an invitation, which is used up. Raises AccountRefused."""
        login = await self.invited(token)
        if login is None:
            raise AccountRefused("This invitation was used already or is too old. Please ask for a new one.")
        await self.set_password(login, password)
        return login

    async def set_password(self, login: str, password: str) -> None:
        """Give an account a password; all its sessions and invitations end. Raises AccountRefused."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or password.casefold() == login.casefold():
            raise AccountRefused(f"Please choose a password of at least {SHORTEST_PASSWORD} characters.")
        kept = await asyncio.to_thread(self._hasher.hash, password)
        values = {"password": kept, "failures": 0, "locked_until": 0.0}
        async with self.database.write() as connection:
            await connection.execute(update(staff).where(staff.c.login == login).values(values))
            await connection.execute(delete(sessions).where(sessions.c.login == login))
            await connection.execute(delete(invitations).where(invitations.c.login == login))

    async def check(self, login: str, password: str) -> Person:
        """Who signs in. Raises AccountRefused with one sentence for every reason, after the same work."""
        login = tidy(login)
        async with self.database.read() as connection:
            row = (await connection.execute(select(staff).where(staff.c.login == login))).mappings().one_or_none()
        kept = row["password"] if row else None
        fits = await asyncio.to_thread(self._fits, kept, password[:LONGEST_PASSWORD])
        if row is None or row["disabled"] or row["locked_until"] > self._now():
            raise AccountRefused(WRONG)
        if not fits:
            await self._failed(login, row["failures"] + 1)
            raise AccountRefused(WRONG)
        async with self.database.write() as connection:
            await connection.execute(update(staff).where(staff.c.login == login).values(failures=0, locked_until=0.0))
        return _person(dict(row))

    async def _failed(self, login: str, failures: int) -> None:
        locked = failures >= MOST_FAILURES
        until = self._now() + LOCKED_SECONDS if locked else 0.0
        values = {"failures": 0 if locked else staff.c.failures + 1, "locked_until": until}
        async with self.database.write() as connection:
            await connection.execute(update(staff).where(staff.c.login == login).values(values))

    def _fits(self, kept: str | None, password: str) -> bool:
        """An account that is not there costs as long as one that is."""
        if kept is None:
            self._hasher.hash(password)
            return False
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _known(self, login: str) -> Person:
        person = await self.person(login)
        if person is None:
            raise AccountRefused(f"There is no account {login!r}.")
        return person


def tidy(login: str) -> str:
    """A sign-in name as it is kept."""
    return login.strip().casefold()


def _person(row: dict[str, object]) -> Person:
    kept = {name: row[name] for name in ("login", "name", "role", "disabled", "locked_until")}
    told = {"has_password": row["password"] is not None, "linked": bool(row.get("linked", False))}
    return Person.model_validate(kept | told)
