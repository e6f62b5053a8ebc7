"""Two transcripts side by side, line by line, with the words marked in which they differ."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from evals.play import Line
from tools.value import Value

_WORDS = re.compile(r"\s+|[^\s]+")


class Bit(Value):
    """Some words of a line, and whether the other side says something else there."""

    text: str
    differs: bool = False


class Row(Value):
    """A line of either side; one of them may be missing."""

    who: str
    left: tuple[Bit, ...] | None
    right: tuple[Bit, ...] | None

    @property
    def differs(self) -> bool:
        """Whether the sides differ in this line."""
        if self.left is None or self.right is None:
            return True
        return any(bit.differs for bit in (*self.left, *self.right))


def beside(left: Sequence[Line], right: Sequence[Line]) -> tuple[Row, ...]:
    """The lines of both, those that belong together in one row."""
    rows: list[Row] = []
    matcher = SequenceMatcher(None, [_key(line) for line in left], [_key(line) for line in right], autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        rows += _paired(left[i1:i2], right[j1:j2])
    return tuple(rows)


def words_beside(left: str, right: str) -> tuple[tuple[Bit, ...], tuple[Bit, ...]]:
    """The words of both, marked where they differ."""
    ours, theirs = _WORDS.findall(left), _WORDS.findall(right)
    bits: tuple[list[Bit], list[Bit]] = ([], [])
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        for side, words in zip(bits, (ours[i1:i2], theirs[j1:j2]), strict=True):
            if words:
                side.append(Bit(text="".join(words), differs=tag != "equal"))
    return tuple(bits[0]), tuple(bits[1])


def _key(line: Line) -> tuple[str, str]:
    return (line.who, line.text)


def _paired(left: Sequence[Line], right: Sequence[Line]) -> list[Row]:
    """Lines that do not agree as a whole: paired in order while the same one speaks, else alone."""
    rows: list[Row] = []
    i = j = 0
    while i < len(left) or j < len(right):
        one = left[i] if i < len(left) else None
        other = right[j] if j < len(right) else None
        if one is not None and other is not None and one.who == other.who:
            ours, theirs = words_beside(one.text, other.text)
            rows.append(Row(who=one.who, left=ours, right=theirs))
            i, j = i + 1, j + 1
        elif one is not None and (other is None or one.who == "resident"):
            rows.append(Row(who=one.who, left=(Bit(text=one.text, differs=True),), right=None))
            i += 1
        elif other is not None:
            rows.append(Row(who=other.who, left=None, right=(Bit(text=other.text, differs=True),)))
            j += 1
    return rows
