"""Splits articles into passages: the parts that retrieval returns, each with the path of headings that leads to it."""

import re
from collections.abc import Iterator

from knowledge.article import Article, Passage

LONGEST = 180
"""Words of a passage, beyond which it is split between paragraphs."""

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_MARKS = re.compile(r"(\*\*|__|`)")


def passages_of(article: Article) -> tuple[Passage, ...]:
    """The passages of an article, in order. Ids are stable while the article's structure is."""
    parts = [part for part in _parts(article) if part[1]]
    return tuple(
        Passage(
            id=f"{article.id}#{number}",
            article=article.id,
            title=article.title,
            heading=f"{article.title} > {heading}" if heading else article.title,
            text=text,
            url=article.url,
            as_of=article.as_of,
            expires=article.expires,
            freshness=article.freshness,
            language=article.language,
        )
        for number, (heading, text) in enumerate(parts, start=1)
    )


def _parts(article: Article) -> Iterator[tuple[str, str]]:
    for heading, body in _sections(article.body):
        if heading.casefold() in ("sources", "fuentes"):
            continue
        block: list[str] = []
        for paragraph in re.split(r"\n\s*\n", body.strip()):
            plain = plain_text(paragraph)
            if block and _words(block) + len(plain.split()) > LONGEST:
                yield heading, "\n".join(block)
                block = []
            block.append(plain)
        yield heading, "\n".join(part for part in block if part)


def _sections(body: str) -> Iterator[tuple[str, str]]:
    heading, lines = "", list[str]()
    for line in body.splitlines():
        if line.startswith("#"):
            yield heading, "\n".join(lines)
            heading, lines = line.lstrip("#").strip(), []
        else:
            lines.append(line)
    yield heading, "\n".join(lines)


def plain_text(markdown: str) -> str:
    """A paragraph or list without its Markdown marks; each list item on its own line."""
    lines = [re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", line).strip() for line in markdown.splitlines()]
    listed = re.match(r"\s*(?:[-*]|\d+\.)\s+", markdown) is not None
    return _MARKS.sub("", _LINK.sub(r"\1", ("\n" if listed else " ").join(lines))).strip()


def _words(block: list[str]) -> int:
    return sum(len(part.split()) for part in block)
