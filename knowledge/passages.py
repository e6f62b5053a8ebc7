"""Splits an article into passages by heading, each of a length that answers one question, in plain text to be shown."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.article import Article, Passage
from knowledge.sentences import ITEM, sentences_of

WORDS = 180
"""The longest passage, in words; only a list may be longer, because half a list misleads."""

PATH = " > "
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_ADDRESS_DRESS = re.compile(r"^(?:https?://|mailto:|tel:)?(?:www\.)?|/$")


def passages_of(article: Article) -> tuple[Passage, ...]:
    """The passages of an article in order, with ids `<article>#<n>` counted from 1."""
    parts = [(heading, text) for heading, blocks in _sections(article) for text in _packed(blocks)]
    return tuple(
        Passage(
            id=f"{article.id}#{number}",
            article=article.id,
            title=article.title,
            heading=heading,
            text=text,
            url=article.url,
            as_of=article.as_of,
            expires=article.expires,
            freshness=article.freshness,
            language=article.language,
        )
        for number, (heading, text) in enumerate(parts, 1)
    )


def _sections(article: Article) -> Iterator[tuple[str, list[str]]]:
    """Heading path and blocks of plain text, section by section."""
    path: list[tuple[int, str]] = []
    blocks: list[str] = []
    for token, text in _rendered(_MARKDOWN.parse(article.body)):
        if token.type != "heading_open":
            blocks.append(text)
            continue
        yield PATH.join([article.title, *(name for _, name in path)]), blocks
        level, blocks = int(token.tag[1:]), []
        path = [each for each in path if each[0] < level]
        path += [(level, text)] if text != article.title else []
    yield PATH.join([article.title, *(name for _, name in path)]), blocks


def _rendered(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Each top-level block with its plain text; a list or table is one block, one line an item or row."""
    opened = tokens[0] if tokens else None
    lines: list[str] = []
    for token in tokens:
        if token.level == 0 and token.nesting == 1:
            opened, lines = token, []
        elif token.type == "tr_open":
            lines.append(ITEM)
        elif token.type == "inline" and opened is not None:
            _add_line(lines, _plain(token), opened.type)
        elif token.type in {"fence", "code_block"}:
            yield token, token.content.strip()
        if token.level == 0 and token.nesting == -1 and opened is not None:
            yield opened, "\n".join(lines[1:] if opened.type == "table_open" else lines)


def _add_line(lines: list[str], text: str, block: str) -> None:
    """A paragraph or item is a line; a table's cell goes on with its row ("what: first, second")."""
    if block == "table_open":
        first, second = lines[-1] == ITEM, ": " not in lines[-1]
        lines[-1] += text if first else f"{': ' if second else ', '}{text}"
    else:
        lines.append(f"{ITEM}{text}" if block in {"bullet_list_open", "ordered_list_open"} else text)


def _plain(token: Token) -> str:
    """Inline text without marks; a link keeps its address in brackets unless its words are the address."""
    out: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        match child.type:
            case "link_open":
                links.append((str(child.attrs["href"]), len(out)))
            case "link_close":
                address, start = links.pop()
                same = _ADDRESS_DRESS.sub("", "".join(out[start:])) == _ADDRESS_DRESS.sub("", address)
                out.append("" if same else f" ({address})")
            case "softbreak" | "hardbreak":
                out.append(" ")
            case _:
                out.append(child.content)
    return "".join(out).strip()


def _packed(blocks: Sequence[str]) -> Iterator[str]:
    """Blocks joined into texts of at most WORDS words; a longer paragraph is cut between sentences, a list never."""
    held: list[str] = []
    for piece in (piece for block in blocks for piece in _pieces(block)):
        leads_to_list = bool(held) and held[-1].endswith(":")
        if held and not leads_to_list and _words("\n".join((*held, piece))) > WORDS:
            yield "\n".join(held)
            held = []
        held.append(piece)
    if held:
        yield "\n".join(held)


def _pieces(block: str) -> Iterator[str]:
    if block.startswith(ITEM) or _words(block) <= WORDS:
        yield block
        return
    held: list[str] = []
    for sentence in sentences_of(block):
        if held and _words(" ".join((*held, sentence))) > WORDS:
            yield " ".join(held)
            held = []
        held.append(sentence)
    yield " ".join(held)


def _words(text: str) -> int:
    """Words; in scripts without spaces, half the characters."""
    return max(len(text.split()), sum(character > "⺀" for character in text) // 2)
