"""Suggests a case draft from what a caller says, for the desk and for `beacon draft`."""

from dataclasses import dataclass
from uuid import uuid4

from assistant.answer import answer
from assistant.asking import Asker
from assistant.check import check
from assistant.conversation import Conversation, Work
from assistant.message import Channel
from assistant.model_ledger import DESK_SECONDS, opened_ledger
from assistant.next_thing import next_thing
from assistant.owners import referral
from assistant.ports import Ports
from assistant.progress import Progress
from assistant.reading import Asked, Reading, Request
from assistant.refer import owner
from assistant.reply import joined
from assistant.status import status
from tools.draft import Draft, Kind
from tools.value import Value


class Suggestion(Value):
    """A draft, and what it was read from."""

    draft: Draft
    text: str


@dataclass(frozen=True)
class Suggester:
    """Makes drafts, and answers what is no report. It writes nothing and remembers nothing."""

    ports: Ports

    async def draft(self, text: str, *, language: str | None = None) -> Draft:
        """The draft of the first request of a text, with further ones in `more`. Never raises for any text."""
        with opened_ledger("", seconds=DESK_SECONDS):
            return await self._draft(text, language=language)

    async def _draft(self, text: str, *, language: str | None) -> Draft:
        screened = self.ports.screen(text, Channel.WEB)
        reading = await self.ports.engine.read(text, Asked(language=language, now=self.ports.clock()))
        drafts = [await self._of(request, reading) for request in reading.requests]
        first, *more = drafts or [self._nothing(reading)]
        if screened.safety is None:
            return first.model_copy(update={"more": tuple(more)})
        name = "crisis" if screened.safety == "988" else self.ports.wording.hazard(screened.rule)
        words = self.ports.wording.say(name, reading.language)
        urgent = {"safety": screened.safety, "suggested_reply": words, "next_question": None}
        return first.model_copy(update=urgent | {"more": tuple(more)})

    async def _of(self, request: Request, reading: Reading) -> Draft:
        now = self.ports.clock()
        draft = self.ports.drafter.start(request, language=reading.language, engine=reading.engine, now=now)
        draft = await self.ports.drafter.looked_up(draft, now=now)
        draft = await self.ports.drafter.with_duplicates(draft, request.words.quote, now=now)
        if draft.kind is not Kind.REPORT:
            return draft.model_copy(update={"suggested_reply": await self._other(request, reading), "missing": ()})
        agency = owner(request, self.ports.catalogue)
        if agency is not None and agency.referral_service is None:
            told = referral(agency, self.ports.wording, language=reading.language)
            return draft.model_copy(update={"suggested_reply": told, "missing": ()})
        work = Work(draft=draft, words=(request.words.quote,))
        question = Asker(self.ports.catalogue, self.ports.wording, reading.language).ask(
            next_thing(work, self.ports.catalogue), work
        )
        asks = question.asked.asking_for != "confirmation"
        reply = "\n".join(part for part in (self._referral(request, reading), question.text) if part)
        return draft.model_copy(update={"next_question": question.text if asks else None, "suggested_reply": reply})

    def _referral(self, request: Request, reading: Reading) -> str:
        agency = owner(request, self.ports.catalogue)
        return referral(agency, self.ports.wording, language=reading.language) if agency else ""

    async def _other(self, request: Request, reading: Reading) -> str:
        """What to tell somebody who does not report anything: the answer, how a case stands, or a fixed sentence."""
        step = {Kind.QUESTION: answer, Kind.STATUS: status}.get(request.kind)
        if step is None:
            names = {Kind.PERSON: "handed_off", Kind.FEEDBACK: "feedback_thanks"}
            return self.ports.wording.say(names.get(request.kind, "how_can_i_help"), reading.language)
        asked = Conversation(conversation_id=uuid4().hex, channel=Channel.WEB, language=reading.language)
        text = request.words.quote
        turn = Progress(
            turn_id=uuid4().hex,
            now=self.ports.clock(),
            conversation=asked,
            text=text,
            queue=(request,),
            reading=reading,
        )
        told = check(turn.after(await step(turn, self.ports)), self.ports)
        return joined(told.say, told.citations, Channel.WEB)

    def _nothing(self, reading: Reading) -> Draft:
        reply = self.ports.wording.say("how_can_i_help", reading.language)
        return Draft(
            draft_id=uuid4().hex,
            language=reading.language,
            engine=reading.engine,
            kind=Kind.OTHER,
            suggested_reply=reply,
        )
