"""Settings, read once from `BEACON_*` in the environment by a composition root and passed on as plain values."""

from pathlib import Path

from pydantic import AwareDatetime, ValidationError
from pydantic import Field as Limits
from pydantic_settings import BaseSettings, SettingsConfigDict

from tools.clock import Clock, fixed_clock, system_clock


class SettingWrong(Exception):
    """A setting from outside cannot be used; the sentence names it."""


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
    now: AwareDatetime | None = None
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
        """The city's clock."""
        return fixed_clock(self.now) if self.now else system_clock


def read_settings() -> Settings:
    """The settings as the environment gives them. Raises SettingWrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"BEACON_{'_'.join(str(part) for part in first['loc']).upper()}"
        why = first["msg"][:1].lower() + first["msg"][1:]
        raise SettingWrong(f"The setting {name} cannot be used: {why}. Please correct it, or leave it out.") from error


def check_data_dir(settings: Settings) -> None:
    """Make the data directory if it is missing. Raises SettingWrong if nothing can be written there."""
    folder = settings.data_dir.absolute()
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("ok", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        why = error.strerror or error
        raise SettingWrong(
            f"The data directory {folder} cannot be written ({why}). "
            "Please set BEACON_DATA_DIR to a folder of your own."
        ) from error
