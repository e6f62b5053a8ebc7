"""Takes the readable part of a web page as Markdown; what a reader would not see is left out and named."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString
from markdownify import MarkdownConverter
from soupsieve import SelectorSyntaxError

from knowledge.extracted import Extracted, NotExtracted, day_of, tidied

FURNITURE = "script,style,noscript,template,svg,iframe,object,embed,canvas,form,button,input,select,textarea,nav,header,footer,aside,dialog,[role=navigation],[role=banner],[role=contentinfo],[role=search],[role=complementary],img,picture,video,audio"  # noqa: E501 - one list
"""What a page has besides its text. Alternative texts of pictures go with them."""

MAIN = ("main", "[role=main]", "article", "#content", "#main-content", "body")
DATES = ("article:modified_time", "dcterms.modified", "last-modified", "article:published_time", "dcterms.date", "date")
FEWEST_LETTERS = 40
"""A page with less text than this is an empty shell (or wants a browser to fill it)."""

_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0+)?(?:;|$)|font-size:0|color:transparent"
    r"|text-indent:-\d{3,}|(?:left|top|right):-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%|(?:max-)?height:0(?:px)?(?:;|$)"
)
_COLOR = re.compile(r"(?<![-\w])color:([^;]+)")
_BACKGROUND = re.compile(r"background(?:-color)?:([^;]+)")
_WHITE = re.compile(r"white|#fff(?:fff)?(?:f{0,2})?|rgba?\(255,255,255.*")
_RULE = re.compile(r"([^{}@;]{1,200})\{([^{}]{0,2000})\}")
MOST_STYLE = 200_000
_HIDDEN_NAMES = frozenset({"hidden", "visually-hidden", "sr-only", "invisible", "d-none", "element-invisible"})
_LINKS = ("http", "https", "mailto", "tel")


def extract_html(content: bytes, *, url: str = "", encoding: str | None = None) -> Extracted:
    """The readable part of a page. Raises NotExtracted."""
    soup = BeautifulSoup(content, "html.parser", from_encoding=encoding)
    title = _title(soup)
    language = str(soup.html.get("lang") or "") if soup.html else ""
    said = _said(soup)
    _mark_hidden_by_sheets(soup)
    hidden = tuple(dict.fromkeys(_taken_out(soup)))
    for each in soup.select(FURNITURE):
        each.decompose()
    main = next(
        (found for name in MAIN if (found := soup.select_one(name)) and _letters(found) >= FEWEST_LETTERS), None
    )
    if main is None:
        raise NotExtracted("The page has no text to read; it may need a browser to fill it.")
    for link in main.select("a[href]"):
        _set_right(link, url)
    body = tidied(MarkdownConverter(heading_style="ATX", bullets="-", strip=["u"]).convert_soup(main))
    return Extracted(title=title, body=_without_title(body, title), language=language or None, said=said, hidden=hidden)


def _title(soup: BeautifulSoup) -> str:
    heading = soup.select_one("main h1") or soup.select_one("h1")
    named = heading.get_text(" ", strip=True) if heading else ""
    whole = soup.title.get_text(" ", strip=True) if soup.title else ""
    return " ".join((named or re.split(r"\s[|–—]\s", whole)[0]).split())


def _said(soup: BeautifulSoup) -> date | None:
    for name in DATES:
        tag = soup.select_one(f'meta[property="{name}"],meta[name="{name}"]')
        if tag and (day := day_of(str(tag.get("content", "")))):
            return day
    return None


def _taken_out(soup: BeautifulSoup) -> Iterator[str]:
    """Every text that a reader would not see, taken out of the page: comments, hidden parts, alternative texts."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        if text := " ".join(str(comment.extract()).split()):
            yield text
    for tag in soup.find_all(True):
        if not tag.decomposed and _is_hidden(tag):
            text = tag.get_text(" ", strip=True)
            tag.decompose()
            if text:
                yield text
    for picture in soup.select("img[alt],area[alt]"):
        if text := str(picture.get("alt", "")).strip():
            yield text


def _mark_hidden_by_sheets(soup: BeautifulSoup) -> None:
    """What the page's own style sheets hide counts as hidden."""
    for sheet in soup.find_all("style"):
        for selector, style in _RULE.findall(sheet.get_text()[:MOST_STYLE]):
            bare = re.sub(r"\s+", "", style.casefold())
            if not _HIDING.search(bare):
                continue
            with suppress(SelectorSyntaxError):
                for tag in soup.select(selector.strip()):
                    tag["hidden"] = ""


def _is_hidden(tag: Tag) -> bool:
    style = re.sub(r"\s+", "", str(tag.get("style", "")).casefold())
    names = {str(name).casefold() for name in tag.get_attribute_list("class") if name}
    marked = tag.has_attr("hidden") or str(tag.get("aria-hidden", "")).casefold() == "true"
    return marked or bool(names & _HIDDEN_NAMES) or _HIDING.search(style) is not None or _same_color(style, tag)


def _same_color(style: str, tag: Tag) -> bool:
    """Text in the color of its ground, or white where nothing sets a ground."""
    named = _COLOR.search(style)
    color = named[1] if named else str(tag.get("color", "")).casefold() if tag.name == "font" else ""
    if not color:
        return False
    ground = _BACKGROUND.search(style)
    return color == ground[1] if ground else _WHITE.fullmatch(color) is not None


def _letters(tag: Tag) -> int:
    return sum(len(text.strip()) for text in tag.find_all(string=True) if isinstance(text, NavigableString))


def _set_right(link: Tag, url: str) -> None:
    """An address in full; one that leads to no page loses its link and keeps its words."""
    address = urljoin(url, str(link["href"]).strip())
    if urlsplit(address).scheme in _LINKS:
        link["href"] = address
        link.attrs.pop("title", None)
    else:
        link.unwrap()


def _without_title(body: str, title: str) -> str:
    first, _, rest = body.partition("\n")
    return rest.strip() if first.lstrip("# ").strip() == title and first.startswith("#") else body
