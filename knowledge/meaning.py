"""What a question outside English means, beside its words: how near it lies to articles in its language and in English.

An article that stands in English only is found this way too. There the lead on the next article decides: what no
article is about lies near several alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from knowledge.article import Found, Passage
from knowledge.nearness import Near, Nearness, has_nearness
from knowledge.tongues import Tongues

ASKED, TOLD, IN_ENGLISH = 0.5, 0.6, 0.4
"""What nearness to a way to ask, to a sentence, and to the article's English is worth beside the share of words."""

TOLD_IN_ENGLISH = 0.5
ENGLISH_BAR, ENGLISH_LEAD = 0.5, 0.08
"""From this nearness and this lead on an English article answers (development questions: 30 of 38 that have one are
found so, and one of 36 that have none)."""

NEARER = 0.15
"""An article in English only that is so much nearer is meant, rather than one in the resident's language."""

ENGLISH = "en"


@dataclass(frozen=True)
class Meant:
    """The nearness of a question to the articles of its language (`own`) and to those in English."""

    own: Mapping[str, float]
    english: Mapping[str, float]

    def with_words(self, article: str, share: float) -> float:
        """What an article of the language is worth by meaning and by the share of words together, 0 to 1."""
        return (share + self.own[article]) / (1 + ASKED + TOLD + IN_ENGLISH)

    @property
    def english_article(self) -> str | None:
        """The one that the question is surely about, of those in English."""
        ranked = sorted(self.english, key=lambda article: -self.english[article])
        best = ranked[0]
        leads = all(self.english[first] - self.english[next_] >= ENGLISH_LEAD for first, next_ in pairwise(ranked[:2]))
        return best if leads and self.english[best] >= ENGLISH_BAR else None

    def is_elsewhere(self, article: str) -> bool:
        """Whether another article, which stands in English only, is clearly nearer than this one."""
        other = self.english_article
        if other is None or other in self.own:
            return False
        return self.english[other] - self.english.get(article, 0.0) >= NEARER


class Meaning:
    """Reads what questions of one language mean."""

    def __init__(self, folder: Path, tongues: Tongues) -> None:
        self._tongues = tongues
        self._own, self._english = Nearness(folder, tongues), Nearness(folder.parent / ENGLISH, tongues)

    def of(self, question: str) -> Meant:
        """What a question means."""
        vector = self._tongues.encode_one(question)
        english = {article: _in_english(near) for article, near in self._english.of(vector).items()}
        own = {
            article: ASKED * near.asked + TOLD * near.told + IN_ENGLISH * english.get(article, 0.0)
            for article, near in self._own.of(vector).items()
        }
        return Meant(own, english)


def meaning_of(folder: Path, language: str, tongues: Tongues) -> Meaning | None:
    """The meaning of questions in a language of an index; None where the model does not speak it."""
    if not tongues.speaks(language) or not has_nearness(folder):
        return None
    return Meaning(folder, tongues)


def passages_in_english(meant: Meant, passages: Mapping[str, list[Passage]], limit: int) -> tuple[Found, ...]:
    """The passages of the English article that a question is surely about."""
    article = meant.english_article
    if article is None:
        return ()
    score = min(1.0, 0.5 + meant.english[article] - ENGLISH_BAR)
    return tuple(Found(passage=passage, score=score, across=True) for passage in passages[article])[:limit]


def _in_english(near: Near) -> float:
    return (near.asked + TOLD_IN_ENGLISH * near.told) / (1 + TOLD_IN_ENGLISH)
