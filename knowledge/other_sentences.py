"""Chooses sentences of an answer to a question outside English: by its words, what it means, and the kind of figure it
asks for. The sentences are of its language, or English where there are no others."""

import re
from collections.abc import Sequence
from math import log

from knowledge.article import Passage
from knowledge.figures import FigureKind, figures_of
from knowledge.sentences import LEANING, leans_on_another, sentences_of
from knowledge.terms import lexicon_of, terms_in
from knowledge.tongues import Tongues
from knowledge.words import CHINESE, plain

_OFFICE = re.compile(r"\bRoom \d|\b\d+ [A-Z]\w+ (?:Road|Street|Avenue|St|Rd|Ave)\b")
"""Addresses stay in English in every language, so that they can be found."""

KINDS: dict[str, frozenset[FigureKind]] = {
    "sum": frozenset({FigureKind.MONEY, FigureKind.PERCENT}),
    "time": frozenset({FigureKind.DATE, FigureKind.TIME}),
    "phone": frozenset({FigureKind.PHONE}),
    "place": frozenset({FigureKind.LINK}),
}
"""What a question may ask for (`asks` of a lexicon), and the figures that give it."""

WANTED = 0.4
LEADS = 0.45
"""Writers put first what is asked most: the first sentence gets this, the second half of it, and so on."""

FIRST_LEADS = 0.3
"""The same for the sentence that opens the answer, which is to be the fact asked for."""

WAY = 0.1
"""How or whom to ask is worth a place in the answer."""

ENOUGH = 0.12

LIKE, STRANGE = 0.8, 0.3
"""How much likeness in meaning counts above that of sentences of other matters, where our model speaks the language."""


def other_sentences(
    question: str, passages: Sequence[Passage], *, language: str, tongues: Tongues | None = None, limit: int
) -> tuple[str, ...]:
    """The sentences of the best passage's article that answer a question of this language."""
    main = passages[0]
    own = sorted((each for each in passages if each.article == main.article), key=lambda each: _place(each.id))
    candidates = tuple(dict.fromkeys(sentence for each in own for sentence in sentences_of(each.text)))
    if not candidates:
        return ()
    likes = _likes(question, candidates, tongues) if tongues and tongues.speaks(language) else None
    return chosen_sentences(question, candidates, language=language, likes=likes, limit=limit)


def _likes(question: str, sentences: Sequence[str], tongues: Tongues) -> list[float]:
    asked = tongues.encode_one(question)
    return [float(tongues.encode_one(sentence) @ asked) for sentence in sentences]


def chosen_sentences(
    question: str, candidates: Sequence[str], *, language: str, likes: Sequence[float] | None = None, limit: int
) -> tuple[str, ...]:
    """The sentences that answer, the fact asked for first, the others in their order; at least one."""
    terms = terms_in(language)
    asked = [frozenset(each) for each in terms.with_synonyms(question)]
    held = [frozenset(terms(sentence)) for sentence in candidates]
    rare = [_rarity(sum(bool(each & has) for has in held), len(held)) for each in asked]
    whole = max(1.0, sum(rare))
    wanted = _wanted(question, language)
    kinds = [_kinds(sentence) for sentence in candidates]
    fits = [
        sum(share for each, share in zip(asked, rare, strict=True) if each & has) / whole
        + WANTED * bool(wanted & has_kinds)
        + LIKE * (like - STRANGE)
        for has, has_kinds, like in zip(held, kinds, likes or [STRANGE] * len(kinds), strict=True)
    ]
    ways = [bool(each & {FigureKind.PHONE, FigureKind.LINK}) for each in kinds]
    opens = [
        fit + FIRST_LEADS / (1 + place) - LEANING * leans_on_another(candidates[place])
        for place, fit in enumerate(fits)
    ]
    first = max(range(len(fits)), key=opens.__getitem__)
    worth = [fit + LEADS / (1 + place) + WAY * ways[place] for place, fit in enumerate(fits)]
    others = sorted((place for place in range(len(fits)) if place != first), key=lambda place: -worth[place])
    kept = [place for place in others if worth[place] >= ENOUGH][: limit - 1]
    if limit > 1 and any(ways) and not any(ways[place] for place in (first, *kept)):
        kept = [*kept[: limit - 2], max((place for place in others if ways[place]), key=lambda place: worth[place])]
    return (candidates[first], *(candidates[place] for place in sorted(kept)))


def _rarity(held: int, sentences: int) -> float:
    """How much a word tells one sentence from the others: nothing if all have it, as the word of the matter itself."""
    return log((sentences + 1) / (held + 1)) / log(sentences + 1)


def _kinds(sentence: str) -> frozenset[FigureKind]:
    """The kinds of figures in a sentence; an office stands for a link, for both say where."""
    found = frozenset(figure.kind for figure in figures_of(sentence))
    return found | {FigureKind.LINK} if _OFFICE.search(sentence) else found


def _wanted(question: str, language: str) -> frozenset[FigureKind]:
    """The kinds of figures that a question asks for."""
    said = f" {plain(question)} "
    asks = lexicon_of(language).asks
    named = [kind for kind, words in asks.items() if any(_stands(plain(word), said) for word in words)]
    return frozenset(figure for kind in named for figure in KINDS[kind])


def asks_for_a_sum(question: str, language: str) -> bool:
    """Whether a question asks how much something costs, by the words of its language."""
    return FigureKind.MONEY in _wanted(question, language)


def _stands(word: str, said: str) -> bool:
    return word in said if CHINESE.search(word) else f" {word}" in said


def _place(passage_id: str) -> int:
    """Where a passage stands in its article (`<article>#<n>`)."""
    return int(passage_id.rpartition("#")[2])
