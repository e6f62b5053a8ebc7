"""Reads a folder of articles: Markdown files with front matter, whose keys are those of an Article without its body.

ArticleBroken    a file is not a readable article; says which file, which line and why
"""

from pathlib import Path

import frontmatter
from pydantic import ValidationError
from yaml import MarkedYAMLError, YAMLError

from knowledge.article import Article

FENCE = "---"
BOSTON = Path(__file__).parent / "boston"
"""The articles that come with the product."""


class ArticleBroken(Exception):
    """A file cannot be read as an article. `line` counts from 1."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"The article {str(path)!r} is broken at line {line}: {why}.")
        self.path, self.line, self.why = path, line, why


def load_articles(folder: Path) -> tuple[Article, ...]:
    """Every `*.md` under a folder, in the order of their paths; an article is known by its id and language.

    Raises ArticleBroken, also for two articles of one name and for a folder that is not there.
    """
    if not folder.is_dir():
        raise ArticleBroken(folder, 1, "this folder of articles does not exist")
    seen: dict[tuple[str, str], Path] = {}
    articles = []
    for path in sorted(folder.rglob("*.md")):
        article = load_article(path)
        earlier = seen.setdefault((article.id, article.language), path)
        if earlier != path:
            why = f"the id {article.id!r} in the language {article.language!r} is already taken by {str(earlier)!r}"
            raise ArticleBroken(path, _line_of("id", path.read_text(encoding="utf-8")), why)
        articles.append(article)
    return tuple(articles)


def load_article(path: Path) -> Article:
    """One article. Raises ArticleBroken."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ArticleBroken(path, line, "it is not UTF-8 text") from error
    return parse_article(text, path)


def parse_article(text: str, path: Path) -> Article:
    """An article from the text of its file; `path` is named in errors. Raises ArticleBroken."""
    if not text.startswith(f"{FENCE}\n") or f"\n{FENCE}\n" not in text:
        raise ArticleBroken(path, 1, f"it must open with front matter between two lines of {FENCE!r}")
    try:
        keys, body = frontmatter.parse(text)
    except MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 1) + 1
        raise ArticleBroken(path, line, f"its front matter is not YAML ({error.problem})") from error
    except YAMLError as error:
        raise ArticleBroken(path, 2, f"its front matter is not YAML ({error})") from error
    if not body:
        raise ArticleBroken(path, text.count("\n") + 1, "it has no body")
    try:
        return Article.model_validate({**keys, "body": body})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        raise ArticleBroken(path, _line_of(key, text), f"{key!r}: {first['msg']}") from error


def _line_of(key: str, text: str) -> int:
    """Where a key of the front matter stands; the closing fence (where it is missing from) if it does not."""
    lines = text.splitlines()
    end = lines.index(FENCE, 1)
    return next((number for number, line in enumerate(lines[:end], 1) if line.startswith(f"{key}:")), end + 1)
