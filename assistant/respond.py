"""Answers the unanswered messages of a conversation as one turn, whatever goes wrong inside it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

from assistant import tracing
from assistant.conversation import Conversation
from assistant.graph import TurnGraph
from assistant.message import Channel, Message, Reply
from assistant.model_ledger import SECONDS, opened_ledger
from assistant.outcome import Outcome
from assistant.paging import paged
from assistant.ports import Ports
from assistant.progress import Progress
from assistant.proof import lapsed
from assistant.sending_photos import with_photos
from assistant.turn import Step, Turn, turn_id_of
from assistant.under_way import working_on
from assistant.wishes import heard
from assistant.work import Responded

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Responder:
    """The one place where a failure inside a turn becomes a calm sentence instead of silence."""

    graph: TurnGraph
    ports: Ports
    versions: Mapping[str, str]

    async def __call__(self, conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        """The finished turn and the conversation after it. A failed turn leaves the conversation as it was."""
        progress = self._begin(conversation, messages)
        doing = tracing.turn(conversation.conversation_id, progress.turn_id, channel=conversation.channel.value)
        with working_on(conversation.conversation_id, progress.turn_id), doing:
            responded = await self._answered(progress)
            doing.came_to(responded.turn.outcomes, engine=responded.turn.engine)
            return responded

    async def _answered(self, progress: Progress) -> Responded:
        conversation, began = progress.conversation, perf_counter()
        try:
            with opened_ledger(conversation.conversation_id, seconds=SECONDS[conversation.channel]) as ledger:
                turn, after = await self.graph.run(progress)
                kept = with_photos(after.conversation, progress.media)
        except Exception as error:  # the outermost boundary of a turn: a resident always gets an answer
            log.exception("A turn failed.", extra={"event": "turn_failed"})
            failed = Responded(turn=self._failed(progress, error), conversation=conversation)
            return paged(failed, self.ports.wording)
        took = round((perf_counter() - began) * 1000, 2)
        whole = Step(name="turn", did="answered the message", ms=took)
        versions = {**self.versions, "index": self.ports.library.version}
        finished = turn.model_copy(update={"steps": (*turn.steps, *ledger.steps(), whole), "versions": versions})
        done = Responded(turn=finished, conversation=kept, to_file=after.to_file)
        return paged(done, self.ports.wording)

    async def park(self, conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        """A turn that leaves to a person what could not be answered, and tells the resident so once."""
        told = conversation.language
        turn = Turn(
            turn_id=uuid4().hex,
            conversation_id=conversation.conversation_id,
            started=self.ports.clock(),
            message_ids=tuple(message.message_id for message in messages),
            outcome=Outcome.HANDED_OFF,
            outcomes=(Outcome.HANDED_OFF,),
            replies=(Reply(text=self.ports.wording.say("parked", told), language=told),),
            handed_off=True,
            steps=(Step(name="turn", did="failed too often; parked for a person", ms=0),),
            versions=dict(self.versions),
        )
        after = conversation.model_copy(update={"handed_off": True})
        return paged(Responded(turn=turn, conversation=after), self.ports.wording)

    def _begin(self, conversation: Conversation, messages: tuple[Message, ...]) -> Progress:
        said = heard(messages, self.ports.screen, conversation)
        return Progress(
            turn_id=turn_id_of(conversation.conversation_id, messages[0].message_id),
            now=self.ports.clock(),
            conversation=lapsed(conversation, self.ports.clock()),
            text=said.text,
            wish=said.wish,
            by_carrier=said.by_carrier,
            limited=messages[-1].limited,
            message_ids=tuple(message.message_id for message in messages),
            media=tuple(media for message in messages for media in message.media),
            engine=self.ports.engine.name,
        )

    def _failed(self, progress: Progress, error: Exception) -> Turn:
        text = self.ports.wording.say("failed", progress.language)
        return Turn(
            turn_id=progress.turn_id,
            conversation_id=progress.conversation.conversation_id,
            started=progress.now,
            message_ids=progress.message_ids,
            outcome=Outcome.FAILED,
            outcomes=(Outcome.FAILED,),
            replies=(Reply(text=text, language=progress.language),),
            asking_for=progress.conversation.asked.asking_for,
            handed_off=progress.conversation.handed_off,
            engine=progress.engine,
            steps=(Step(name="turn", did="failed", ms=0, detail={"error": type(error).__name__}),),
            versions=dict(self.versions),
        )


@dataclass(frozen=True)
class ByChannel:
    """Answers calls in words that are made for the ear, and everything else in those for the eye."""

    written: Responder
    spoken: Responder

    async def __call__(self, conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        """The finished turn and the conversation after it."""
        return await self._of(conversation)(conversation, messages)

    async def park(self, conversation: Conversation, messages: tuple[Message, ...]) -> Responded:
        """A turn that leaves to a person what could not be answered."""
        return await self._of(conversation).park(conversation, messages)

    def _of(self, conversation: Conversation) -> Responder:
        return self.spoken if conversation.channel is Channel.VOICE else self.written
