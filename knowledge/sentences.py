"""Cuts a passage's plain text into sentences that can be said alone, each an exact slice of the text."""

import re

_NOT_AN_END = re.compile(
    r"\b(?:a\.m|p\.m|a\. m|p\. m|st|ave|blvd|rd|sq|dr|mr|mrs|ms|no|mass|dept|ext|approx|vs|etc|e\.g|i\.e|u\.s|sra?|av|núm|tel|jan|feb|"
    r"mar|apr|aug|sept?|oct|nov|dec|[A-Z])\.$",
    re.IGNORECASE,
)
_TRUE_END_ANYWAY = re.compile(r"\b(?:[ap]\.\s?m|etc)\.$", re.IGNORECASE)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+\S)|[。!?؟](?=\S)")
_ITEM = "- "


def sentences(text: str) -> tuple[str, ...]:
    """The sentences in order; a list stays with the line that introduces it, and nothing is changed within a sentence."""
    found: list[str] = []
    for block in _blocks(text):
        found.extend([block] if f"\n{_ITEM}" in block else _cut(block))
    return tuple(found)


def _blocks(text: str) -> list[str]:
    """Paragraphs; lines of a list that follow a line ending in a colon form one block with it, other items stand alone."""
    blocks: list[str] = []
    for line in filter(str.strip, text.split("\n")):
        introduced = (
            blocks and line.startswith(_ITEM) and blocks[-1].split(f"\n{_ITEM}")[0].rstrip().endswith((":", ":"))
        )
        if introduced:
            blocks[-1] += f"\n{line}"
        else:
            blocks.append(line.removeprefix(_ITEM))
    return blocks


def _cut(line: str) -> list[str]:
    cuts, start = [], 0
    for end in _END.finditer(line):
        if _ends(line[start : end.end()], line[end.end() :].lstrip()):
            cuts.append(line[start : end.end()].strip())
            start = end.end()
    return [*cuts, line[start:].strip()] if line[start:].strip() else cuts


def _ends(before: str, after: str) -> bool:
    """Whether a stop ends the sentence: not after an abbreviation, unless a new sentence clearly begins."""
    if not _NOT_AN_END.search(before):
        return True
    return bool(_TRUE_END_ANYWAY.search(before)) and after[:1].isupper()
