"""What residents disclose that calls for care: a child or an adult who is harmed, an immigration status, deafness.

Heard by rules in every language, whatever engine reads, and answered with one fixed sentence, once a conversation,
before the reply itself. `docs/disclosures.md` is the policy behind it.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.plain import plainly
from assistant.progress import Part, Progress
from assistant.wording import Wording

RULES = Path(__file__).parent / "rules" / "disclosures.yaml"
LONGEST = 4_000
LEFT_OUT = "[left out]"
SAID_ALONE = frozenset({Outcome.EMERGENCY, Outcome.CRISIS, Outcome.OPTED_OUT, Outcome.FAILED})
"""Replies that nothing may stand before: danger, a wish of the carrier's, an apology."""


class Disclosure(StrEnum):
    """What was disclosed, in the order in which it is answered."""

    CHILD = "child"
    ABUSE = "abuse"
    STATUS = "status"
    DEAF = "deaf"


def disclosed(text: str) -> tuple[Disclosure, ...]:
    """What a message discloses."""
    plain = plainly(text[:LONGEST])
    return tuple(each for each in Disclosure if _patterns()[each].search(plain))


def without_status(text: str) -> str:
    """The text without what it says of an immigration status, which no case system needs to know."""
    result, end = "", 0
    for match in _patterns()[Disclosure.STATUS].finditer(plainly(text)):
        result += text[end : match.start()] + LEFT_OUT
        end = match.end()
    return result + text[end:]


def with_care(turn: Progress, wording: Wording) -> Progress:
    """The turn with the sentence for the first thing disclosed that was not answered in this conversation yet."""
    if not turn.say or SAID_ALONE & set(turn.outcomes):
        return turn
    for each in disclosed(turn.text):
        spoken = each is Disclosure.DEAF and turn.conversation.channel is Channel.VOICE
        if (known := f"care:{each.value}") in turn.conversation.notices or spoken:
            continue
        say = (Part(text=wording.say(f"care_{each.value}", turn.language)), *turn.say)
        told = turn.conversation.model_copy(update={"notices": (*turn.conversation.notices, known)})
        return turn.model_copy(update={"say": say, "conversation": told})
    return turn


@lru_cache
def _patterns() -> Mapping[Disclosure, re.Pattern[str]]:
    rules = yaml.load(RULES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    told = {each: "|".join(f"(?:{plainly(form)})" for form in rules[each.value]["when"]) for each in Disclosure}
    return {each: re.compile(pattern, re.IGNORECASE) for each, pattern in told.items()}
