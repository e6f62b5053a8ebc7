"""Files confirmed cases that the CRM could not take when they were confirmed, and tells their conversations."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from assistant.booking import booked_in_words
from assistant.conversation import Conversation
from assistant.drafts import FilingQueue, WaitingCase
from assistant.message import Reply
from assistant.outcome import Outcome
from assistant.ports import Photos
from assistant.sending_photos import pass_photos
from assistant.store import Store
from assistant.switches import CASES, Off, nothing_off
from assistant.turn import Step, Turn
from assistant.wording import Wording
from tools.case import Case
from tools.clock import Clock
from tools.crm import CRM, CRMError

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0


@dataclass(frozen=True)
class FileLater:
    """Tries what is waiting, the oldest first. The same key always gives the same case, so trying again is safe."""

    queue: FilingQueue
    crm: CRM
    store: Store
    wording: Wording
    clock: Clock
    committed: Callable[[], None] = lambda: None
    off: Off = nothing_off
    photos: Photos | None = None

    async def run(self) -> None:
        """One round; a case that still cannot be filed, or whose conversation is busy, waits for the next. While cases
        are switched off all of them wait."""
        if CASES in await self.off():
            return
        for waiting in await self.queue.waiting():
            try:
                case = await self.crm.create(waiting.case, key=waiting.key)
            except CRMError as error:
                await self.queue.failed(waiting.key)
                log.warning(
                    "A queued case could not be filed yet.",
                    extra={"event": "file_later", "error": type(error).__name__},
                )
                continue
            await self._tell(waiting, case, photos=await self._photos(waiting, case))

    async def _photos(self, waiting: WaitingCase, case: Case) -> str:
        """The name of the sentence that says what became of the photos; empty without one."""
        names = waiting.case.photos
        if not names:
            return ""
        here = waiting.conversation_id
        passed = await pass_photos(names, case.case_id, waiting.key, here, crm=self.crm, photos=self.photos)
        return "photo_sent" if passed else "photo_not_sent"

    async def _tell(self, waiting: WaitingCase, case: Case, *, photos: str) -> None:
        """Give the conversation its number as a turn of its own, in the same commit that settles the queue."""
        lease = await self.store.take_lease(waiting.conversation_id, seconds=LEASE_SECONDS)
        if lease is None:
            return
        try:
            conversation = await self.store.conversation(waiting.conversation_id)
            changed = conversation.model_copy(update={"cases": (*conversation.cases, case.case_id)})
            filed = {waiting.key: case.case_id}
            await self.store.commit(lease, self._turn(conversation, case, photos), changed, filed=filed)
            self.committed()
        finally:
            await self.store.release(lease)

    def _turn(self, conversation: Conversation, case: Case, photos: str) -> Turn:
        number = self.wording.say("case_filed_later", conversation.language, case=case.case_id)
        booked = booked_in_words(case, self.wording, language=conversation.language)
        shown = self.wording.say(photos, conversation.language) if photos else ""
        text = "\n".join(line for line in (number, shown, booked) if line)
        return Turn(
            turn_id=uuid4().hex,
            conversation_id=conversation.conversation_id,
            started=self.clock(),
            message_ids=(),
            outcome=Outcome.CASE_OPENED,
            outcomes=(Outcome.CASE_OPENED,),
            replies=(Reply(text=text, language=conversation.language),),
            asking_for=conversation.asked.asking_for,
            case=case,
            handed_off=conversation.handed_off,
            steps=(Step(name="file", did=f"opened case {case.case_id}, which had been waiting", ms=0),),
        )
