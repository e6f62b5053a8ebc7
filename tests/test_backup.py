"""A live system is backed up whole and restored; what is damaged, newer, of the wrong kind or in the way changes
nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.backup import MANIFEST, BackupRefused, Manifest, back_up, restore
from assistant.bootstrap import quiet
from assistant.message import Channel, Inbound
from assistant.settings import Settings
from assistant.store import Store
from tests.conftest import NOW
from tools.clock import Clock
from tools.database import Database
from tools.local_crm import LocalCRM

pytestmark = pytest.mark.asyncio


@dataclass(frozen=True)
class City:
    """A system with a conversation and a photo, and where its backups go."""

    settings: Settings
    database: Database
    store: Store
    clock: Clock
    folder: Path

    async def say(self, number: int) -> None:
        inbound = Inbound(
            conversation_id="c1", channel=Channel.WEB, message_id=f"m{number}", text=f"text {number}", at=NOW
        )
        await self.store.receive(inbound)

    async def back_up(self, name: str = "backup") -> Path:
        await back_up(self.settings, self.database, self.folder / name, clock=self.clock, progress=quiet)
        return self.folder / name

    async def restore(self, folder: Path, *, replace: bool = True) -> Path | None:
        _, aside = await restore(
            self.settings, self.database, folder, replace=replace, clock=self.clock, progress=quiet
        )
        return aside

    async def texts(self) -> list[str]:
        return [each.text for each in await self.store.unanswered("c1")]


@asynccontextmanager
async def city_on(url: str, folder: Path, clock: Clock) -> AsyncIterator[City]:
    database = Database(url)
    settings = Settings(data_dir=folder / "data", database_url=url)
    store = Store(database)
    await store.prepare()
    await LocalCRM(database, clock).prepare()
    await store.open("c1", Channel.WEB, token_hash="h")
    (folder / "data" / "media" / "c1").mkdir(parents=True)
    (folder / "data" / "media" / "c1" / "photo.jpg").write_bytes(b"a photo")
    (folder / "data" / "desk.key").write_text("secret")
    yield City(settings, database, store, clock, folder)
    await database.close()


@pytest_asyncio.fixture
async def city(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[City]:
    async with city_on(database_url, tmp_path, clock) as made:
        yield made


async def test_what_was_there_at_the_backup_is_there_after_the_restore(city: City) -> None:
    await city.say(1)
    folder = await city.back_up()
    await city.say(2)
    (city.settings.data_dir / "media" / "c1" / "photo.jpg").unlink()

    await city.restore(folder)

    assert await city.texts() == ["text 1"]
    assert (city.settings.data_dir / "media" / "c1" / "photo.jpg").read_bytes() == b"a photo"


async def test_a_backup_under_load_holds_every_message_up_to_one_instant(city: City) -> None:
    async def texting() -> None:
        for number in range(1, 400):
            await city.say(number)

    load = asyncio.create_task(texting())
    while len(await city.texts()) < 20:
        await asyncio.sleep(0)
    before = len(await city.texts())
    folder = await city.back_up()
    await load

    await city.restore(folder)

    texts = await city.texts()
    assert before <= len(texts)
    assert texts == [f"text {number}" for number in range(1, len(texts) + 1)]


async def test_the_system_goes_on_where_the_backup_left_it(city: City) -> None:
    await city.say(1)
    await city.restore(await city.back_up())

    await city.store.prepare()
    await city.say(2)

    assert await city.texts() == ["text 1", "text 2"]


async def test_a_backup_holds_no_key(city: City) -> None:
    folder = await city.back_up()

    assert not [path for path in folder.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]


async def test_a_damaged_backup_changes_nothing(city: City) -> None:
    await city.say(1)
    folder = await city.back_up()
    (folder / "data" / "media" / "c1" / "photo.jpg").write_bytes(b"b photo")
    await city.say(2)

    with pytest.raises(BackupRefused, match=r"photo\.jpg is not as it was written"):
        await city.restore(folder)

    assert await city.texts() == ["text 1", "text 2"]


async def test_a_backup_of_a_newer_release_is_refused(city: City) -> None:
    folder = await city.back_up()
    manifest = Manifest.model_validate_json((folder / MANIFEST).read_text())
    newer = manifest.model_copy(update={"schemas": {"assistant": "a999"}, "release": "9.0"})
    (folder / MANIFEST).write_text(newer.model_dump_json())

    with pytest.raises(BackupRefused, match="made by a newer Beacon"):
        await city.restore(folder)


async def test_a_system_that_is_there_is_replaced_only_when_told(city: City) -> None:
    folder = await city.back_up()

    with pytest.raises(BackupRefused, match="--replace"):
        await city.restore(folder, replace=False)


async def test_no_backup_is_overwritten_and_none_is_left_half_written(city: City) -> None:
    await city.back_up()

    with pytest.raises(BackupRefused, match="already"):
        await city.back_up()

    assert sorted(path.name for path in city.folder.glob("*backup*")) == ["backup"]


async def test_the_sqlite_file_that_was_there_is_kept(sqlite: Database, tmp_path: Path, clock: Clock) -> None:
    async with city_on(sqlite.url, tmp_path, clock) as city:
        folder = await city.back_up()
        await city.say(1)

        aside = await city.restore(folder)

        assert aside is not None
        kept = Database(f"sqlite+aiosqlite:///{aside}")
        assert [each.text for each in await Store(kept).unanswered("c1")] == ["text 1"]
        await kept.close()


async def test_a_folder_that_is_no_backup_is_refused(city: City) -> None:
    with pytest.raises(BackupRefused, match="is no backup"):
        await city.restore(city.folder)
