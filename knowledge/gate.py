"""The gate: decides whether what was found may be given as an answer, and if not, why."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import yaml

from knowledge.article import Found, Freshness


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
    """What may be used to answer, best first; or the reason to decline, with a detail such as another city's name."""

    passages: tuple[Found, ...] = ()
    reason: Reason | None = None
    detail: str = ""


LEAST_SCORE = 0.50
"""Below this score nothing found is taken for an answer (set on development questions, see docs/knowledge.md)."""

NEAR_THE_BEST = 0.85
"""Passages of at least this share of the best score go into the answer."""

RULES = Path(__file__).parent / "lexicons" / "gate.yaml"
_DECLINED = (Reason.OUT_OF_SCOPE, Reason.PERSONAL_ACCOUNT, Reason.LEGAL_ADVICE)


class Gate:
    """Rules first, then how well the best passage fits, then whether it is still in force."""

    def __init__(self, rules: Path = RULES) -> None:
        rows: dict[str, list[str]] = yaml.safe_load(rules.read_text(encoding="utf-8"))
        towns = "|".join(rows.pop("towns"))
        self._town = re.compile(
            rf"\b(?:in|of|for|en|de) ({towns})\b(?! (?:St|Street|Ave|Avenue|Rd|Road|Hill|Sq))", re.IGNORECASE
        )
        self._rules = {name: re.compile("|".join(patterns), re.IGNORECASE) for name, patterns in rows.items()}

    def decide(self, question: str, found: tuple[Found, ...], *, today: date) -> Verdict:
        """What may be used to answer the question on this day, or the reason to decline."""
        if town := self._town.search(question):
            return Verdict(reason=Reason.OTHER_CITY, detail=town[1].title())
        for reason in _DECLINED:
            if self._rules[reason.value].search(question):
                return Verdict(reason=reason)
        if not found or found[0].score < LEAST_SCORE:
            return Verdict(reason=Reason.NO_SOURCE)
        best = found[0]
        if self._asks_about_now(question) and best.passage.freshness is not Freshness.LIVE:
            return Verdict(reason=Reason.LIVE_DATA)
        near = [each for each in found if each.score >= NEAR_THE_BEST * best.score]
        current = tuple(each for each in near if each.passage.expires is None or each.passage.expires >= today)
        return Verdict(passages=current) if current else Verdict(reason=Reason.STALE_ONLY)

    def _asks_about_now(self, question: str) -> bool:
        return bool(self._rules["live_when"].search(question) and self._rules["live_what"].search(question))
