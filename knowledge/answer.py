"""Answers in the city's own words: the sentences of passages that a question asks for, the fact asked for first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Passage
from knowledge.facets import Facet, facets_of
from knowledge.other_sentences import other_sentences
from knowledge.sentences import LEANING, leans_on_another, sentences_of
from knowledge.stock import ENGLISH
from knowledge.tongues import Tongues
from knowledge.vectors import Encoder

Floats = NDArray[np.float64]

WANTED_BONUS = 0.12
MOST_WANTED = 2
"""What it is worth, in likeness, that a sentence tells a thing that was asked for; more than two count as two."""

FIRST_BONUS = 0.25
LEAD_BONUS = 0.30
"""Writers put first what is asked most: the first sentence of a passage gets this, each further one less by `STEP` of
it. The smaller one counts for the sentence that opens the answer, the larger one for the others, so that they depend
more on the article than on how it was asked."""

TOPIC_BONUS, NAMES_A_TOPIC = 0.7, 2
"""The same where so few words ask for nothing in particular ("mattress"): the article opens as its writer meant."""

STEP = 0.15
OPENING, ELSEWHERE = 1.0, 0.3
"""What a lead is worth in the article's opening and in another passage, if neither is the one that fits best."""

CLOSE = 0.5
"""From this likeness to the question on a sentence of another article tells what the best one leaves out."""

ACTS_BONUS = 0.05
"""How to do it is worth a place in the answer, but not the first one."""

LIKENESS = 0.4
"""How much likeness to the wording counts for the other sentences: less than all of it, so that they depend on the
article and on what is asked for."""

_ACTS = re.compile(
    r"\d{3}-\d{4}|\b311\b|\b(?:[\w-]+\.)+(?:gov|org|com)\b|\bRoom \d|\bapply\b|\bonline\b|\bappointment\b|\bcita\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class _Candidates:
    """The sentences of an article in order; how well each opens the answer, and how much it is worth further on."""

    sentences: Sequence[str]
    fits: Floats
    worth: Floats


def choose_sentences(
    question: str,
    passages: Sequence[Passage],
    *,
    encoder: Encoder,
    limit: int,
    language: str = ENGLISH,
    tongues: Tongues | None = None,
) -> tuple[str, ...]:
    """The sentences of the best passage's article that answer a question; none without passages.

    The best is first, the others follow in the order of the text. Everything the question asks for is among them if the
    article tells it, and so is one that says how or whom to ask. `language` is the question's, and `tongues` what
    compares it with sentences in English.
    """
    if passages and (passages[0].language != ENGLISH or (tongues and language != ENGLISH and tongues.speaks(language))):
        return other_sentences(question, passages, language=language, tongues=tongues, limit=limit)
    wanted = facets_of(question)
    told = _candidates(question, passages, wanted, encoder)
    if told is None:
        return ()
    best = int(np.argmax(told.fits))
    chosen = [best]
    for facet in wanted:
        if not facet.told_by([told.sentences[place] for place in chosen]):
            chosen += _best_that(facet.tells, told.sentences, told.worth)
    ways = [place for place in chosen if _ACTS.search(told.sentences[place])]
    others = [int(place) for place in np.argsort(-told.worth) if place not in chosen]
    chosen = [*chosen, *others][:limit] if ways else _with_a_way([*chosen, *others], told, limit)
    said = (told.sentences[best], *(told.sentences[place] for place in sorted(chosen) if place != best))
    return (*said, *_from_others(question, passages, wanted, said, encoder=encoder))[:limit]


def _candidates(
    question: str, passages: Sequence[Passage], wanted: Sequence[Facet], encoder: Encoder
) -> _Candidates | None:
    if not passages:
        return None
    best = passages[0]
    own = sorted((each for each in passages if each.article == best.article), key=lambda each: _place(each.id))
    a_topic = not wanted and len(question.split()) <= NAMES_A_TOPIC
    leads: dict[str, float] = {}
    for passage in own:
        weight = OPENING if passage is own[0] else ELSEWHERE if passage is not best or a_topic else 1.0
        for place, sentence in enumerate(sentences_of(passage.text)):
            leads.setdefault(sentence, weight * max(0.0, 1 - STEP * place))
    if not leads:
        return None
    sentences, lead = list(leads), np.array(list(leads.values()))
    asked = encoder.encode_one(question)
    similar = np.array([float(encoder.encode_one(sentence) @ asked) for sentence in sentences])
    tells = np.array([_told(wanted, sentence) for sentence in sentences])
    acts = np.array([_ACTS.search(sentence) is not None for sentence in sentences])
    leans = np.array([leans_on_another(sentence) for sentence in sentences])
    first = TOPIC_BONUS if a_topic else FIRST_BONUS
    fits = similar + WANTED_BONUS * tells + first * lead - LEANING * leans
    worth = LIKENESS * similar + WANTED_BONUS * tells + LEAD_BONUS * lead + ACTS_BONUS * acts
    return _Candidates(sentences, fits, worth)


def _from_others(
    question: str, passages: Sequence[Passage], wanted: Sequence[Facet], said: Sequence[str], *, encoder: Encoder
) -> tuple[str, ...]:
    """What was asked for and the best passage's article does not tell, from the other articles that fit."""
    missing = [facet for facet in wanted if not facet.told_by(said)]
    others = [each for each in passages if each.article != passages[0].article]
    sentences = [sentence for each in others for sentence in sentences_of(each.text)] if missing else []
    asked = encoder.encode_one(question)
    found = []
    for facet in missing:
        close = {each: float(encoder.encode_one(each) @ asked) for each in sentences if facet.tells.search(each)}
        if close and max(close.values()) >= CLOSE:
            found.append(max(close, key=close.__getitem__))
    return tuple(dict.fromkeys(found))


def _told(wanted: Sequence[Facet], sentence: str) -> int:
    """How many of the things that were asked for a sentence tells."""
    return min(MOST_WANTED, sum(facet.told_by([sentence]) for facet in wanted))


def _best_that(tells: re.Pattern[str], sentences: Sequence[str], worth: Floats) -> list[int]:
    """The best sentence that matches, if one does."""
    matching = [place for place, sentence in enumerate(sentences) if tells.search(sentence)]
    return [max(matching, key=lambda place: float(worth[place]))] if matching else []


def _with_a_way(ranked: Sequence[int], told: _Candidates, limit: int) -> list[int]:
    """The first of the ranked; the last gives way to one that says how, if none of them does."""
    kept = list(ranked[:limit])
    if limit > 1 and not any(_ACTS.search(told.sentences[place]) for place in kept):
        kept = [*kept[: limit - 1], *_best_that(_ACTS, told.sentences, told.worth)] if len(kept) == limit else kept
    return kept


def _place(passage_id: str) -> int:
    """Where a passage stands in its article (`<article>#<n>`)."""
    return int(passage_id.rpartition("#")[2])
