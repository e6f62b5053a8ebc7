"""Two transcripts side by side: lines that belong together in one row, and the words that differ marked."""

from evals.beside import beside, words_beside
from evals.play import Line


def line(text: str, who: str = "assistant") -> Line:
    return Line(who=who, text=text)


def marked(bits: tuple[object, ...] | None) -> list[str]:
    return [bit.text.strip() for bit in bits or () if bit.differs]  # type: ignore[attr-defined]


def test_only_the_words_that_differ_are_marked() -> None:
    ours, theirs = words_beside("The fee is $90 today.", "The fee is $40 today.")

    assert (marked(ours), marked(theirs)) == (["$90"], ["$40"])
    assert "".join(bit.text for bit in ours) == "The fee is $90 today."


def test_the_same_transcript_differs_nowhere() -> None:
    told = [line("hello", "resident"), line("Hello.")]

    assert not any(row.differs for row in beside(told, told))


def test_a_line_that_only_one_side_has_stands_alone_and_the_rest_stays_together() -> None:
    left = [line("hi", "resident"), line("Where?"), line("main st", "resident"), line("Thank you.")]
    right = [line("hi", "resident"), line("Thank you.")]

    rows = beside(left, right)

    assert [row.differs for row in rows] == [False, True, True, False]
    assert [row.right is None for row in rows] == [False, True, True, False]


def test_lines_of_different_speakers_are_never_paired() -> None:
    rows = beside([line("hi", "resident")], [line("Hello.")])

    assert [(row.who, row.left is None, row.right is None) for row in rows] == [
        ("resident", False, True),
        ("assistant", True, False),
    ]
