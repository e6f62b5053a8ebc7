"""Articles are edited as plain files: nothing is overwritten unseen, nothing wrong is approved, nothing is lost."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from channels.main import app
from knowledge.begin import PROMPT
from knowledge.drafts import Drafts
from knowledge.editing import Change, Editing, EditRefused, NotReady, Overtaken
from knowledge.loader import load_article

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)


def text_of(body: str, *, owner: str = "Harbor Master", article_id: str = "gulls") -> str:
    return (
        f"---\nid: {article_id}\ntitle: Feeding gulls\nurl: https://www.boston.gov/gulls\nas_of: 2026-01-05\n"
        f"freshness: stable\nowner: {owner}\nquestions:\n- may i feed gulls?\n---\n\n{body}\n"
    )


@pytest.fixture
def editing(tmp_path: Path) -> Editing:
    articles = tmp_path / "articles"
    (articles / "en").mkdir(parents=True)
    (articles / "en" / "gulls.md").write_text(text_of("Gulls may not be fed."), encoding="utf-8")
    return Editing(articles, Drafts(tmp_path / "drafts"), tmp_path / "past")


def approve(editing: Editing, version: str, *, by: str = "Ada Lopez", article_id: str = "gulls") -> Change:
    return editing.approve(article_id, "en", version=version, by=by, at=NOW, today=TODAY, services=())


def test_a_draft_changes_nothing_until_it_is_approved(editing: Editing) -> None:
    read = editing.read("gulls", "en")
    saved = editing.save_draft("gulls", "en", text_of("Gulls may be fed at noon."), version=read.version)

    assert load_article(editing.articles / "en" / "gulls.md").body == "Gulls may not be fed."
    assert editing.read("gulls", "en") == saved
    assert [(row.id, row.published, row.drafted) for row in editing.rows()] == [("gulls", True, True)]


def test_an_approved_draft_takes_the_articles_place_and_the_history_keeps_both(editing: Editing) -> None:
    read = editing.read("gulls", "en")
    saved = editing.save_draft("gulls", "en", text_of("Gulls may be fed at noon."), version=read.version)

    change = approve(editing, saved.version)

    assert load_article(editing.articles / "en" / "gulls.md").body == "Gulls may be fed at noon."
    assert editing.history("gulls", "en") == (change,)
    assert (change.by, change.at, change.what) == ("Ada Lopez", NOW, "changed")
    assert "may not be fed" in editing.as_it_was("gulls", "en", change.before or "")
    assert "at noon" in editing.as_it_was("gulls", "en", change.version)
    assert editing.drafts.names() == ()


def test_a_new_article_is_added(editing: Editing) -> None:
    saved = editing.save_draft("terns", "en", text_of("Terns nest in May.", article_id="terns"), version=None)

    change = approve(editing, saved.version, article_id="terns")

    assert (change.what, change.before) == ("added", None)
    assert load_article(editing.articles / "en" / "terns.md").id == "terns"


def test_what_somebody_else_changed_is_not_overwritten(editing: Editing) -> None:
    read = editing.read("gulls", "en")
    editing.save_draft("gulls", "en", text_of("One."), version=read.version)

    with pytest.raises(Overtaken):
        editing.save_draft("gulls", "en", text_of("Two."), version=read.version)
    with pytest.raises(Overtaken):
        approve(editing, read.version)
    assert "One." in editing.read("gulls", "en").text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (text_of("Gulls.", owner='""'), "owner is empty"),
        (text_of("Gulls.").replace("as_of: 2026-01-05", "as_of: 2027-01-05"), "future"),
        (text_of("Gulls.").replace("https://www.boston.gov/gulls", "file:gulls.pdf"), "not the address"),
        (text_of("Gulls.", article_id="other"), "must be those of its file"),
        (text_of(PROMPT), "stand for its text"),
        ("no article at all", "front matter"),
    ],
    ids=["owner", "date", "source", "id", "prompt", "broken"],
)
def test_a_draft_with_errors_may_be_kept_but_not_approved(text: str, why: str, editing: Editing) -> None:
    saved = editing.save_draft("gulls", "en", text, version=editing.read("gulls", "en").version)

    with pytest.raises(NotReady, match=why):
        approve(editing, saved.version)
    assert load_article(editing.articles / "en" / "gulls.md").body == "Gulls may not be fed."


@pytest.mark.parametrize("by", ["", "   ", "x\ny", "x" * 100])
def test_nobody_approves_without_a_name(by: str, editing: Editing) -> None:
    saved = editing.save_draft("gulls", "en", text_of("One."), version=editing.read("gulls", "en").version)

    with pytest.raises(EditRefused, match="name"):
        approve(editing, saved.version, by=by)


def test_without_a_draft_there_is_nothing_to_approve(editing: Editing) -> None:
    with pytest.raises(EditRefused, match="no draft"):
        approve(editing, editing.read("gulls", "en").version)


@pytest.mark.parametrize("name", ["../gulls", "a/b", "", "A", ".hidden", "x" * 100])
def test_a_name_cannot_lead_out_of_the_folders(name: str, editing: Editing) -> None:
    with pytest.raises(ValueError, match="no name"):
        editing.read(name, "en")


def test_a_version_that_is_not_there_is_said_so(editing: Editing) -> None:
    with pytest.raises(EditRefused):
        editing.as_it_was("gulls", "en", "../../secret")


def test_a_broken_article_stands_in_the_list(editing: Editing) -> None:
    (editing.articles / "en" / "gulls.md").write_text("nothing", encoding="utf-8")

    assert editing.rows()[0].title == "(it cannot be read)"


def test_an_article_is_begun_approved_and_found_in_the_history_by_command(tmp_path: Path) -> None:
    (tmp_path / "articles" / "en").mkdir(parents=True)
    env = {
        "BEACON_DATA_DIR": str(tmp_path / "data"),
        "BEACON_ARTICLES_DIR": str(tmp_path / "articles"),
        "BEACON_NOW": "2026-03-10T09:00:00-04:00",
    }
    runner = CliRunner()
    begin = [
        "knowledge",
        "new",
        "terns",
        "--title",
        "Terns",
        "--url",
        "https://www.boston.gov/terns",
        "--owner",
        "Parks",
    ]

    begun = runner.invoke(app, begin, env=env)
    early = runner.invoke(app, ["knowledge", "approve", "terns", "--by", "Ada Lopez"], env=env)
    draft = tmp_path / "data" / "drafts" / "en" / "terns.md"
    draft.write_text(draft.read_text(encoding="utf-8").replace(PROMPT, "Terns nest in May."), encoding="utf-8")
    approved = runner.invoke(app, ["knowledge", "approve", "terns", "--by", "Ada Lopez"], env=env)
    told = runner.invoke(app, ["knowledge", "history", "terns"], env=env)

    assert "terns" in begun.output
    assert isinstance(early.exception, NotReady)
    assert "en/terns was added by Ada Lopez" in approved.output
    assert "added by Ada Lopez" in told.output
