"""Makes text from outside safe to store, without moving any character."""

import re

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def storable(text: str) -> str:
    """The same text, as long as before, with control characters and lone surrogates as U+FFFD.

    Databases and JSON refuse those. Offsets into the text stay true, so evidence spans do too.
    """
    return _UNSTORABLE.sub("\ufffd", text)
