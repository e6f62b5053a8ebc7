"""The keys of clients that may file cases with us over Open311; only their hashes are kept."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import insert, select, update

from tools.clock import Clock
from tools.crm_rows import aware
from tools.database import Database
from tools.open311_tables import client_keys
from tools.value import Value


class ClientKey(Value):
    """A key as it may be shown: whose it is, since when, and until when; `name` tells it from others."""

    name: str
    client: str
    made: datetime
    revoked: datetime | None = None


class ClientKeys:
    """Makes, lists and revokes keys, and tells whose a key is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, client: str) -> str:
        """A new key for a client. It is told this once; its 256 random bits need no salt."""
        key = secrets.token_urlsafe(32)
        row = {"hash": _hashed(key), "client": client[:60], "made": self._clock()}
        async with self._database.write() as connection:
            await connection.execute(insert(client_keys).values(row))
        return key

    async def list(self) -> tuple[ClientKey, ...]:
        """Every key, the oldest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(client_keys).order_by(client_keys.c.made))).all()
        return tuple(
            ClientKey(
                name=row.hash[:8],
                client=row.client,
                made=aware(row.made),
                revoked=aware(row.revoked) if row.revoked else None,
            )
            for row in rows
        )

    async def revoke(self, name: str) -> bool:
        """End a key by its name at once; False if no key that is in use has it."""
        known = client_keys.c.hash.startswith(name, autoescape=True) & client_keys.c.revoked.is_(None)
        async with self._database.write() as connection:
            changed = await connection.execute(update(client_keys).where(known).values(revoked=self._clock()))
        return changed.rowcount > 0

    async def client_of(self, key: str) -> str | None:
        """Whose key this is; None for one that is not known or was revoked."""
        query = select(client_keys.c.client).where(client_keys.c.hash == _hashed(key), client_keys.c.revoked.is_(None))
        async with self._database.glance() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
