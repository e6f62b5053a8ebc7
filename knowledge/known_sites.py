"""Which sites an answer may name: that of the page it rests on, and those that the City knows."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlparse

import yaml

SITES = Path(__file__).with_suffix(".yaml")


def is_known(link: str, source: str) -> bool:
    """Whether a link (with or without its scheme, or an e-mail address) leads to the site of its source, or to a known
    one."""
    site = _site(link)
    own = _site(source).removeprefix("www.")
    return any(site == known or site.endswith(f".{known}") for known in (*_known(), own) if known)


def _site(link: str) -> str:
    """The name of the site, in small letters and without a port or user."""
    address = link if "//" in link else f"//{link.rpartition('@')[2]}"
    return (urlparse(address).hostname or "").casefold()


@lru_cache
def _known() -> tuple[str, ...]:
    return tuple(yaml.safe_load(SITES.read_text(encoding="utf-8")))
