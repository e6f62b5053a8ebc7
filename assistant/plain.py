"""Brings a text into the plain form that word lists and patterns are matched on."""

import unicodedata


def plainly(text: str) -> str:
    """The text in lower case without accents, as long as before, so that offsets stay true."""
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    if letter in "’‘`´":
        return "'"
    lowered = letter.lower()
    if len(lowered) != 1:
        lowered = letter
    if lowered == "đ":
        return "d"
    base = unicodedata.normalize("NFKD", lowered)[:1]
    return base if base and not unicodedata.combining(base) else lowered
