"""Photos that come by text: fetched from Twilio only, one redirect at most, no credentials to the second host."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response
from PIL import Image
from pydantic import SecretStr

from assistant.photos_by_text import ExpectedPhotos
from assistant.store import Store
from assistant.tables import text_photos
from channels.media import Media
from channels.photos import NotAPhoto, cleaned
from channels.text_photos import TextPhotos, reference_of
from channels.texting import Account
from tests.carrier import SID, TOKEN, address_of, door, served
from tests.texting import text, text_store
from tools.database import Database

MESSAGE, PHOTO = "MM" + "a" * 32, "ME" + "b" * 32


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "blue").save(written, kind)
    return written.getvalue()


class Host:
    """A host that answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer = Response(picture(), media_type="image/jpeg")
        self.asked: list[tuple[str, str, str | None]] = []
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self._heard, methods=["GET", "DELETE"])

    async def _heard(self, path: str, request: Request) -> Response:
        self.asked.append((request.method, path, request.headers.get("authorization")))
        return self.answer if request.method == "GET" else Response(status_code=204)


class Hosts:
    def __init__(self, api: Host, second: Host, photos: TextPhotos, folder: Path, second_url: str) -> None:
        self.api, self.second, self.photos, self.folder = api, second, photos, folder
        self.second_url = second_url

    def redirect(self, address: str) -> None:
        self.api.answer = Response(status_code=307, headers={"Location": address})

    async def fetch(self) -> list[Path]:
        await self.photos.fetch()
        return list((self.folder / "media").rglob("*.jpg"))


@pytest_asyncio.fixture
async def hosts(sqlite: Database, tmp_path: Path) -> AsyncIterator[Hosts]:
    api, second = Host(), Host()
    here, there = door(), door()
    store = await text_store(sqlite)
    await _expect(store)
    account = Account(sid=SID, tokens=(SecretStr(TOKEN),), api_url=address_of(here))
    media = Media(tmp_path / "media")
    photos = TextPhotos(account, ExpectedPhotos(sqlite), media, hosts=frozenset({"localhost"}))
    second_url = address_of(there).replace("127.0.0.1", "localhost")
    async with served(api.app, here), served(second.app, there):
        yield Hosts(api, second, photos, tmp_path, second_url)


async def _expect(store: Store) -> None:
    inbound = text("look", "m1").model_copy(update={"media": (f"mms:{MESSAGE}/{PHOTO}",)})
    await store.receive(inbound)


async def test_a_photo_is_fetched_by_a_redirect_without_showing_our_credentials(hosts: Hosts) -> None:
    hosts.redirect(f"{hosts.second_url}/kept")

    kept = await hosts.fetch()

    assert len(kept) == 1
    assert [(method, bool(credentials)) for method, _, credentials in hosts.api.asked] == [
        ("GET", True),
        ("DELETE", True),
    ]
    assert hosts.second.asked == [("GET", "kept", None)]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x",
        "http://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "file:///etc/passwd",
        "//evil.example/x",
        "http://localhost.evil.example/x",
        "http://evil.example@127.0.0.1:9/",
        "",
    ],
)
async def test_a_redirect_to_anywhere_else_is_not_followed(hosts: Hosts, address: str) -> None:
    hosts.redirect(address)

    assert await hosts.fetch() == []
    assert hosts.second.asked == []


async def test_a_second_redirect_is_not_followed(hosts: Hosts) -> None:
    hosts.redirect(f"{hosts.second_url}/one")
    hosts.second.answer = Response(status_code=307, headers={"Location": f"{hosts.second_url}/two"})

    assert await hosts.fetch() == []
    assert [path for _, path, _ in hosts.second.asked] == ["one"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"x" * (6 * 1024 * 1024), id="too large"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(b"%PDF-1.7 ...", id="pdf"),
        pytest.param(b"\xff\xd8\xff" + bytes(50), id="only the beginning of a jpeg"),
        pytest.param(b"", id="empty"),
    ],
)
async def test_what_is_no_photo_is_not_kept(hosts: Hosts, content: bytes) -> None:
    hosts.api.answer = Response(content, media_type="image/jpeg")

    assert await hosts.fetch() == []


async def test_a_photo_that_could_not_be_fetched_is_tried_again_later(hosts: Hosts, sqlite: Database) -> None:
    hosts.api.answer = Response(status_code=503)
    await hosts.fetch()
    hosts.api.answer = Response(picture(), media_type="image/jpeg")
    async with sqlite.write() as connection:
        await connection.execute(text_photos.update().values(due=0.0))

    assert len(await hosts.fetch()) == 1


async def test_the_name_of_a_photo_leads_to_what_was_kept(hosts: Hosts, sqlite: Database) -> None:
    kept = await hosts.fetch()

    assert await ExpectedPhotos(sqlite).media_id(f"mms:{MESSAGE}/{PHOTO}") == kept[0].stem


async def test_photos_that_were_left_are_fetched_after_a_start(hosts: Hosts) -> None:
    await hosts.photos.start()
    async with asyncio.timeout(10):
        while len(hosts.api.asked) < 2:
            await asyncio.sleep(0.01)

    await hosts.photos.stop()

    assert len(await hosts.fetch()) == 1


@pytest.mark.parametrize(
    ("message", "url"),
    [
        ("SM1", f"https://api.twilio.com/Media/{PHOTO}"),
        (MESSAGE, "http://169.254.169.254/latest"),
        (MESSAGE, f"https://api.twilio.com/Media/{PHOTO}/../../x"),
        (MESSAGE, ""),
    ],
)
def test_an_address_without_ids_names_no_photo(message: str, url: str) -> None:
    assert reference_of(message, url) is None


def test_of_an_address_nothing_but_the_id_is_believed() -> None:
    assert reference_of(MESSAGE, f"http://evil.example/x/{PHOTO}?y=1") == f"mms:{MESSAGE}/{PHOTO}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_photo_of_every_kind_becomes_a_plain_jpeg(kind: str) -> None:
    photo = cleaned(picture(kind))

    assert photo.content.startswith(b"\xff\xd8\xff")
    assert Image.open(BytesIO(photo.content)).size == (60, 40)


def test_place_and_camera_are_taken_out_of_a_photo() -> None:
    written = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera maker"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (10, 10)).save(written, "JPEG", exif=exif)

    photo = cleaned(written.getvalue())

    assert dict(Image.open(BytesIO(photo.content)).getexif()) == {}


def test_a_picture_larger_than_memory_is_refused() -> None:
    written = BytesIO()
    Image.new("1", (9_000, 9_000)).save(written, "PNG")

    with pytest.raises(NotAPhoto):
        cleaned(written.getvalue())
