"""The gate: decides whether what was found may be given as an answer, and if not, why and who can help instead."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import yaml

from knowledge.article import Found, Freshness
from knowledge.words import load_lexicon, plain, words_of


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


LEAST_SCORE = 0.43
"""Below this score nothing found is taken for an answer (set on development questions, see docs/knowledge.md)."""

NEAR_THE_BEST = 0.85
"""Passages of at least this share of the best score go into the answer, and every passage of the same article."""

RIVAL = 0.8
"""A second article of at least this share of the best score makes a question of one word ambiguous."""

MOST_CHOICES = 3
STILL_TOLD = timedelta(days=3 * 365)
"""How long after it expired a yearly fact is still told, with its year: last year's season beats a shrug."""

RULES = Path(__file__).parent / "lexicons" / "gate.yaml"
ELSEWHERE = RULES.with_name("gate_other_languages.yaml")
_DECLINED = (Reason.PERSONAL_ACCOUNT, Reason.LEGAL_ADVICE, Reason.OUT_OF_SCOPE)
_PLACES = "St|Street|Ave|Avenue|Rd|Road|Hill|Sq|Square|Market|Pl|Place|Ter|Terrace|Way|Court|Ct|Park|House|Tunnel"
_POINTING = re.compile(r"\b(?:it|that|this|one|them|eso|esto)\b", re.IGNORECASE)


class Gate:
    """Rules first, then how well the best passage fits, then whether it is still in force."""

    def __init__(self, rules: Path = RULES) -> None:
        rows = yaml.safe_load(rules.read_text(encoding="utf-8"))
        towns = "|".join(rows.pop("towns"))
        self._town = re.compile(rf"(?<!from )\b({towns})\b(?! (?:{_PLACES})\b)", re.IGNORECASE)
        self._phones: dict[str, str] = rows.pop("town_phones")
        self._contacts = {
            name: [(re.compile(pattern, re.IGNORECASE), told) for pattern, told in pairs]
            for name, pairs in rows.pop("contacts").items()
        }
        self._rules = {name: re.compile("|".join(patterns), re.IGNORECASE) for name, patterns in rows.items()}
        more = yaml.safe_load(ELSEWHERE.read_text(encoding="utf-8"))
        self._elsewhere = {name: re.compile("|".join(map(_plain, patterns))) for name, patterns in more.items()}
        self._ignored = load_lexicon("en").ignored

    def decide(self, question: str, found: tuple[Found, ...], *, today: date) -> Verdict:
        """What may be used to answer the question on this day, or the reason to decline."""
        if reason := self._ruled_out(question):
            return reason
        if self._asks_about_now(question):
            return Verdict(reason=Reason.LIVE_DATA)
        if choices := self._ambiguous(question, found):
            return choices
        if not found or found[0].score < LEAST_SCORE:
            return Verdict(reason=Reason.NO_SOURCE)
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

    def declines(self, words: str) -> bool:
        """Whether a rule keeps these words from being answered, whatever is found: an account, the law, small talk."""
        return any(self._applies(reason, words) for reason in _DECLINED) or self._asks_about_now(words)

    def _ruled_out(self, question: str) -> Verdict | None:
        if town := self._town.search(question):
            phone = self._phones.get(town[1].casefold(), "")
            return Verdict(reason=Reason.OTHER_CITY, detail=town[1].title(), contact=phone)
        for reason in _DECLINED:
            if self._applies(reason, question):
                return Verdict(reason=reason, contact=self._contact(reason, question))
        return None

    def _applies(self, reason: Reason, words: str) -> bool:
        """Whether a rule of any language keeps these words from being answered."""
        here = self._rules[reason.value].search(words)
        return here is not None or self._elsewhere[reason.value].search(plain(words)) is not None

    def _contact(self, reason: Reason, question: str) -> str:
        return next((told for asks, told in self._contacts.get(reason.value, ()) if asks.search(question)), "")

    def _ambiguous(self, question: str, found: tuple[Found, ...]) -> Verdict | None:
        """A question of at most one word of substance that points at nothing said, or at several articles alike."""
        substance = [word for word in words_of(question) if word not in self._ignored]
        if len(substance) > 1 or not found:
            return None
        if (not substance or _POINTING.search(question)) and found[0].score < LEAST_SCORE:
            return Verdict(reason=Reason.AMBIGUOUS)
        titles = list(dict.fromkeys(each.passage.title for each in found if each.score >= RIVAL * found[0].score))
        if len(titles) < 2 or found[0].score < LEAST_SCORE:
            return None
        return Verdict(reason=Reason.AMBIGUOUS, detail="; ".join(titles[:MOST_CHOICES]))

    def _asks_about_now(self, question: str) -> bool:
        return bool(self._rules["live_when"].search(question) and self._rules["live_what"].search(question))


def _in_force(found: Found, day: date) -> bool:
    return found.passage.expires is None or found.passage.expires >= day


def _plain(pattern: str) -> str:
    """A pattern that matches plain text; its ASCII letters stay, for some of them are signs."""
    return "".join(letter if letter.isascii() else plain(letter) for letter in pattern)
