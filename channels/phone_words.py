"""Puts what the assistant says on the telephone into TwiML: which lines, in which voice, and what may be answered."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.asking import is_yes_no
from assistant.calls import Call
from assistant.conversation import Conversation
from assistant.language import LanguageReader
from assistant.outcome import Outcome
from assistant.readback import shortened
from assistant.reading import Asked
from assistant.turn import Turn
from assistant.wording import Wording
from channels.speech import Voice, book, spoken
from channels.twiml import Line, dial, document, gather, hangup, redirect, say
from tools.service import Catalogue

FEWEST_WORDS = 4
"""A line of fewer words is said in the voice of the conversation, whatever it looks like."""


@dataclass(frozen=True)
class PhoneWords:
    """Words and addresses of the phone line. `staff` is whom callers are put through to, if anybody."""

    wording: Wording
    catalogue: Catalogue
    languages: LanguageReader
    public_url: str
    staff: str | None

    def welcome(self) -> str:
        """Who is speaking and what can be asked, then each language in its own voice."""
        first = self._named(("call_welcome", "call_ask", "call_person_key"), "en")
        others = [
            line
            for language, voice in book().voices.items()
            if voice.digit is not None
            for line in self._lines(self.wording.say("call_language", language, digit=voice.digit), language)
        ]
        return self._listen((*first, *others), "en", 1, digits=1)

    def go_on(self, names: Iterable[str], conversation: Conversation | None, language: str, step: int) -> str:
        """Say these sentences, then where the conversation stands."""
        if conversation is None or conversation.asked.asking_for is None:
            return self.ask((*names, "call_anything_else" if conversation else "call_ask"), language, step)
        lines = [*self._named(names, language), *self._said_last(conversation)]
        return self._listen(lines, language, step, digits=_digits(conversation.asked))

    def ask(self, names: Iterable[str], language: str, step: int, *, digits: int | None = 1) -> str:
        """Say these sentences and listen."""
        return self._listen(self._named(names, language), language, step, digits=digits)

    def again(self, conversation: Conversation | None, language: str, step: int) -> str:
        """Nothing was heard: say what was asked once more."""
        if conversation is None:
            return self.ask(("call_silence", "call_ask", "call_person_key"), language, step)
        return self.go_on(("call_silence",), conversation, language, step)

    def heard(self, words: str, language: str, step: int) -> str:
        """Words that were hardly understood, to be said right or wrong."""
        lines = self._lines(self.wording.say("call_heard", language, words=shortened(words)), language)
        return self._listen(lines, language, step, digits=1)

    def reply(self, turn: Turn, conversation: Conversation, language: str, step: int) -> str:
        """What the turn said, with the keys that answer it. Danger comes first, and nothing is offered after it."""
        lines = [line for reply in turn.replies for line in self._lines(reply.text, reply.language)]
        asked = conversation.asked
        if Outcome.EMERGENCY in turn.outcomes:
            lines = [*self._named(("call_hang_up_911",), language), *lines]
        elif Outcome.CRISIS in turn.outcomes:
            lines += self._named(("call_hang_up_988",), language)
        elif asked.asking_for is None:
            lines += self._named(("call_anything_else",) if lines else ("call_say_again",), language)
        elif self._is_yes_no(asked):
            lines += self._named(("call_yes_no",), language)
        return self._listen(lines, language, step, digits=_digits(asked))

    def hold(self, language: str, step: int, *, look: int) -> str:
        """Ask for patience, and come back to look."""
        lines = self._named(("call_moment",) if look == 1 else ("call_still",) if look % 3 == 0 else (), language)
        return document(say(lines), redirect(self._url(f"wait?step={step}&look={look}")))

    def person(
        self, call: Call, step: int, *, before: tuple[str, ...] = (), texts: tuple[str, ...] = (), language: str
    ) -> str:
        """Put the caller through; or say the number where nobody can be."""
        lines = [*self._named(before, language), *(line for text in texts for line in self._lines(text, language))]
        if self.staff is None:
            own = [line for line in lines if not texts and "handed_off" not in before]
            return self._listen([*own, *self._named(("call_no_person",), language)], language, step + 1)
        dialled = dial(
            self.staff,
            whisper=self._url(f"whisper?call={call.call_id}"),
            action=self._url(f"dialled?step={step}"),
            shown=call.our_number,
        )
        return document(say(lines), dialled)

    def whisper(self, conversation: Conversation | None, language: str) -> str:
        """What the staff member hears: who calls about what. They press a key, so that no machine takes the call."""
        told = [self.wording.say("whisper_call", "en", spoken=book().names.get(language, language))]
        told += self._about(conversation)
        voice = book().voices["en"]
        lines = [Line(text=each, voice=voice) for text in told for each in spoken(text, self.wording, "en")]
        take = self._named(("whisper_take",), "en")
        listening = gather(say([*lines, *take, *take]), action=self._url("taken"), hears=None, digits=1, seconds=10)
        return document(listening, hangup())

    def taken(self, *, agreed: bool) -> str:
        """The staff member pressed the key, or did not."""
        return document() if agreed else document(hangup())

    def end(self, name: str, language: str) -> str:
        """Say one sentence and hang up."""
        return document(say(self._named((name,), language)), hangup())

    def hung_up(self) -> str:
        """Just hang up."""
        return document(hangup())

    def _about(self, conversation: Conversation | None) -> list[str]:
        work = conversation.work if conversation else None
        if work is None:
            return [self.wording.say("whisper_nothing", "en")]
        service, place = work.draft.service, work.draft.location
        told = [self.wording.say("whisper_service", "en", service=service.name)] if service else []
        told += [self.wording.say("whisper_place", "en", place=place.value)] if place else []
        told += [self.wording.say("whisper_said", "en", words=shortened(work.words[0]))]
        return told + ([self.wording.say("whisper_safety", "en")] if work.draft.safety else [])

    def _listen(self, lines: Iterable[Line], language: str, step: int, *, digits: int | None = None) -> str:
        hears = book().voices.get(language, book().voices["en"])
        return document(gather(say(lines), action=self._url(f"said?step={step}"), hears=hears, digits=digits))

    def _said_last(self, conversation: Conversation) -> list[Line]:
        said = [line for reply in conversation.said for line in self._lines(reply.text, reply.language)]
        return said or self._named(("call_ask",), conversation.language)

    def _named(self, names: Iterable[str], language: str) -> list[Line]:
        return [line for name in names for line in self._lines(self.wording.say(name, language), language)]

    def _lines(self, text: str, language: str) -> list[Line]:
        return [Line(text=each, voice=self._voice(each, language)) for each in spoken(text, self.wording, language)]

    def _voice(self, line: str, language: str) -> Voice:
        """The voice of the conversation; a sentence that we have in English only is said by an English one."""
        voices = book().voices
        if language != "en" and len(line.split()) >= FEWEST_WORDS and line.isascii():
            language = "en" if self.languages.detect(line).language == "en" else language
        return voices.get(language, voices["en"])

    def _is_yes_no(self, asked: Asked) -> bool:
        service = self.catalogue.services.get(asked.service or "")
        attribute = service.attribute(asked.asking_for or "") if service else None
        return attribute is not None and is_yes_no(attribute)

    def _url(self, rest: str) -> str:
        return f"{self.public_url.rstrip('/')}/voice/{rest}"


def _digits(asked: Asked) -> int | None:
    """How many keys answer what is asked; None where it may be any number of them. Where one is enough nobody waits for
    more, least of all who wants a person."""
    return 1 if asked.asking_for is None or 0 < len(asked.options) < 10 else None
