"""Sample articles for the tests of the knowledge, and articles made on the spot."""

from datetime import date
from pathlib import Path

from knowledge.article import Article, Freshness
from knowledge.loader import load_articles

FOLDER = Path(__file__).parent / "data" / "articles"


def sample_articles() -> tuple[Article, ...]:
    """The sample articles, freshly read."""
    return load_articles(FOLDER)


def article(body: str, **keys: object) -> Article:
    """An article with this body; every other key may be given."""
    given = {
        "id": "sample",
        "title": "A sample",
        "url": "https://www.boston.gov/sample",
        "as_of": date(2024, 5, 1),
        "freshness": Freshness.STABLE,
        "owner": "Public Works",
        "questions": ("What is a sample?",),
    }
    return Article.model_validate({**given, **keys, "body": body})
