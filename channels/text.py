"""Makes text from outside safe to store, without moving any character."""

import re
import unicodedata

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def storable(text: str) -> str:
    """The same text, as long as before, with control characters and lone surrogates as U+FFFD.

    Databases and JSON refuse those. Offsets into the text stay true, so evidence spans do too.
    """
    return _UNSTORABLE.sub("\ufffd", text)


def visible(text: str) -> bool:
    """Whether anything can be seen or read in a text: spaces, invisible marks and replaced characters do not count."""
    return any(unicodedata.category(each) not in _UNSEEN and each != "\ufffd" for each in text)


_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp"))
