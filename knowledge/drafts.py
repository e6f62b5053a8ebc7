"""Draft articles: files like articles that are not searched, each with a note of where it came from, for a person to
approve."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.extracted import Extracted
from knowledge.figures import figures_of
from knowledge.loader import FENCE

LONGEST_ID = 60
QUESTIONS = 6
YEARLY = timedelta(days=365)


class Provenance(BaseModel):
    """Where a draft came from: address or file, when it was taken, the digest of what was taken, and what the person
    who approves it should look at. `article` is the article of ours that it would change, if there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    taken_at: datetime
    sha256: str
    kind: str
    article: str | None = None
    notices: tuple[str, ...] = ()


def draft_text(found: Extracted, *, article_id: str, url: str, today: date, language: str) -> str:
    """The file of a draft. Its owner is left empty: who answers for it is for a person to say before it is approved."""
    as_of = min(found.said or today, today)
    yearly = any(character in found.body for character in "$%") or bool(figures_of(found.body))
    keys: dict[str, object] = {"id": article_id, "title": found.title, "url": url, "as_of": as_of}
    if yearly:
        keys |= {"expires": today + YEARLY, "freshness": "yearly"}
    else:
        keys |= {"freshness": "stable"}
    keys |= {"owner": "", "language": language, "questions": list(_questions(found))}
    head = yaml.safe_dump(keys, sort_keys=False, allow_unicode=True, width=1_000)
    return f"{FENCE}\n{head}{FENCE}\n\n{found.body}\n"


def _questions(found: Extracted) -> Sequence[str]:
    """The document's own questions among its headings, after its title as a question."""
    headings = [line.lstrip("# ").strip() for line in found.body.splitlines() if re.match(r"#{1,6} ", line)]
    own = [heading.casefold() for heading in headings if heading.endswith("?")]
    title = found.title.casefold().rstrip("?")
    return tuple(dict.fromkeys([f"{title}?", *own]))[:QUESTIONS]


def id_of(title: str, source: str) -> str:
    """A name for a draft: the title in small letters with hyphens, or the end of its address."""
    for text in (title, Path(source.rstrip("/")).stem):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-")
        if slug:
            return slug
    return f"page-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


class Drafts:
    """The folder of drafts: `<language>/<id>.md`, and beside it `<id>.json` with its provenance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, article_id: str, language: str) -> Path:
        """The file of a draft. Raises ValueError for a name that could lead elsewhere."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", article_id) or not re.fullmatch(r"[A-Za-z-]{2,10}", language):
            raise ValueError(f"{article_id!r} in {language!r} is no name of an article")
        return self.folder / language / f"{article_id}.md"

    def write(
        self, article_id: str, language: str, text: str, about: Provenance | None = None, *, author: str | None = None
    ) -> Path:
        """Write a draft, whole or not at all."""
        path = self.path(article_id, language)
        _write(path, text)
        if author is not None:
            _write(path.with_suffix(".author"), author)
        if about is not None:
            _write(path.with_suffix(".json"), about.model_dump_json(indent=1))
        return path

    def provenance(self, article_id: str, language: str) -> Provenance | None:
        """Where a draft came from; None for one that a person began."""
        path = self.path(article_id, language).with_suffix(".json")
        if not path.exists():
            return None
        return Provenance.model_validate(json.loads(path.read_text(encoding="utf-8")))

    def author(self, article_id: str, language: str) -> str | None:
        """Who wrote a draft last on the page; None where nobody signed in to."""
        path = self.path(article_id, language).with_suffix(".author")
        return path.read_text(encoding="utf-8").strip() if path.exists() else None

    def names(self) -> tuple[tuple[str, str], ...]:
        """The id and language of every draft."""
        found = sorted(self.folder.glob("*/*.md")) if self.folder.is_dir() else []
        return tuple((path.stem, path.parent.name) for path in found)

    def remove(self, article_id: str, language: str) -> None:
        """Take a draft away, if it is there."""
        path = self.path(article_id, language)
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
        path.with_suffix(".author").unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
