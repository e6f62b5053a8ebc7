"""Checks the sentences a model worded: each must say what its passage says, with its figures, links and names only."""

import re
from dataclasses import dataclass

from assistant.openai_names import NameCheck
from assistant.openai_wire import WireAnswer, WireSentence
from assistant.placeholders import found
from assistant.prompting import passage_text
from knowledge.article import Passage
from knowledge.grounding import ungrounded
from knowledge.vectors import Encoder

LIKE = 0.5
"""The least cosine between a sentence and the words it says it is from, in one language."""

MUCH_LONGER = 2.5
"""A sentence may be so many times as long as the words it is from."""

_LINK = re.compile(r"https?://[^\s)\]>,;]+(?<![.:!?])|\b(?:www\.)?boston\.gov(?:/[^\s)\]>,;]*(?<![.:!?]))?")
_LINKISH = re.compile(
    r"https?:|www\.|\[LINK_|\w@\w|\b[\w-]{2,}\.(?:com|net|org|gov|edu|info|io|ru|cn|xyz|us|ly)\b", re.I
)


@dataclass(frozen=True)
class Linked:
    """A passage, and the text of it that a model sees: its links stand as tokens."""

    passage: Passage
    text: str
    links: dict[str, str]

    def restored(self, text: str) -> str:
        """A text with the links of this passage put back."""
        for token, link in self.links.items():
            text = text.replace(token, link)
        return text


def linked(passages: tuple[Passage, ...]) -> tuple[Linked, ...]:
    """The passages with tokens for links, numbered through all of them."""
    tokens: dict[str, str] = {}

    def token(match: re.Match[str]) -> str:
        return tokens.setdefault(match[0], f"[LINK_{len(tokens) + 1}]")

    shown = [(passage, _LINK.sub(token, passage_text(passage))) for passage in passages]
    links = {name: link for link, name in tokens.items()}
    return tuple(
        Linked(passage, text, {name: link for name, link in links.items() if name in text}) for passage, text in shown
    )


@dataclass(frozen=True, eq=False)
class AnswerCheck:
    """Keeps of a model's answer what its passages say."""

    encoder: Encoder
    names: NameCheck

    def worded(self, wire: WireAnswer, given: tuple[Linked, ...], *, language: str) -> tuple[str, ...]:
        """The sentences that hold, with their links put back."""
        kept = [
            given[each.passage - 1].restored(" ".join(each.text.split()))
            for each in wire.sentences
            if 1 <= each.passage <= len(given) and self._holds(each, given[each.passage - 1], language)
        ]
        return tuple(dict.fromkeys(kept))

    def _holds(self, sentence: WireSentence, source: Linked, language: str) -> bool:
        quote = found(sentence.quote, source.text)
        bare = sentence.text
        for token in source.links:
            bare = bare.replace(token, "")
        if quote is None or not bare.strip() or _LINKISH.search(bare):
            return False
        said, meant = source.restored(sentence.text), source.restored(quote.quote)
        if len(said) > MUCH_LONGER * len(meant) + 20 or ungrounded(said, (source.passage,)):
            return False
        passage = source.passage
        text = f"{passage.title} {passage.heading} {passage.text}"
        if self.names.strangers(_without_links(said), text, language=language, original=passage.language):
            return False
        if language != source.passage.language:
            return not ungrounded(_without_links(meant), (_as_passage(said, source.passage),))
        return float(self.encoder.encode_one(said) @ self.encoder.encode_one(meant)) >= LIKE


def _without_links(text: str) -> str:
    return _LINK.sub(" ", text)


def _as_passage(text: str, like: Passage) -> Passage:
    """A translated sentence as something in which every figure of its source must stand."""
    return like.model_copy(update={"text": text, "heading": "", "url": ""})
