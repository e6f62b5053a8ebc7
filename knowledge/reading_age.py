"""How old a reader must be for an English text: the grade of J. P. Kincaid and R. Flesch (1975), plus five years."""

import re

from knowledge.sentences import ITEM, sentences_of

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^aeioutdy]ed|[^laeiouy]e)$")
_SKIPPED = re.compile(r"https?://\S+|\b[\w-]+\.(?:gov|org|com|net)\S*|\S+@\S+")
YEARS_BEFORE_SCHOOL = 5


def reading_age(text: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word - 15.59 + 5; addresses are left out, an item of a list is a
    sentence.

    Syllables are runs of vowels without a silent ending: right for most words, one off for the rest. Good to half a
    year on a page, meaningless for a line; 0 for a text without words.
    """
    sentences = [
        part
        for sentence in sentences_of(_SKIPPED.sub(" ", text))
        for part in sentence.split(f"\n{ITEM}")
        if _WORD.search(part)
    ]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59
    return max(0.0, grade + YEARS_BEFORE_SCHOOL)


def syllables(word: str) -> int:
    """The syllables of an English word, at least one."""
    small = word.casefold()
    return max(1, len(_VOWELS.findall(_SILENT.sub("", small) if len(small) > 3 else small)))
