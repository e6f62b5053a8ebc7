"""The reply step: puts the parts together into one text, and the turn into the shape that is kept."""

import re
from itertools import zip_longest

from assistant.message import Channel, Citation, Reply
from assistant.outcome import weightiest
from assistant.progress import Part, Progress
from assistant.turn import Turn

LEFT_TO_RIGHT = "\u200e"
_GROUPS = re.compile(r"(?<![\w\u200e-])\+?[A-Z0-9]*\d[A-Z0-9]*(?:-[A-Z0-9]+)+(?![\w-])")
"""Digits in groups: telephone numbers, case numbers, dates."""

KEPT_QUESTIONS = 3
"""How many earlier questions are remembered to understand a follow-up."""


def reply(progress: Progress) -> tuple[Progress, Turn]:
    """What is remembered, and the finished turn."""
    text = numbers_in_order(joined(progress.say, progress.citations, progress.conversation.channel), progress.language)
    replies = (Reply(text=text, language=progress.language),) if text else ()
    conversation = progress.conversation.model_copy(
        update={
            "said": replies or progress.conversation.said,
            "turns": progress.conversation.turns + 1,
            "questions": progress.conversation.questions[-KEPT_QUESTIONS:],
        }
    )
    turn = Turn(
        turn_id=progress.turn_id,
        conversation_id=conversation.conversation_id,
        started=progress.now,
        message_ids=progress.message_ids,
        outcome=weightiest(progress.outcomes),
        outcomes=progress.outcomes,
        replies=replies,
        asking_for=public_asking(conversation.asked.asking_for),
        citations=progress.citations,
        quick_replies=progress.quick_replies,
        draft=progress.draft,
        case=progress.case,
        handed_off=conversation.handed_off,
        engine=progress.reading.engine if progress.reading else progress.engine,
        reading=progress.reading,
        passages=progress.passages,
        steps=progress.steps,
    )
    return progress.model_copy(update={"conversation": conversation}), turn


def numbers_in_order(text: str, language: str) -> str:
    """A text in which telephone numbers and the like stand in their order also among Arabic words.

    After Arabic letters a phone or a browser shows the groups of 617-343-4911 from right to left; a mark before the
    number, which nobody sees, keeps them together (Unicode Standard Annex 9, rules W2 and W4).
    """
    return _GROUPS.sub(lambda number: f"{LEFT_TO_RIGHT}{number[0]}{LEFT_TO_RIGHT}", text) if language == "ar" else text


def public_asking(asking_for: str | None) -> str | None:
    """What is asked for, in the words of the HTTP contract, which has none for a case number."""
    return None if asking_for == "case_number" else asking_for


def joined(parts: tuple[Part, ...], citations: tuple[Citation, ...], channel: Channel) -> str:
    """One text: sentences of an answer run on, everything else begins a new paragraph; a text message names the
    source right after the answer."""
    text = ""
    source = f"{citations[0].url} ({citations[0].as_of.year})" if channel is Channel.SMS and citations else ""
    for part, after in zip_longest(parts, parts[1:]):
        answers = part.rests_on is not None
        goes_on = answers and after is not None and after.rests_on is not None
        text += part.text + (" " if goes_on else f"\n{source}" if answers and source else "")
        text += "" if goes_on or after is None else "\n\n"
        source = source if goes_on or not answers else ""
    return text
