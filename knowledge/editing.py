"""Edits articles as plain files: list, read, save a draft, approve it with name and day, and look at the history.

EditRefused       a change is not taken; the sentence says why
├── Overtaken     somebody else changed it since it was read
└── NotReady      the article has errors; `findings` are theirs
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from knowledge.article import Article
from knowledge.begin import PROMPT
from knowledge.drafts import Drafts, Provenance
from knowledge.lint import Finding, Weight, lint_beside
from knowledge.loader import ArticleBroken, parse_article

_PERSON = re.compile(r"[^\x00-\x1f]{1,80}")


class EditRefused(Exception):
    """A change is not taken; the sentence says why."""


class Overtaken(EditRefused):
    """Somebody else changed it since it was read."""


class NotReady(EditRefused):
    """The article has errors."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"It is not approved: line {findings[0].line}: {findings[0].what}.")
        self.findings = tuple(findings)


class Row(BaseModel):
    """An article in the list. `published` and `drafted` say which of the two there is."""

    model_config = ConfigDict(frozen=True)

    id: str
    language: str
    title: str
    owner: str
    published: bool
    drafted: bool
    as_of: date | None = None
    expires: date | None = None


class Text(BaseModel):
    """The file of an article as it is read. `version` goes back with a change, so that none is overwritten unseen."""

    model_config = ConfigDict(frozen=True)

    text: str
    version: str
    draft: bool
    provenance: Provenance | None = None
    author: str | None = None


