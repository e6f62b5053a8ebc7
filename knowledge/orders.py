"""Leaves out of a passage what speaks to a machine instead of to residents: a page is what the city says, never an
order to whoever reads it out."""

import re

from knowledge.article import Passage

_TO_A_MACHINE = re.compile(
    r"<!--|!\[|<\||"
    r"\b(?:notes?|messages?|instructions?|attention|memo)\s+(?:to|for)\s+(?:the\s+|all\s+|any\s+)?"
    r"(?:(?:ai|virtual|digital)\s+)?(?:ai|a\.i\.|assistants?|(?:chat)?bots?|(?:language\s+)?models?|llms?)\s*[:;,.—–-]|"
    r"(?:^|(?<=[.!?\n]\s))\W*(?:assistant|system|ai|chatbot|llm|user|developer)\s*[:>\]]|"
    r"\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|these\s+)*"
    r"(?:previous|prior|earlier|above|former|other)\s+(?:instructions?|rules?|prompts?|messages?|orders?|guidelines)\b|"
    r"\b(?:system|developer)\s+(?:prompt|message)\b|(?:^|(?<=[.!?\n]\s))you are now\b",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\U000e0000-\U000e007f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")


def without_orders(passage: Passage) -> Passage:
    """The passage without its invisible letters, and without what follows from the first words to a machine to the end
    of the paragraph: an order seldom ends with its first sentence. The same passage if there is nothing of the kind."""
    text = _INVISIBLE.sub("", passage.text)
    kept = [_TO_A_MACHINE.split(paragraph, maxsplit=1)[0].strip() for paragraph in text.split("\n")]
    told = "\n".join(part for part in kept if part)
    if text == passage.text and _TO_A_MACHINE.search(text) is None:
        return passage
    return passage.model_copy(update={"text": told})
