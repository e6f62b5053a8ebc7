"""Whom the City's identity provider lets in, and with which account: linked by the provider's own name for a person.

AccountRefused   somebody does not come in; the sentence says why
"""

import time
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from channels.account_tables import subjects
from channels.accounts import AccountRefused, Accounts, Person, Role, tidy
from channels.audit import Audit
from channels.oidc import Proven
from tools.value import Value

DISABLED = "Your account here is disabled. Please ask an administrator."
NO_ROLE = "You have no role in Beacon 311 yet. Please ask your supervisor to have one given to you."
NOT_VERIFIED = "Your e-mail address is not confirmed there, so no account here can be yours. Please have it confirmed."
WRONG_DOMAIN = "Only confirmed e-mail addresses of {domains} may sign in here."
TAKEN = "The account of this e-mail address belongs to another sign-in. Please ask an administrator."


class Admission(Value):
    """Who may come in. `roles` are ours by the provider's groups, the first that fits counts; without any, roles are
    those of the accounts here."""

    roles: Mapping[str, Role]
    domains: tuple[str, ...] = ()
    trust_email: bool = False

    def is_verified(self, proven: Proven) -> bool:
        """Whether an e-mail address can be taken for this person's own."""
        sure = self.trust_email if proven.email_verified is None else proven.email_verified
        return sure and "@" in proven.email.strip("@")

    def role(self, proven: Proven) -> Role | None:
        """The role that the provider's groups give."""
        return next((role for group, role in self.roles.items() if group in proven.groups), None)

    def check(self, proven: Proven) -> None:
        """Raises AccountRefused for an address of elsewhere, and for who has none of the groups."""
        domain = tidy(proven.email).rpartition("@")[2]
        if self.domains and not (self.is_verified(proven) and domain in self.domains):
            raise AccountRefused(WRONG_DOMAIN.format(domains=" and ".join(self.domains)))
        if self.roles and self.role(proven) is None:
            raise AccountRefused(NO_ROLE)


class Subjects:
    """Finds the account of somebody whom the provider vouches for, and makes it the first time."""

    def __init__(
        self, accounts: Accounts, audit: Audit, admission: Admission, now: Callable[[], float] = time.time
    ) -> None:
        self._accounts, self._audit, self._admission, self._now = accounts, audit, admission, now
        self._database = accounts.database

    async def person(self, proven: Proven) -> Person:
        """The account of somebody, with the role they have today. Raises AccountRefused."""
        self._admission.check(proven)
        login = await self._linked(proven) or await self._first_time(proven)
        person = await self._accounts.person(login)
        if person is None or person.disabled:
            raise AccountRefused(DISABLED)
        role = self._admission.role(proven)
        if role is None or role is person.role:
            return person
        await self._accounts.give_role(login, role)
        detail = {"from": person.role.value, "to": role.value}
        await self._audit.add("role_changed", login, by=proven.issuer, detail=detail)
        return person.model_copy(update={"role": role})

    async def _linked(self, proven: Proven) -> str | None:
        mine = (subjects.c.issuer == proven.issuer) & (subjects.c.subject == proven.subject)
        async with self._database.read() as connection:
            login: str | None = (await connection.execute(select(subjects.c.login).where(mine))).scalar_one_or_none()
        return login

    async def _first_time(self, proven: Proven) -> str:
        """Link somebody to the account of their confirmed address; without one it is made, if a role is given."""
        if not self._admission.is_verified(proven):
            raise AccountRefused(NOT_VERIFIED)
        login, role = tidy(proven.email), self._admission.role(proven)
        person = await self._accounts.person(login)
        if person is None and role is None:
            raise AccountRefused(NO_ROLE)
        if person is not None and person.disabled:
            raise AccountRefused(DISABLED)
        if person is None and role is not None:
            await self._add(proven, login, role)
        await self._link(proven, login)
        return login

    async def _add(self, proven: Proven, login: str, role: Role) -> None:
        try:
            await self._accounts.add(login, name=proven.name[:120], role=role)
        except AccountRefused:
            if await self._accounts.person(login) is None:  # else another window was there first
                raise
        else:
            await self._audit.add("staff_added", login, by=proven.issuer, detail={"role": role.value})

    async def _link(self, proven: Proven, login: str) -> None:
        row = {"issuer": proven.issuer, "subject": proven.subject, "login": login, "linked": self._now()}
        dialect = sqlite if self._database.is_sqlite else postgresql
        async with self._database.write() as connection:
            await connection.execute(dialect.insert(subjects).values(row).on_conflict_do_nothing())
        if await self._linked(proven) != login:
            raise AccountRefused(TAKEN)
        await self._audit.add("account_linked", login, by=proven.issuer, detail={"subject": proven.subject})
