"""Answers in the city's own words: the sentences of passages that a question asks for, the fact asked for first."""

import re
from collections.abc import Sequence

import numpy as np

from knowledge.article import Passage
from knowledge.vectors import Encoder

_END = re.compile(
    r"(?<=[.!?。！？؟])\s+(?=[\"“'(¿¡A-Z0-9À-ÖØ-Þ\u0400-\u042f\u0600-\u06ff\u4e00-\u9fff])|(?<=[。！？])|\n"
)
_SHORT = re.compile(r"\b(?:a\.m|p\.m|St|Ave|Mr|Ms|Dr|No|e\.g|i\.e|U\.S)\.$")
_WANTED = (
    (re.compile(r"\bhow (much|many)\b|\bcost|\bfee\b|\bprice|\bfine\b|\bcuanto|\bcuánto|\bquanto|\bkonbyen|\bcombien",
    re.I), re.compile(r"\$|\d")),
    (re.compile(r"\bwhen\b|\bwhat (time|day)|\bhours?\b|\bopen\b|\bclose|\bdeadline|\bcuando|\bcuándo|\bhora|\bquando"
                r"|\bkile|\bquand", re.I),
     re.compile(r"\d ?[ap]\.?m|\d:\d|January|February|March|April|May|June|July|August|September|October|November"
                r"|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|enero|febrero|marzo|abril|mayo"
                r"|junio|julio|agosto|octubre|noviembre|diciembre|lunes|martes|viernes|\bday|\bdía", re.I)),
    (re.compile(r"\bphone|\bnumber\b|\bcall\b|\bcontact|\btelefono|\bteléfono|\bllam", re.I),
    re.compile(r"\d{3}-\d{4}")),
    (re.compile(r"\bwhere\b|\baddress\b|\boffice\b|\bdonde|\bdónde|\bonde\b|\bki kote|\boù\b", re.I),
     re.compile(r"\d+ [A-Z]\w+|\bRoom\b|\bCity Hall\b|boston\.gov")),
)  # fmt: skip
"""What a question wants, and how a sentence that gives it looks."""

RELEVANT = 0.33
"""The least cosine at which a further sentence belongs to the answer."""

WANTED_BONUS = 0.12


def sentences_of(text: str) -> list[str]:
    """The sentences of a passage, each standing alone; abbreviations do not end one."""
    pieces: list[str] = []
    for piece in _END.split(text):
        if pieces and _SHORT.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece and piece.strip():
            pieces.append(piece.strip())
    return pieces


def choose_sentences(question: str, passages: Sequence[Passage], *, encoder: Encoder, limit: int) -> tuple[str, ...]:
    """The sentences that answer a question, the best first and then in the order of the text; none without passages."""
    if not passages:
        return ()
    main = passages[0].article
    candidates = [
        sentence for passage in passages if passage.article == main for sentence in sentences_of(passage.text)
    ]
    candidates = list(dict.fromkeys(candidates))
    if not candidates:
        return ()
    similar = encoder.encode(candidates) @ encoder.encode_one(question)
    wanted = [look for asks, look in _WANTED if asks.search(question)]
    bonus = np.array([WANTED_BONUS * any(look.search(sentence) for look in wanted) for sentence in candidates])
    order = np.argsort(-(similar + bonus))
    best = int(order[0])
    others = [int(place) for place in order[1:] if similar[place] + bonus[place] >= RELEVANT][: limit - 1]
    return (candidates[best], *(candidates[place] for place in sorted(others)))
