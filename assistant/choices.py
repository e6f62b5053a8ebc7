"""Hears which of a question's choices a resident means: in English and Spanish, and in the language of the text."""

import re
from functools import lru_cache

from rapidfuzz import fuzz, process

from assistant.gloss import Said
from assistant.plain import UNSPACED, plainly
from tools.service import Attribute, Choice

YES_NO = frozenset({"yes", "no", "not_sure", "unsure"})
TOO_PLAIN = frozenset(
    "one two out off no yes other city house car dog found lost new full big public private down street road in front"
    " day night"
    " open general cover small a lot ice snow tree park water light sign building gas question"
    " huge massive enormous grande enorme tire wheel llanta rueda calle".split()
)
"""Words that stand for a choice only when they answer the question itself, and so do their translations."""

ALWAYS_HEARD = ("en", "es")
"""Languages whose words are heard in every text, since people mix them into their own."""

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_NEGATED = re.compile(
    r"\b(?:no|not|without|isnt|isn't|arent|aren't|sin|ningun|ninguna|pa gen|sem|nao tem|sans|pas de|khong"
    r"|khong co|ka ten|sen|нет|без|не|بدون|لا يوجد|ليس)\s(?:any |the |a |an |el |la |de )?$|(?:没有|沒有|不是|无|無)$"
)
"""What stands before a choice that is said not to be so ("no wires")."""


def mentions(
    choice: Choice, plain: str, english: tuple[Said, ...], language: str, *, asked: bool
) -> list[tuple[int, int]]:
    """Where the words of a choice stand in a text in its plain form, or in what our lists say it means in English.

    Unless the choice's question was asked, words that may mean anything are passed over.
    """
    found = []
    for spoken, word in _heard(choice, language):
        if not asked and _means_anything(choice, spoken, word):
            continue
        pattern = _standing_alone(word)
        match = pattern.search(plain)
        if match and not _NEGATED.search(plain[: match.start()]):
            found.append(match.span())
        if spoken == "en":
            found += [(each.start, each.end) for each in english if pattern.search(each.english)]
    return found


def numbered(attribute: Attribute, plain: str) -> str | None:
    """The choice whose number in the list is the whole answer."""
    match = re.fullmatch(r"\s*#?(\d{1,2})[.)]?\s*", plain)
    place = int(match[1]) if match else 0
    return attribute.choices[place - 1].key if 1 <= place <= len(attribute.choices) else None


def nearest_choice(attribute: Attribute, plain: str, language: str) -> str | None:
    """The choice that a short answer is likest to, allowing for misspelling."""
    names = {word: choice.key for choice in attribute.choices for _, word in _heard(choice, language)}
    close = process.extractOne(plain.strip(" .!?。！？؟"), names.keys(), scorer=fuzz.WRatio, score_cutoff=84)
    if close is None and "other" in {choice.key for choice in attribute.choices} and len(plain.split()) >= 2:
        return "other"
    return names[close[0]] if close else None


def _heard(choice: Choice, language: str) -> list[tuple[str, str]]:
    """Each word of a choice that counts in a text of a language, in its plain form, with its own language."""
    spoken = [each for each in choice.names if each in ALWAYS_HEARD or each[:2] == language[:2]]
    return [(each, plainly(word)) for each in spoken for word in choice.names[each]]


def _means_anything(choice: Choice, spoken: str, word: str) -> bool:
    single = " " not in word and not (UNSPACED.search(word) and len(word) > 2)
    if single and spoken not in ALWAYS_HEARD and plainly(choice.names["en"][0]) in TOO_PLAIN:
        return True
    return word in TOO_PLAIN or len(word) < (2 if UNSPACED.search(word) else 4)


@lru_cache(maxsize=8_000)
def _standing_alone(words: str) -> re.Pattern[str]:
    """The words as a whole, with a plural's end or an Arabic article; Chinese puts no space around words."""
    if UNSPACED.search(words):
        return re.compile(re.escape(words))
    before = "(?:[وبلف]?(?:ال|لل)?)" if _ARABIC.search(words) else ""
    return re.compile(rf"(?<!\w){before}{re.escape(words)}(?:e?s)?(?!\w)")
