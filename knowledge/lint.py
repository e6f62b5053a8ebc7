"""Checks a folder of articles before they are published: what is missing, what contradicts, what has grown old.

An error keeps an article from being published; a notice is for its owner to look at.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlparse

from knowledge.agreement import disagreements
from knowledge.article import Article, Freshness
from knowledge.figures import FigureKind, figures_of
from knowledge.known_sites import is_known
from knowledge.loader import ArticleBroken, load_article
from knowledge.passages import passages_of
from knowledge.reading_age import reading_age

SOON = timedelta(days=60)
OLDEST_READER = 15.0
"""Articles are meant for a reading age of about 12. The measure is rough, and names of offices weigh on it."""


class Weight(StrEnum):
    """Whether a finding keeps an article from being published."""

    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True, order=True)
class Finding:
    """What is to be done about an article. `line` counts from 1."""

    path: Path
    line: int
    weight: Weight
    what: str


@dataclass(frozen=True)
class Page:
    """An article with the file it stands in."""

    path: Path
    article: Article

    def line_of(self, words: str) -> int:
        """The first line of the file that holds these words, or the first line of all."""
        lines = self.path.read_text(encoding="utf-8").casefold().splitlines()
        return next((number for number, line in enumerate(lines, 1) if words.casefold() in line), 1)

    def key(self, name: str) -> int:
        """The line of a key of the front matter."""
        return self.line_of(f"{name}:")


def lint(folder: Path, *, services: Collection[str], today: date, soon: timedelta = SOON) -> tuple[Finding, ...]:
    """Everything found in the articles of a folder, by file and line. `services` are the codes of the catalogue."""
    pages, findings = _read(folder)
    return _checked(pages, findings, services=services, today=today, soon=soon)


def lint_beside(
    draft: Path, folder: Path, *, services: Collection[str], today: date, soon: timedelta = SOON
) -> tuple[Finding, ...]:
    """What is found in a draft as it would stand among the articles of a folder, in the place of its own article."""
    try:
        article = load_article(draft)
    except ArticleBroken as error:
        return (Finding(draft, error.line, Weight.ERROR, error.why),)
    if (article.id, article.language) != (draft.stem, draft.parent.name):
        why = f"its id and language must be those of its file, {draft.stem!r} and {draft.parent.name!r}"
        return (Finding(draft, 1, Weight.ERROR, why),)
    pages, _ = _read(folder)
    others = [each for each in pages if (each.article.id, each.article.language) != (article.id, article.language)]
    found = _checked([*others, Page(draft, article)], [], services=services, today=today, soon=soon)
    return tuple(each for each in found if each.path == draft)


def _checked(
    pages: list[Page], findings: list[Finding], *, services: Collection[str], today: date, soon: timedelta
) -> tuple[Finding, ...]:
    for page in pages:
        findings += _dates(page, today, soon)
        findings += _sources(page)
        findings += _strange_links(page)
        findings += _dead_ids(page, pages, services)
        findings += _reading(page)
    findings += _same_names(pages)
    findings += [
        Finding(pages[each.place].path, pages[each.place].line_of(each.line[:40]), Weight.ERROR, each.what)
        for each in disagreements([page.article for page in pages])
    ]
    return tuple(sorted(set(findings)))


def _read(folder: Path) -> tuple[list[Page], list[Finding]]:
    pages, findings = [], []
    if not folder.is_dir():
        return [], [Finding(folder, 1, Weight.ERROR, "this folder of articles does not exist")]
    for path in sorted(folder.rglob("*.md")):
        try:
            pages.append(Page(path, load_article(path)))
        except ArticleBroken as error:
            findings.append(Finding(path, error.line, Weight.ERROR, error.why))
    return pages, findings


def _dates(page: Page, today: date, soon: timedelta) -> Iterator[Finding]:
    article = page.article
    if article.as_of > today:
        yield Finding(page.path, page.key("as_of"), Weight.ERROR, f"its date {article.as_of} lies in the future")
    if article.expires is None:
        if article.freshness is Freshness.YEARLY:
            why = "its facts change every year and it does not say when it expires"
            yield Finding(page.path, page.key("freshness"), Weight.ERROR, why)
        return
    line = page.key("expires")
    if article.expires <= article.as_of:
        yield Finding(page.path, line, Weight.ERROR, "it expires before the day it was true")
    elif article.expires < today:
        yield Finding(page.path, line, Weight.NOTICE, f"it expired on {article.expires}: check with {article.owner}")
    elif article.expires <= today + soon:
        yield Finding(page.path, line, Weight.NOTICE, f"it expires on {article.expires}: check with {article.owner}")


def _sources(page: Page) -> Iterator[Finding]:
    source = urlparse(page.article.url)
    if source.scheme not in ("http", "https") or "." not in source.netloc:
        why = f"its source {page.article.url!r} is not the address of a page"
        yield Finding(page.path, page.key("url"), Weight.ERROR, why)
    for name in ("owner", "title"):
        if not getattr(page.article, name).strip():
            yield Finding(page.path, page.key(name), Weight.ERROR, f"its {name} is empty")


def _strange_links(page: Page) -> Iterator[Finding]:
    """Links to sites that no answer will name."""
    for figure in figures_of(page.article.body):
        if figure.kind is FigureKind.LINK and not all(is_known(value, page.article.url) for value in figure.values):
            why = (
                f"{figure.said!r} leads to a site that is neither its source's nor in known_sites.yaml; it is not said"
            )
            yield Finding(page.path, page.line_of(figure.said), Weight.ERROR, why)


def _dead_ids(page: Page, pages: Sequence[Page], services: Collection[str]) -> Iterator[Finding]:
    for code in page.article.services:
        if code not in services:
            yield Finding(page.path, page.key("services"), Weight.ERROR, f"there is no service {code!r}")
    known = {(each.article.language, each.article.id) for each in pages}
    for target in page.article.linked_articles:
        if (page.article.language, target) not in known:
            why = f"it links to the article {target!r}, which does not exist"
            yield Finding(page.path, page.line_of(f"({target}.md"), Weight.ERROR, why)
    if page.article.language != "en" and ("en", page.article.id) not in known:
        why = f"there is no English article {page.article.id!r} that it could be a translation of"
        yield Finding(page.path, page.key("id"), Weight.NOTICE, why)


def _reading(page: Page) -> Iterator[Finding]:
    if page.article.language != "en":
        return
    age = reading_age(" ".join(passage.text for passage in passages_of(page.article)))
    if age > OLDEST_READER:
        yield Finding(page.path, 1, Weight.NOTICE, f"it reads at the age of {age:.0f}; aim at 12")


def _same_names(pages: Sequence[Page]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Path] = {}
    for page in pages:
        name = (page.article.id, page.article.language)
        if name in seen:
            why = f"the id {name[0]!r} in the language {name[1]!r} is already taken by {seen[name].name!r}"
            yield Finding(page.path, page.key("id"), Weight.ERROR, why)
        seen.setdefault(name, page.path)
