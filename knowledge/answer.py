"""Answers in the city's own words: the sentences of passages that a question asks for, the fact asked for first."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Passage
from knowledge.other_sentences import chosen_sentences
from knowledge.sentences import sentences_of
from knowledge.vectors import Encoder

Floats = NDArray[np.float64]

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

RELEVANT = 0.22
"""The least cosine at which a further sentence of the same article belongs to the answer."""

WANTED_BONUS = 0.12
LEAD_BONUS = 0.20
"""Writers put first what is asked most: the first sentence of an article gets this, the second half, and so on."""

FIRST_BONUS = 0.08
"""The same for the sentence that opens the answer, which is to be the fact asked for."""

ACTS_BONUS = 0.05
"""How to do it is worth a place in the answer, but not the first one."""

_ACTS = re.compile(
    r"\d{3}-\d{4}|\b311\b|\b(?:[\w-]+\.)+(?:gov|org|com)\b|\bRoom \d|\bapply\b|\bonline\b|\bappointment\b|\bcita\b",
    re.IGNORECASE,
)


def choose_sentences(question: str, passages: Sequence[Passage], *, encoder: Encoder, limit: int) -> tuple[str, ...]:
    """The sentences of the best passage's article that answer a question; none without passages.

    The best is first, the others follow in the order of the text; one that says how or whom to ask is among them if
    the article has one.
    """
    if not passages:
        return ()
    main = passages[0].article
    own = sorted((each for each in passages if each.article == main), key=lambda each: _place(each.id))
    told = [sentence for passage in own for sentence in sentences_of(passage.text)]
    candidates = list(dict.fromkeys(told))
    if not candidates:
        return ()
    if passages[0].language != "en":
        return chosen_sentences(question, candidates, language=passages[0].language, limit=limit)
    asked = encoder.encode_one(question)
    similar = np.array([float(encoder.encode_one(sentence) @ asked) for sentence in candidates])
    wanted = [look for asks, look in _WANTED if asks.search(question)]
    fits = similar + [WANTED_BONUS * any(look.search(sentence) for look in wanted) for sentence in candidates]
    leads = 1 / (1 + np.arange(len(candidates)))
    fits = fits + FIRST_BONUS * leads
    worth = (
        fits
        + (LEAD_BONUS - FIRST_BONUS) * leads
        + [ACTS_BONUS * bool(_ACTS.search(sentence)) for sentence in candidates]
    )
    best = int(np.argmax(fits))
    others = [int(place) for place in np.argsort(-worth) if place != best and worth[place] >= RELEVANT][: limit - 1]
    return (candidates[best], *_with_a_way(candidates, [best, *others], worth, limit)[1:])


def _with_a_way(candidates: Sequence[str], chosen: list[int], worth: Floats, limit: int) -> list[str]:
    """The chosen sentences, the first kept first; the last gives way to one that says how, if none of them does."""
    ways = [place for place, sentence in enumerate(candidates) if _ACTS.search(sentence)]
    if limit > 1 and ways and not set(ways) & set(chosen):
        kept = chosen if len(chosen) < limit else chosen[: max(1, limit - 1)]
        chosen = [*kept, max(ways, key=lambda place: float(worth[place]))]
    first, *others = chosen
    return [candidates[first], *(candidates[place] for place in sorted(others))]


def _place(passage_id: str) -> int:
    """Where a passage stands in its article (`<article>#<n>`)."""
    return int(passage_id.rpartition("#")[2])
