"""Finds the neighborhoods that a text names, by their own names or by nicknames."""

from collections.abc import Iterator, Sequence

from assistant.place_text import Mention, Phrases, Word, words_taken
from tools.gazetteer import Gazetteer


def neighborhoods(phrases: Phrases, gazetteer: Gazetteer, taken: Sequence[Mention]) -> Iterator[tuple[str, Word, Word]]:
    """Neighborhoods named in the text, outside of streets and places, with their first and last word."""
    elsewhere = words_taken(list(taken))
    words = phrases.words
    for first in range(len(words)):
        for count, key in phrases.names(first, 2):
            if elsewhere & set(range(first, first + count)):
                continue
            if key in gazetteer.nicknames and not (count == 1 and key == "dot" and words[first].text != "Dot"):
                yield gazetteer.nicknames[key], words[first], words[first + count - 1]
                break
