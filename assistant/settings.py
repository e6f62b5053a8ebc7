"""Settings, read once from `BEACON_*` in the environment by a composition root and passed on as plain values."""

from datetime import datetime
from pathlib import Path

from pydantic import Field as Limits
from pydantic_settings import BaseSettings, SettingsConfigDict

from tools.clock import Clock, fixed_clock, system_clock


class Settings(BaseSettings):
    """Everything that may be set from outside. Each name is `BEACON_` and the name here in capitals.

    `data_dir` holds everything that is written. `database_url` is SQLite in the data directory unless given
    (`postgresql+psycopg://…`). `now` fixes the city's clock for tests and demonstrations, never a lease.
    """

    model_config = SettingsConfigDict(env_prefix="BEACON_", frozen=True, extra="ignore")

    data_dir: Path = Path("var")
    database_url: str | None = None
    articles_dir: Path | None = None
    catalogue_dir: Path | None = None
    now: datetime | None = None
    host: str = "127.0.0.1"
    port: int = Limits(default=8311, ge=0, le=65535)
    public_url: str | None = None
    desk_key: str | None = None
    lease_seconds: float = Limits(default=30.0, gt=0)
    wait_seconds: float = Limits(default=20.0, gt=0)

    @property
    def database(self) -> str:
        """The database to use: the one that was set, or a SQLite file in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'beacon.db'}"

    @property
    def clock(self) -> Clock:
        """The city's clock. Raises ValueError if `now` has no time zone."""
        return fixed_clock(self.now) if self.now else system_clock
