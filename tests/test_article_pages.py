"""Staff write, try, approve, discard and take back articles on a page, each step by who may, and sign fixed texts."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from assistant.bootstrap import ARTICLES, Reading, build_assistant, open_or_build_library, quiet
from assistant.settings import Settings
from channels.accounts import Role
from channels.bootstrap import build_web
from channels.sessions import Sessions
from channels.staff_access import form_token
from knowledge.library import BostonLibrary
from knowledge.loader import load_articles
from tests.test_staff_access import signed_in
from tests.web import resident
from tools.clock import Clock
from tools.database import Database

pytestmark = pytest.mark.asyncio

FORM = {
    "title": "Goat grazing",
    "body": "The City lends goats to clear steep slopes. Call 617-635-4500 to ask for them. They come for three days.",
    "questions": "can i get goats\nwho lends goats for weeds\ngoat grazing",
    "url": "https://www.boston.gov/departments/parks-and-recreation",
    "as_of": "2026-01-05",
    "expires": "2027-12-31",
    "freshness": "yearly",
    "owner": "Parks",
    "services": "",
}
GOATS = "/articles/en/goat-grazing"


@dataclass
class Office:
    """The web application on articles of its own, and who is signed in."""

    client: httpx.AsyncClient
    database: Database
    folder: Path
    ours: dict[str, str] = field(default_factory=dict)
    known: set[Role] = field(default_factory=set)

    async def sign_in(self, role: Role) -> None:
        if role in self.known:
            token = await Sessions(self.database).open(role.value)
            self.client.cookies.set("beacon_staff", token)
            self.ours = {"X-Form-Token": form_token(token), "Sec-Fetch-Site": "same-origin"}
        else:
            self.known.add(role)
            self.ours = await signed_in(self.database, self.client, role)

    async def post(self, address: str, **form: str) -> httpx.Response:
        return await self.client.post(address, data=form, headers=self.ours)

    async def page(self, address: str) -> str:
        return (await self.client.get(address)).text

    async def version(self, address: str) -> str:
        found = re.search(r'name="version" value="(\w*)"', await self.page(address))
        assert found is not None
        return found[1]

    async def save(self, **changed: str) -> httpx.Response:
        return await self.post(f"{GOATS}/save", version=await self.version(GOATS), **{**FORM, **changed})


@pytest_asyncio.fixture
async def office(
    reading: Reading, sqlite: Database, clock: Clock, tmp_path: Path, data_dir: Path
) -> AsyncIterator[Office]:
    shutil.copytree(ARTICLES / "en", tmp_path / "articles" / "en")
    (tmp_path / "vectors").symlink_to(data_dir / "vectors")
    (tmp_path / "models").symlink_to(data_dir / "models")
    settings = Settings(data_dir=tmp_path, articles_dir=tmp_path / "articles", desk_key="k", database_url=sqlite.url)
    library = open_or_build_library(settings, reading.encoder, load_articles(tmp_path / "articles"), progress=quiet)
    assistant = await build_assistant(settings, reading=reading, clock=clock, database=sqlite, library=library)
    app = build_web(settings, assistant, reading=reading)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        made = Office(client, sqlite, tmp_path)
        await made.sign_in(Role.REVIEWER)
        yield made
    if isinstance(library, BostonLibrary):
        library.close()


async def test_an_article_is_written_by_one_and_approved_by_another_and_then_answers_residents(office: Office) -> None:
    begun = await office.post("/articles/new", name="Goat grazing", language="en")
    await office.save()
    await office.sign_in(Role.SUPERVISOR)
    approved = await office.post(f"{GOATS}/approve", version=await office.version(GOATS))
    turn = await (await resident(office.client)).say("who lends goats for weeds?")

    assert begun.headers["location"] == GOATS
    assert approved.headers["location"] == f"{GOATS}?done=approve"
    assert "617-635-4500" in turn["replies"][0]["text"]
    assert "added by supervisor" in await office.page(GOATS)


async def test_nobody_approves_what_they_wrote(office: Office) -> None:
    await office.sign_in(Role.SUPERVISOR)
    await office.save()

    refused = await office.post(f"{GOATS}/approve", version=await office.version(GOATS))

    assert refused.status_code == 409
    assert "somebody else has to approve it" in refused.text
    assert not (office.folder / "articles" / "en" / "goat-grazing.md").exists()


async def test_a_reviewer_does_not_approve(office: Office) -> None:
    await office.save()

    refused = await office.post(f"{GOATS}/approve", version=await office.version(GOATS))

    assert refused.status_code == 409
    assert "Supervisors approve articles." in refused.text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title": ""}, "title"),
        ({"as_of": "last week"}, "as_of"),
        ({"questions": ""}, "questions"),
        ({"owner": ""}, "owner"),
    ],
)
async def test_a_draft_with_faults_is_kept_and_says_what_keeps_it_from_being_approved(
    office: Office, changed: dict[str, str], says: str
) -> None:
    await office.save(**changed)

    page = await office.page(GOATS)

    assert "keeps it from being approved" in page
    assert says in page
    assert "The City lends goats" in page


async def test_a_draft_that_somebody_else_changed_is_not_overwritten_and_nothing_written_is_lost(
    office: Office,
) -> None:
    old = await office.version(GOATS)
    await office.save()

    late = await office.post(f"{GOATS}/save", version=old, **{**FORM, "title": "Goats on slopes"})

    assert late.status_code == 409
    assert "Somebody changed" in late.text
    assert 'value="Goats on slopes"' in late.text


async def test_trying_a_draft_shows_what_its_questions_would_be_answered(office: Office) -> None:
    page = await office.post(f"{GOATS}/try", version="", **FORM)

    assert page.status_code == 200
    assert "3 of 3 are answered from this article." in page.text


async def test_a_discarded_draft_leaves_what_is_served(office: Office) -> None:
    address = "/articles/en/911-vs-311"
    served = (office.folder / "articles" / "en" / "911-vs-311.md").read_text()
    await office.post(f"{address}/save", version=await office.version(address), **FORM)

    done = await office.post(f"{address}/discard", version=await office.version(address))

    assert done.headers["location"] == "/articles?done=discard"
    assert (office.folder / "articles" / "en" / "911-vs-311.md").read_text() == served
    assert "draft</span>" not in await office.page(address)


async def test_an_earlier_version_can_be_taken_back(office: Office) -> None:
    await office.save()
    await office.sign_in(Role.SUPERVISOR)
    await office.post(f"{GOATS}/approve", version=await office.version(GOATS))
    await office.sign_in(Role.REVIEWER)
    await office.save(title="Goats on slopes")
    await office.sign_in(Role.SUPERVISOR)
    await office.post(f"{GOATS}/approve", version=await office.version(GOATS))
    found = re.search(r'name="to" value="(\w+)"', await office.page(GOATS))
    assert found is not None

    await office.post(f"{GOATS}/back", to=found[1])

    assert 'value="Goat grazing"' in await office.page(GOATS)
    assert "<ins>+ title: Goat grazing</ins>" in await office.page(GOATS)


async def test_the_list_finds_by_words_and_state(office: Office) -> None:
    await office.save()

    drafts, none = await office.page("/articles?state=new"), await office.page("/articles?find=zzz")

    assert "1 article<" in drafts
    assert "Goat grazing" in drafts
    assert "No article fits." in none


async def test_a_name_that_could_lead_elsewhere_is_refused(office: Office) -> None:
    refused = await office.post("/articles/new", name="../secret", language="en")

    assert refused.status_code == 422
    assert "small letters" in refused.text


async def test_signed_texts_are_shown_with_who_and_when_and_unsigned_ones_as_missing(office: Office) -> None:
    await office.sign_in(Role.SUPERVISOR)
    before = await office.page("/articles/wordings")

    await office.post(
        "/articles/wordings/es/safety texts", version=await office.version("/articles/wordings/es/safety texts")
    )

    after = await office.page("/articles/wordings")
    assert before.count(">missing<") == after.count(">missing<") + 1
    assert '<td data-label="Signed by">supervisor</td>' in after.replace("\n", "").replace("    ", "")


async def test_texts_that_changed_since_they_were_read_are_not_signed(office: Office) -> None:
    await office.sign_in(Role.SUPERVISOR)

    refused = await office.post("/articles/wordings/es/safety texts", version="0" * 12)

    assert refused.status_code == 409
    assert "changed since you read them" in refused.text


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.AUDITOR])
async def test_the_pages_are_for_who_writes(office: Office, role: Role) -> None:
    await office.sign_in(role)

    assert (await office.client.get("/articles")).status_code == 403


async def test_a_long_list_comes_in_pages_and_keeps_what_was_looked_for(office: Office) -> None:
    first = await office.page("/articles?language=en")
    last = await office.page("/articles?language=en&page=99")

    assert "1-50 of " in first
    assert first.count('<th scope="row">') == 50
    assert 'href="/articles?find=&amp;state=&amp;language=en&amp;page=2"' in first
    assert "Next" not in last
    assert "Previous" in last


async def test_an_article_is_found_by_words_of_its_text_after_those_of_its_title(office: Office) -> None:
    await office.save(title="Steep slopes", body="The City lends quagmire goats. Call 617-635-4500 to ask for them.")

    found = await office.page("/articles?find=quagmire")

    assert "1 article<" in found
    assert "Steep slopes" in found
