"""The words of the residents' page in each of the city's languages."""

from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "page_words"

LANGUAGES = {
    "en": "English",
    "es": "Español",
    "ht": "Kreyòl ayisyen",
    "pt": "Português",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "vi": "Tiếng Việt",
    "kea": "Kabuverdianu",
    "fr": "Français",
    "ar": "العربية",
    "so": "Soomaali",
    "ru": "Русский",
}
"""The city's languages, each by its own name."""

CHINESE_BY_REGION = {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-hant": "zh-Hant", "zh": "zh-Hans"}


@lru_cache
def words_of(language: str) -> dict[str, str]:
    """The words of a language, by name. Every language has every name (a test checks)."""
    words: dict[str, str] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return words


def direction_of(language: str) -> str:
    """Which way a language is written."""
    return "rtl" if language == "ar" else "ltr"


def language_of_browser(accepted: str) -> str | None:
    """The first of the city's languages in an Accept-Language header; None if there is none."""
    for part in accepted.lower().split(",")[:10]:
        tag = part.partition(";")[0].strip()
        base = tag.partition("-")[0]
        found = CHINESE_BY_REGION.get(tag) or CHINESE_BY_REGION.get(base) or base
        if found in LANGUAGES:
            return found
    return None
