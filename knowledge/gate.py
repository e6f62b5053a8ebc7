"""The gate: decides whether what was found may be given as an answer, and if not, why."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
"""Below this score nothing found is taken for an answer (set on our own development questions, see docs/knowledge.md)."""

NEAR_THE_BEST = 0.85
"""Passages of at least this share of the best score go into the answer."""

_TOWNS = "Cambridge|Somerville|Brookline|Quincy|Chelsea|Revere|Everett|Newton|Watertown|Milton|Dedham|Medford|Malden|Winthrop|Needham|Waltham|Worcester|Lynn|Braintree"
_OTHER_CITY = re.compile(
    rf"\b(?:in|of|for|en|de) ({_TOWNS}|New York|Chicago|Providence)\b(?! (?:St|Street|Ave|Avenue|Rd|Road|Hill|Sq))",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"\b(how much do i owe|do i owe|my (balance|account|bill|tax bill|water bill|excise bill|assessment|refund|ticket (status|balance)|appeal status"
    r"|application status|permit status|warrant)|do i have (any )?(tickets|warrants|fines)|is my (car|permit|application|payment|refund|registration)\b"
    r"|did (you|they) (get|receive) my|what did i pay|cuanto debo|cuánto debo|mi (cuenta|saldo|factura))",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"\b(can i sue|should i sue|sue (my|the)|legal advice|is it legal (for me )?to|am i (liable|allowed to (withhold|evict|lock))|can i (evict|lock out|withhold)"
    r"|how do i evict|do i have a case|will i win|loophole|what are my chances|break (my|the) lease)",
    re.IGNORECASE,
)
_LIVE = re.compile(
    r"\b(today|tonight|right now|currently|this (morning|afternoon|evening|week|storm)|tomorrow|hoy|ahora mismo|esta noche|mañana)\b|\bis (there|it) (a )?"
    r"(snow emergency|parking ban) (on|in effect|now)|\bare (they|schools|libraries|offices|city hall)[\w ]{0,20}(open|closed|cancel\w*) (today|now|tomorrow)",
    re.IGNORECASE,
)
_LIVE_TOPICS = re.compile(
    r"\b(snow emergency|parking ban|sweep\w*|trash|recycling|collection|pick ?up|open|closed|closing|cancel\w*|delay\w*|weather|traffic|nieve|basura|abiert\w*|cerrad\w*|line|wait)\b",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\b(red sox|celtics|patriots|bruins|lottery|stock|bitcoin|recipe|joke|poem|homework|weather forecast|movie|restaurant recommend\w*|best (pizza|restaurant|bar)"
    r"|who (will|should) (i vote|win)|president|girlfriend|boyfriend|horoscope|translate|write (me )?(a|an|some) (code|essay|poem|song)|python|capital of|meaning of life|your (system )?prompt|ignore (all|previous))\b",
    re.IGNORECASE,
)


class Gate:
    """Rules first, then how well the best passage fits."""

    def decide(self, question: str, found: tuple[Found, ...], *, language: str, today: date) -> Verdict:
        """What may be used to answer the question on this day, or the reason to decline."""
        if town := _OTHER_CITY.search(question):
            return Verdict(reason=Reason.OTHER_CITY, detail=town[1].title())
        if _OUTSIDE.search(question):
            return Verdict(reason=Reason.OUT_OF_SCOPE)
        if _ACCOUNT.search(question):
            return Verdict(reason=Reason.PERSONAL_ACCOUNT)
        if _LEGAL.search(question):
            return Verdict(reason=Reason.LEGAL_ADVICE)
        if not found or found[0].score < LEAST_SCORE:
            return Verdict(reason=Reason.NO_SOURCE)
        if (
            _LIVE.search(question)
            and _LIVE_TOPICS.search(question)
            and found[0].passage.freshness is not Freshness.LIVE
        ):
            return Verdict(reason=Reason.LIVE_DATA)
        best = found[0].score
        near = tuple(each for each in found if each.score >= NEAR_THE_BEST * best)
        return Verdict(passages=near)
