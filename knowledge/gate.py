"""The gate: decides whether what was found may be given as an answer, and if not, why and who can help instead."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from knowledge.article import Found, Freshness
from knowledge.gate_signs import GateSigns
from knowledge.words import load_lexicon, words_of


class Reason(StrEnum):
    """Why a question is not answered."""

    OUT_OF_SCOPE = "out_of_scope"
    OTHER_CITY = "other_city"
    PERSONAL_ACCOUNT = "personal_account"
    LEGAL_ADVICE = "legal_advice"
    LIVE_DATA = "live_data"
    AMBIGUOUS = "ambiguous"
    NO_SOURCE = "no_source"
    STALE_ONLY = "stale_only"


@dataclass(frozen=True)
class Verdict:
    """What may be used to answer, best first; or the reason to decline.

    `detail` is another city's name, or the matters to choose from when it is ambiguous; `contact` who can help.
    `old` marks passages that have expired: they may be told with their year and a way to confirm.
    """

    passages: tuple[Found, ...] = ()
    reason: Reason | None = None
    detail: str = ""
    contact: str = ""
    old: bool = False


class Learned(Protocol):
    """What was learned from questions: a probability for being answered ("answer") and for every reason not to."""

    def shares(self, question: str, found: tuple[Found, ...]) -> dict[str, float]:
        """The probabilities, by name."""
        ...


LEAST_SCORE = 0.43
"""Below this score nothing found is taken for an answer where nothing was learned (see docs/knowledge.md)."""

LEAST_SHARE = 0.40
"""Below this probability of being answered a question is declined, by what was learned (see docs/knowledge.md)."""

SURE_OF_A_REASON = 0.5
"""From this probability on a learned reason is told; below it only that nothing was found."""

BARELY, BARELY_FOUND = 0.5, 0.3
"""A question that is less likely than the first to be answered is answered only by what was found with the second."""

HARDLY_FOUND = 0.08
"""Below this score nothing is answered, whatever was learned."""

NEAR_THE_BEST = 0.85
"""Passages of at least this share of the best score go into the answer, and every passage of the same article."""

RIVAL = 0.88
"""A second article of at least this share of the best score makes a question of one word ambiguous."""

PUT_IN_FULL = 6
"""From so many words on two articles alike make no question ambiguous: the better one answers it."""

AS_ASKED = 0.97
"""From this likeness to a way residents ask for the best article on, that one is meant."""

MOST_CHOICES = 3
LEARNED_LANGUAGE = "en"
STILL_TOLD = timedelta(days=3 * 365)
"""How long after it expired a yearly fact is still told, with its year: last year's season beats a shrug."""

_DECLINED = (Reason.PERSONAL_ACCOUNT, Reason.LEGAL_ADVICE, Reason.OUT_OF_SCOPE)
_POINTING = re.compile(r"\b(?:it|that|this|one|them|eso|esto)\b", re.IGNORECASE)


class Gate:
    """Rules first, then what was learned of questions like this one, then whether what was found is still in force."""

    def __init__(self, signs: GateSigns | None = None, learned: Learned | None = None) -> None:
        self._signs, self._learned = signs or GateSigns(), learned
        self._ignored = load_lexicon("en").ignored

    def decide(self, question: str, found: tuple[Found, ...], *, today: date) -> Verdict:
        """What may be used to answer the question on this day, or the reason to decline."""
        if verdict := self._ruled_out(question):
            return verdict
        if self._asks_about_now(question):
            return Verdict(reason=Reason.LIVE_DATA)
        if choices := self._ambiguous(question, found):
            return choices
        if reason := self._unanswered(question, found):
            return Verdict(reason=reason, contact=self._signs.contact(reason.value, question))
        return _in_use(found, today)

    def declines(self, words: str) -> bool:
        """Whether a rule keeps these words from being answered, whatever is found: an account, the law, small talk."""
        return any(self._signs.speaks_for(reason.value, words) for reason in _DECLINED) or self._asks_about_now(words)

    def is_elsewhere(self, words: str) -> bool:
        """Whether these words are about another municipality."""
        return self._signs.town(words) is not None

    def _ruled_out(self, question: str) -> Verdict | None:
        if town := self._signs.town(question):
            name, phone = town
            return Verdict(reason=Reason.OTHER_CITY, detail=name, contact=phone)
        for reason in _DECLINED:
            if self._signs.speaks_for(reason.value, question):
                return Verdict(reason=reason, contact=self._signs.contact(reason.value, question))
        return None

    def _unanswered(self, question: str, found: tuple[Found, ...]) -> Reason | None:
        """Why what was found is no answer; None if it is one. Only English questions were learned from."""
        if not found:
            return Reason.NO_SOURCE
        if self._learned is None or found[0].across or found[0].passage.language != LEARNED_LANGUAGE:
            return Reason.NO_SOURCE if found[0].score < LEAST_SCORE else None
        shares = self._learned.shares(question, found)
        if shares["answer"] >= LEAST_SHARE:
            least = HARDLY_FOUND if shares["answer"] >= BARELY else BARELY_FOUND
            return Reason.NO_SOURCE if found[0].score < least else None
        likeliest = max((reason for reason in Reason if reason in shares), key=lambda reason: shares[reason])
        return likeliest if shares[likeliest] >= SURE_OF_A_REASON else Reason.NO_SOURCE

    def _ambiguous(self, question: str, found: tuple[Found, ...]) -> Verdict | None:
        """A question of at most one word of substance that points at nothing said, or at several articles alike."""
        substance = [word for word in words_of(question) if word not in self._ignored]
        if len(substance) > 1 or not found:
            return None
        if (not substance or _POINTING.search(question)) and found[0].score < LEAST_SCORE:
            return Verdict(reason=Reason.AMBIGUOUS)
        titles = list(dict.fromkeys(each.passage.title for each in found if each.score >= RIVAL * found[0].score))
        put = len(question.split()) >= PUT_IN_FULL
        if len(titles) < (3 if put else 2) or found[0].score < LEAST_SCORE or found[0].asked >= AS_ASKED:
            return None
        return Verdict(reason=Reason.AMBIGUOUS, detail="; ".join(titles[:MOST_CHOICES]))

    def _asks_about_now(self, question: str) -> bool:
        return self._signs.speaks_for("live_when", question) and self._signs.speaks_for("live_what", question)


def _in_use(found: tuple[Found, ...], today: date) -> Verdict:
    """The passages near the best one that are still in force; or old ones, told as such; or that they are too old."""
    best = found[0]
    near = [
        each
        for each in found
        if each.score >= NEAR_THE_BEST * best.score or each.passage.article == best.passage.article
    ]
    current = tuple(each for each in near if _in_force(each, today))
    if current and _in_force(best, today):
        return Verdict(passages=current)
    if best.passage.freshness is Freshness.YEARLY and _in_force(best, today - STILL_TOLD):
        same = tuple(each for each in near if each.passage.article == best.passage.article)
        return Verdict(passages=same, old=True)
    return Verdict(reason=Reason.STALE_ONLY)


def _in_force(found: Found, day: date) -> bool:
    return found.passage.expires is None or found.passage.expires >= day
