"""Compares a draft with the articles we have: which one it would change, line by line, and which figures differ."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from knowledge.article import Article
from knowledge.figures import FigureKind, values_by_kind

ALIKE = 0.82
"""How alike two titles are that name one matter (of 1)."""

TOLD = (FigureKind.MONEY, FigureKind.PHONE, FigureKind.PERCENT, FigureKind.TIME, FigureKind.DATE)


@dataclass(frozen=True)
class Difference:
    """What a draft would change. `article` is None if nothing of ours is about it; `lines` a unified diff."""

    article: Article | None
    lines: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the draft says what we say already."""
        return self.article is not None and not self.lines


def compared(title: str, url: str, body: str, language: str, articles: Sequence[Article]) -> Difference:
    """The draft beside the article of ours on the same page, of the same title, or of nearly the same title."""
    own = [each for each in articles if each.language == language]
    article = _same_page(url, own) or _same_title(title, own)
    if article is None:
        return Difference(None)
    if _words(article.body) == _words(body):
        return Difference(article)
    lines = difflib.unified_diff(
        article.body.splitlines(), body.splitlines(), f"{article.id} as it is", "as imported", lineterm="", n=1
    )
    return Difference(article, tuple(lines), tuple(_figures(article.body, body)))


def _same_page(url: str, articles: Sequence[Article]) -> Article | None:
    """The only article that cites this page; several may cite a large one."""
    found = [each for each in articles if _page(each.url) == _page(url)]
    return found[0] if len(found) == 1 and _page(url).count("/") > 0 else None


def _page(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.casefold().removeprefix('www.')}{parts.path}".rstrip("/")


def _same_title(title: str, articles: Sequence[Article]) -> Article | None:
    scored = [
        (difflib.SequenceMatcher(None, title.casefold(), each.title.casefold()).ratio(), each) for each in articles
    ]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= ALIKE else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _figures(ours: str, theirs: str) -> list[str]:
    """The figures that only one of two texts holds, kind by kind."""
    mine, other = values_by_kind(ours), values_by_kind(theirs)
    told = []
    for kind in TOLD:
        only_ours = sorted(mine.get(kind, frozenset()) - other.get(kind, frozenset()))
        only_theirs = sorted(other.get(kind, frozenset()) - mine.get(kind, frozenset()))
        if only_ours or only_theirs:
            told.append(f"{kind.value}: ours only {only_ours}, theirs only {only_theirs}")
    return told
