"""Begins an article: a file with its front matter, for a person to fill in."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge.loader import FENCE, ArticleBroken, parse_article

PROMPT = "Say here what residents need to know, the most important fact first, with phone numbers, fees and dates."


@dataclass(frozen=True)
class Draft:
    """What is known of an article before it is written."""

    id: str
    title: str
    url: str
    owner: str
    language: str = "en"


def begin_article(folder: Path, draft: Draft, *, today: date) -> Path:
    """Write the file of a new article and give its path. Raises ArticleBroken if it exists or could not be read."""
    path = folder / f"{draft.id}.md"
    if path.exists():
        raise ArticleBroken(path, 1, "this article exists already")
    keys = {
        "id": draft.id,
        "title": draft.title,
        "url": draft.url,
        "as_of": today,
        "freshness": "stable",
        "owner": draft.owner,
        "language": draft.language,
        "questions": [f"{draft.title.casefold()}?"],
    }
    text = f"{FENCE}\n{yaml.safe_dump(keys, sort_keys=False, allow_unicode=True)}{FENCE}\n\n{PROMPT}\n"
    parse_article(text, path)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