class Change(BaseModel):
    """A change in an article's history: who approved what and when, and the version that was kept from before it."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    by: str
    what: str
    version: str
    before: str | None = None


@dataclass(frozen=True)
class Editing:
    """Articles, their drafts and their history, each a folder of files."""

    articles: Path
    drafts: Drafts
    past: Path

    def rows(self) -> tuple[Row, ...]:
        """Every article and draft, by id and language."""
        published = {(path.stem, path.parent.name): path for path in self.articles.glob("*/*.md")}
        drafted = set(self.drafts.names())
        return tuple(
            self._row(name, language, published=(name, language) in published, drafted=(name, language) in drafted)
            for name, language in sorted(published.keys() | drafted)
        )

    def _row(self, name: str, language: str, *, published: bool, drafted: bool) -> Row:
        path = self._path(name, language) if published else self.drafts.path(name, language)
        try:
            article: Article | None = parse_article(path.read_text(encoding="utf-8"), path)
        except (ArticleBroken, UnicodeDecodeError):
            article = None
        return Row(
            id=name,
            language=language,
            title=article.title if article else "(it cannot be read)",
            owner=article.owner if article else "",
            published=published,
            drafted=drafted,
            as_of=article.as_of if article else None,
            expires=article.expires if article else None,
        )

    def read(self, article_id: str, language: str) -> Text:
        """The draft if there is one, else the article. Raises EditRefused if there is neither."""
        draft, published = self.drafts.path(article_id, language), self._path(article_id, language)
        for path in (draft, published):
            if path.exists():
                text = path.read_text(encoding="utf-8")
                if path is published:
                    return Text(text=text, version=_version(text), draft=False)
                about, author = self.drafts.provenance(article_id, language), self.drafts.author(article_id, language)
                return Text(text=text, version=_version(text), draft=True, provenance=about, author=author)
        raise EditRefused(f"There is no article or draft {article_id!r} in the language {language!r}.")

    def save_draft(
        self, article_id: str, language: str, text: str, *, version: str | None, by: str | None = None
    ) -> Text:
        """Keep a draft, also one with errors, and who wrote it. `version` is that of the text it was made from; None
        for a new one.

        Raises Overtaken if that is not what stands there now.
        """
        with self._alone():
            self._check(article_id, language, version)
            about = self.drafts.provenance(article_id, language)
            self.drafts.write(article_id, language, text, about, author=by)
        return Text(text=text, version=_version(text), draft=True, provenance=about, author=by)

    def discard(self, article_id: str, language: str, *, version: str) -> None:
        """Take a draft away; what is served stays. Raises Overtaken, or EditRefused without a draft."""
        with self._alone():
            self._check(article_id, language, version)
            if not self.drafts.path(article_id, language).exists():
                raise EditRefused(f"There is no draft {article_id!r} in the language {language!r}.")
            self.drafts.remove(article_id, language)

    def findings(
        self, article_id: str, language: str, *, services: Collection[str], today: date
    ) -> tuple[Finding, ...]:
        """What `lint` says of a draft as it would stand among the articles."""
        path = self.drafts.path(article_id, language)
        found = lint_beside(path, self.articles, services=services, today=today)
        if PROMPT in path.read_text(encoding="utf-8", errors="replace"):
            begun = Finding(path, 1, Weight.ERROR, "it still holds the words that stand for its text")
            return (begun, *found)
        return found

    def approve(
        self,
        article_id: str,
        language: str,
        *,
        version: str,
        by: str,
        at: datetime,
        today: date,
        services: Collection[str],
    ) -> Change:
        """Put a draft in the place of the article, which is kept in the history. The index is built anew at the next
        start or `beacon index`. Raises Overtaken, NotReady, or EditRefused without a draft or a name, or for the one
        who wrote it."""
        if not _PERSON.fullmatch(by.strip()):
            raise EditRefused("An article is approved by a person: give a name.")
        with self._alone():
            self._check(article_id, language, version)
            if not self.drafts.path(article_id, language).exists():
                raise EditRefused(f"There is no draft {article_id!r} in the language {language!r}.")
            if by.strip() == self.drafts.author(article_id, language):
                raise EditRefused("You wrote this draft, so somebody else has to approve it.")
            found = self.findings(article_id, language, services=services, today=today)
            if errors := [each for each in found if each.weight is Weight.ERROR]:
                raise NotReady(errors)
            return self._publish(article_id, language, by=by.strip(), at=at)

    def _publish(self, article_id: str, language: str, *, by: str, at: datetime) -> Change:
        path, text = self._path(article_id, language), self.read(article_id, language).text
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if before is not None:
            self._keep(article_id, language, before)
        self._keep(article_id, language, text)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
        change = Change(
            at=at,
            by=by,
            what="changed" if before is not None else "added",
            version=_version(text),
            before=_version(before) if before is not None else None,
        )
        with self._log(article_id, language).open("a", encoding="utf-8") as log:
            log.write(f"{change.model_dump_json()}\n")
        self.drafts.remove(article_id, language)
        return change

    def is_a_name(self, article_id: str, language: str) -> bool:
        """Whether an article may be called so."""
        try:
            self.drafts.path(article_id, language)
        except ValueError:
            return False
        return True

    def _alone(self) -> FileLock:
        """One change at a time, also between processes."""
        self.drafts.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.drafts.folder / ".lock")

    def history(self, article_id: str, language: str) -> tuple[Change, ...]:
        """The changes of an article, the newest first."""
        path = self._log(article_id, language)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return tuple(Change.model_validate(json.loads(line)) for line in reversed(lines))

    def as_it_was(self, article_id: str, language: str, version: str) -> str:
        """The text of a version in the history. Raises EditRefused for one that is not there."""
        path = self._past(article_id, language) / f"{version}.md"
        if not re.fullmatch(r"[0-9a-f]{16}", version) or not path.exists():
            raise EditRefused(f"There is no version {version!r} of {article_id!r}.")
        return path.read_text(encoding="utf-8")

    def _check(self, article_id: str, language: str, version: str | None) -> None:
        try:
            now: str | None = self.read(article_id, language).version
        except EditRefused:
            now = None
        if now != version:
            raise Overtaken(f"Somebody changed {article_id!r} since you read it. Please read it again.")

    def _path(self, article_id: str, language: str) -> Path:
        return self.articles / self.drafts.path(article_id, language).relative_to(self.drafts.folder)

    def _past(self, article_id: str, language: str) -> Path:
        return self.past / self.drafts.path(article_id, language).relative_to(self.drafts.folder).with_suffix("")

    def _log(self, article_id: str, language: str) -> Path:
        return self._past(article_id, language) / "changes.jsonl"

    def _keep(self, article_id: str, language: str, text: str) -> None:
        folder = self._past(article_id, language)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_version(text)}.md").write_text(text, encoding="utf-8")


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
