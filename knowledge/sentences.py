"""Cuts a passage's plain text into sentences that can be said alone, each an exact slice of the text."""

import re

ITEM = "- "
_ABBREVIATION = re.compile(
    r"\b(?:[ap]\.\s?m|st|ave|blvd|rd|sq|dr|mr|mrs|ms|no|mass|dept|ext|approx|vs|etc|e\.g|i\.e|u\.s|sra?|av|núm|tel"
    r"|jan|feb|mar|apr|aug|sept?|oct|nov|dec|[A-Z])\.$",
    re.IGNORECASE,
)
_MAY_END_TOO = re.compile(r"\b(?:[ap]\.\s?m|etc)\.$", re.IGNORECASE)
_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+\S)|[。!?؟](?=\S)")


LEANING = 0.3
"""A sentence that leans on the one before it, or tells of another year, is worth so much less as the opening."""

_LEANS = re.compile(
    r"^(?:(?:At|In|On) (?:all )?other|Other|Otherwise|Then|It|They|This|That|These|Those|If not|Also|But"
    r"|You can also|También puede"
    r"|The (?:same|other|newer|older)|An? (?:old|older)|(?:In|En) (?:19|20)\d\d|A otras|Otr[oa]s?"
    r"|Una (?:regla|página) (?:más )?(?:vieja|antigua))\b"
)


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences in order. A list stays with the line that introduces it; nothing within a sentence is changed."""
    found: list[str] = []
    for block in _blocks(text):
        found.extend([block] if f"\n{ITEM}" in block else _cut(block))
    return tuple(found)


def _blocks(text: str) -> list[str]:
    """Lines of text; a list forms one block with the line that introduces it by a colon, other items stand alone."""
    blocks: list[str] = []
    for line in filter(str.strip, text.split("\n")):
        if blocks and line.startswith(ITEM) and blocks[-1].split(f"\n{ITEM}")[0].rstrip().endswith((":", ":")):
            blocks[-1] += f"\n{line}"
        else:
            blocks.append(line.removeprefix(ITEM))
    return blocks


def _cut(line: str) -> list[str]:
    cuts, start = [], 0
    for stop in _STOP.finditer(line):
        if _ends(line[start : stop.end()], line[stop.end() :].lstrip()):
            cuts.append(line[start : stop.end()].strip())
            start = stop.end()
    return [*cuts, line[start:].strip()] if line[start:].strip() else cuts


def _ends(before: str, after: str) -> bool:
    """Whether a stop ends the sentence: not after an abbreviation, unless a new sentence clearly begins."""
    if not _ABBREVIATION.search(before):
        return True
    return bool(_MAY_END_TOO.search(before)) and after[:1].isupper()


def leans_on_another(sentence: str) -> bool:
    """Whether a sentence cannot open an answer: it leans on one before it, or tells of an earlier year."""
    return _LEANS.match(sentence) is not None
