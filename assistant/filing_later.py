"""Files confirmed cases that the CRM could not take when they were confirmed, and keeps the number for the
conversation."""

import logging
from dataclasses import dataclass
from functools import partial

from assistant.drafts import FilingQueue
from assistant.store import Store
from assistant.wording import Wording
from tools.crm import CRM, CRMError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileLater:
    """Tries what is waiting, the oldest first. The same key always gives the same case, so trying again is safe."""

    queue: FilingQueue
    crm: CRM
    store: Store
    wording: Wording

    async def run(self) -> None:
        """One round; a case that still cannot be filed stays in the queue."""
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
            conversation_id = await self.queue.filed(waiting.key, case.case_id)
            await self.store.announce(
                conversation_id,
                case_id=case.case_id,
                say=partial(self._words, case.case_id),
            )

    def _words(self, case_id: str, language: str) -> str:
        return self.wording.say("case_filed_later", language, case=case_id)
