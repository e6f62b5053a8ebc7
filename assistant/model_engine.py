"""The engine behind a language model: reads and words through it, and believes only what can be checked."""

from dataclasses import dataclass
from functools import cached_property

from assistant.embedded import EmbeddedEngine
from assistant.engine import EngineFailed
from assistant.model import Prompt
from assistant.model_caller import ModelCaller
from assistant.openai_fields import Quoted
from assistant.openai_reading import Verifier
from assistant.openai_wire import WireAnswer, WireReading
from assistant.openai_wording import AnswerCheck, Linked, linked
from assistant.placeholders import Masker
from assistant.prompting import reading_prompt, wording_prompt
from assistant.reading import Asked, Reading
from knowledge.article import Passage
from tools.draft import Kind
from tools.service import Service

CANDIDATES = 6
"""Services that are described to a model beside the ones our own reader holds likely."""

MOST_CANDIDATES = 9
"""The most services that are described: a message of several requests has several likely ones each."""

SURELY_A_QUESTION = 0.9
"""From this share on our own reader's question is believed without a model. Of 2,500 reports of others (development
halves) three are read so, all of them notices; of 173 own questions 130."""

SHORT_QUESTION = 200
"""Characters of a question that our own reader may be sure of."""

READ = 4_000
"""Characters of a message that are read; the screen refuses longer ones before an engine sees them."""

PASSAGES = 4
"""Passages that are given to a model for one answer."""


@dataclass(frozen=True, eq=False)
class ModelEngine:
    """Implements `assistant.engine.Engine`. Raises EngineFailed when the model gives nothing that can be used."""

    embedded: EmbeddedEngine
    caller: ModelCaller
    verifier: Verifier
    answers: AnswerCheck
    masker: Masker
    name: str = "openai"

    async def read(self, message: str, asked: Asked) -> Reading:
        """Understand a message. What our own reader understands whole as a reply, or is sure is one question, goes
        to no model. Raises EngineFailed."""
        text = message[:READ]
        own = await self.embedded.read(text, asked)
        if not text.strip() or _only_a_reply(own, asked) or _surely_one_question(own, asked):
            return own
        shown = _Shown(text, self.masker)
        try:
            wire = await self.caller.ask(
                "read",
                lambda: self._reading_prompt(shown.quoted, asked, own),
                WireReading,
                accept=lambda each: _says_something(each, own, asked),
            )
        except EngineFailed as error:
            error.reading = own
            raise
        return self.verifier.reading(wire, shown.quoted, asked, own)

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        """The sentences that answer a question, each with figures and links of its passage only. Raises
        EngineFailed."""
        source = _Source(passages[:PASSAGES])
        wire = await self.caller.ask(
            "word",
            lambda: wording_prompt(
                self.masker.mask(question[:READ]).text,
                [each.text for each in source.linked],
                language=language,
                sentences=sentences,
            ),
            WireAnswer,
            accept=lambda each: not each.sentences or bool(self._worded(each, source, language)),
        )
        return self._worded(wire, source, language)[:sentences]

    def _reading_prompt(self, quoted: Quoted, asked: Asked, own: Reading) -> Prompt:
        return reading_prompt(
            quoted.masked.text,
            self._masked(asked),
            candidates=self._candidates(quoted.text, own),
            under_way=self.embedded.catalogue.services.get(asked.service or ""),
        )

    def _worded(self, wire: WireAnswer, source: "_Source", language: str) -> tuple[str, ...]:
        return self.answers.worded(wire, source.linked, language=language)

    def _masked(self, asked: Asked) -> Asked:
        mask = self.masker.mask
        return asked.model_copy(
            update={name: tuple(mask(each).text for each in getattr(asked, name)) for name in _TOLD}
        )

    def _candidates(self, text: str, own: Reading) -> tuple[Service, ...]:
        """The services a message may mean: those of our own reading, and the next nearest."""
        services = [each.service for each in own.requests if each.service]
        codes = [code for each in services for code in (each.code, *(other.code for other in each.alternatives))]
        near = self.embedded.requests.ranker.nearest(text, count=CANDIDATES, language=own.language)
        likely = tuple(dict.fromkeys((*codes, *near)))[:MOST_CANDIDATES]
        return tuple(self.embedded.catalogue.services[code] for code in likely)


@dataclass(frozen=True)
class _Shown:
    """A message, masked only when a model is really asked."""

    text: str
    masker: Masker

    @cached_property
    def quoted(self) -> Quoted:
        """The message and what a model sees of it."""
        return Quoted(self.text, self.masker.mask(self.text))


@dataclass(frozen=True)
class _Source:
    """The passages of an answer, their links made tokens only when a model is really asked."""

    passages: tuple[Passage, ...]

    @cached_property
    def linked(self) -> tuple[Linked, ...]:
        """The passages as a model sees them."""
        return linked(self.passages)


_TOLD = ("options", "earlier", "said")


def _only_a_reply(own: Reading, asked: Asked) -> bool:
    """Whether our own reader understood the message as nothing but a reply to what was asked."""
    replies = own.consent is not None or own.choice is not None or own.repair is not None
    return asked.asking_for is not None and replies and not own.requests and not own.corrects


def _surely_one_question(own: Reading, asked: Asked) -> bool:
    """Whether our own reader is sure of a short English question that nothing went before: a model would only say so
    again, and the call for its wording comes anyway."""
    if asked.asking_for is not None or asked.earlier or own.language != "en" or len(own.requests) != 1:
        return False
    (request,) = own.requests
    short = len(request.words.quote) <= SHORT_QUESTION
    return request.kind is Kind.QUESTION and short and request.asks >= SURELY_A_QUESTION and own.location is None


def _says_something(wire: WireReading, own: Reading, asked: Asked) -> bool:
    """Whether a reading holds anything at all where our own reader found a request."""
    replies = wire.reply is not None and asked.asking_for is not None
    return bool(wire.requests) or replies or wire.thanks or not own.requests
