"""Imports pages and documents as draft articles: an address, a sitemap, a file, a folder; goes on where it stopped."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.addresses import AddressRefused
from knowledge.article import Article
from knowledge.compare import Difference, compared
from knowledge.drafts import Drafts, Provenance, draft_text, id_of
from knowledge.extracted import Extracted, NotExtracted
from knowledge.fetch import Fetcher, NotFetched, same_site
from knowledge.import_files import KINDS, ImportRefused, content_of, files_of
from knowledge.import_journal import Journal
from knowledge.markdown_file import extract_markdown

MOST_PAGES = 500
MOST_SITEMAPS = 20
_LOC = re.compile(r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,2000}?)\s*(?:\]\]>)?\s*</", re.IGNORECASE)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Imported:
    """What became of one page: its draft and how that differs from what we have, or why there is none."""

    source: str
    draft: Path | None = None
    difference: Difference | None = None
    notices: tuple[str, ...] = ()
    why_not: str | None = None


@dataclass
class Importer:
    """Makes drafts of pages. `articles` are those we have, `languages` those we may have articles in."""

    drafts: Drafts
    fetcher: Fetcher
    articles: Sequence[Article]
    languages: Sequence[str]
    journals: Path
    now: Callable[[], datetime]
    language: str | None = None
    most_pages: int = MOST_PAGES

    async def run(self, source: str, *, progress: Progress) -> AsyncIterator[Imported]:
        """Import everything a source holds, page by page. Raises ImportRefused, NotFetched or AddressRefused."""
        journal = Journal.of(self.journals, source)
        if not journal.pages:
            journal.pages = list(await self._pages(source))
            journal.keep()
        total = len(journal.pages)
        progress(len(journal.done), total)
        for page in journal.pages:
            if page in journal.done:
                continue
            found = await self._one(page)
            journal.done[page] = "drafted" if found.draft else "left out"
            journal.keep()
            progress(len(journal.done), total)
            yield found
        journal.end()

    async def _pages(self, source: str) -> Sequence[str]:
        if _is_address(source):
            return await self._addresses(source) if _is_sitemap(source) else [source]
        return files_of(source)[: self.most_pages]

    async def _addresses(self, sitemap: str) -> Sequence[str]:
        """The pages of a sitemap and of those it names; only pages of its own site."""
        waiting, read, pages = [sitemap], 0, dict[str, None]()
        while waiting and read < MOST_SITEMAPS and len(pages) < self.most_pages:
            at, read = waiting.pop(0), read + 1
            text = (await self.fetcher.fetch(at)).content.decode("utf-8", errors="replace")
            named = [unescape(each) for each in _LOC.findall(text)]
            own = [each for each in named if same_site(each, sitemap)]
            if re.search(r"<(?:\w+:)?sitemapindex\b", text, re.IGNORECASE):
                waiting += own
            else:
                pages |= dict.fromkeys(own)
        if not pages:
            raise ImportRefused(f"The sitemap {sitemap!r} names no pages of its own site.")
        return list(pages)[: self.most_pages]

    async def _one(self, page: str) -> Imported:
        """One page; what is wrong with it alone stops nothing else."""
        try:
            content, url, kind, encoding = await self._content(page)
            found = extracted(content, kind, url=url, encoding=encoding)
        except (NotFetched, AddressRefused, NotExtracted, OSError) as error:
            return Imported(page, why_not=str(error))
        return self._drafted(page, url, kind, content, found)

    async def _content(self, page: str) -> tuple[bytes, str, str, str | None]:
        if _is_address(page):
            fetched = await self.fetcher.fetch(page)
            return fetched.content, fetched.url, kind_of(fetched.content, fetched.kind, fetched.url), fetched.encoding
        content = content_of(page)
        return content, f"file:{Path(page).name}", kind_of(content, "", page), None

    def _drafted(self, page: str, url: str, kind: str, content: bytes, found: Extracted) -> Imported:
        today: date = self.now().date()
        language = self.language or self._language(found)
        difference = compared(found.title, url, found.body, language, self.articles)
        if difference.same:
            return Imported(page, difference=difference, notices=found.notices)
        article = difference.article.id if difference.article else None
        name = article or self._free_name(id_of(found.title, url), language, url)
        text = draft_text(found, article_id=name, url=url, today=today, language=language)
        about = Provenance(
            source=url,
            taken_at=self.now(),
            sha256=hashlib.sha256(content).hexdigest(),
            kind=kind,
            article=article,
            notices=(*found.notices, *difference.figures),
        )
        return Imported(page, self.drafts.write(name, language, text, about), difference, found.notices)

    def _free_name(self, name: str, language: str, url: str) -> str:
        """The name, with a number behind it while another article or the draft of another page has it."""
        taken = {each.id for each in self.articles if each.language == language}
        for number in range(1, 1_000):
            tried = name if number == 1 else f"{name}-{number}"
            about = self.drafts.provenance(tried, language)
            drafted = self.drafts.path(tried, language).exists()
            if tried not in taken and (not drafted or (about is not None and about.source == url)):
                return tried
        raise ImportRefused(f"There are too many drafts of the name {name!r}.")

    def _language(self, found: Extracted) -> str:
        """The language the document names, if it is one of ours; English otherwise."""
        said = (found.language or "").casefold()
        return next((each for each in self.languages if said.split("-")[0] == each.casefold()), "en")


def extracted(content: bytes, kind: str, *, url: str, encoding: str | None = None) -> Extracted:
    """The readable part of a document of a kind. Raises NotExtracted."""
    if kind == "markdown":
        return extract_markdown(content, name=url)
    if kind not in ("html", "pdf", "docx"):
        raise NotExtracted(f"{url!r} is {kind or 'of a kind'} that cannot be imported.")
    extractor = import_module(f"knowledge.extract_{kind}")
    found: Extracted = (
        extractor.extract_html(content, url=url, encoding=encoding)
        if kind == "html"
        else getattr(extractor, f"extract_{kind}")(content)
    )
    return found


def kind_of(content: bytes, named: str, where: str) -> str:
    """What a document is: by its first bytes, else by what the server calls it, else by its name."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "docx"
    if "html" in named:
        return "html"
    path = urlsplit(where).path if _is_address(where) else where
    known = KINDS.get(Path(path).suffix.casefold())
    if known in ("html", "markdown"):
        return known
    return "markdown" if named in ("text/markdown", "text/plain") else named


def _is_address(source: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE) is not None


def _is_sitemap(url: str) -> bool:
    return urlsplit(url).path.casefold().endswith(".xml")
