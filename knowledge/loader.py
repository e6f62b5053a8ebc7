"""Reads articles from Markdown files with YAML front matter, and says which file and line is broken."""

from collections.abc import Iterator
from pathlib import Path

import frontmatter
import yaml
from pydantic import ValidationError

from knowledge.article import Article

BOSTON = Path(__file__).parent / "boston"


class ArticleBroken(Exception):
    """An article cannot be used; the sentence names its file and, where it can, the line or key."""


def load_articles(folder: Path = BOSTON) -> tuple[Article, ...]:
    """Every article below a folder, by language and id. Raises ArticleBroken for a broken or doubled one."""
    articles: dict[tuple[str, str], Article] = {}
    for path, article in _articles(folder):
        key = (article.language, article.id)
        if key in articles:
            raise ArticleBroken(
                f"{path}: the article {article.id!r} stands there a second time for {article.language!r}."
            )
        articles[key] = article
    if not articles:
        raise ArticleBroken(
            f"There are no articles in {folder}. Set BEACON_ARTICLES_DIR to the folder that holds them."
        )
    return tuple(articles[key] for key in sorted(articles))


def _articles(folder: Path) -> Iterator[tuple[Path, Article]]:
    for path in sorted(folder.rglob("*.md")):
        yield path, read_article(path)


def read_article(path: Path) -> Article:
    """The article of one file. Raises ArticleBroken."""
    try:
        post = frontmatter.loads(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        line = f", line {mark.line + 2}" if (mark := getattr(error, "problem_mark", None)) else ""
        raise ArticleBroken(f"{path}{line}: the front matter is not valid YAML. Please correct it.") from error
    try:
        return Article.model_validate(post.metadata | {"body": post.content})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ArticleBroken(f"{path}, line {_line_of(path, key)}: {key!r}: {first['msg'].lower()}.") from error


def _line_of(path: Path, key: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    stem = key.split(".")[0]
    return next((number for number, line in enumerate(lines, start=1) if line.startswith(f"{stem}:")), 1)
