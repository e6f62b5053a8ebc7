"""Reads what happened to cases and texts those who asked for it: by day, once, and several changes in one text."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from assistant.contacts import conversation_with
from assistant.conversation import Conversation
from assistant.leases import Lease
from assistant.message import Reply
from assistant.news import Bundle, Item, News
from assistant.news_rows import NUMBER, NewsWritten
from assistant.news_words import news_text
from assistant.outcome import Outcome
from assistant.paging import paged
from assistant.store import Store
from assistant.turn import Step, Turn
from assistant.wording import Wording
from assistant.work import Responded
from tools.case_changes import CaseChanges
from tools.clock import Clock, city_time
from tools.crm import CRM, CaseNotFound, CRMError
from tools.service import Catalogue
from tools.value import Value

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
MOST_ROUNDS = 50
LONGEST_PAUSE = 900.0
"""Seconds at most before a case system that failed is asked again."""


class Quiet(Value):
    """The hours, by the city's clock, in which nobody is texted unasked: from `begins` to `ends`, over midnight."""

    begins: int
    ends: int

    def at(self, moment: datetime) -> bool:
        """Whether it is one of them."""
        hour = city_time(moment).hour
        if self.begins <= self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends


@dataclass
class Backoff:
    """When the case system is asked again after it failed, further apart each time."""

    failures: int = 0
    until: float = 0.0

    def failed(self) -> None:
        """It failed once more."""
        self.failures += 1
        self.until = time.monotonic() + min(LONGEST_PAUSE, 2.0**self.failures)


@dataclass(frozen=True)
class NewsTeller:
    """Periodic work. A change is told once however often it comes, wherever we are killed: an item has a name of its
    own, the mark is kept with the items, and the text with the item's end. `source` names whose mark it is; `seen` are
    changes that came again and are noted already.
    """

    news: News
    changes: CaseChanges
    crm: CRM
    store: Store
    catalogue: Catalogue
    wording: Wording
    clock: Clock
    quiet: Quiet
    source: str = "local"
    committed: Callable[[], None] = lambda: None
    backoff: Backoff = field(default_factory=Backoff)
    seen: set[tuple[str, str]] = field(default_factory=set)

    async def run(self) -> None:
        """One round: read what happened, then tell what is due."""
        if time.monotonic() < self.backoff.until:
            return
        try:
            await self._read()
            for bundle in await self.news.due(but_numbers=self.quiet.at(self.clock())):
                await self._tell(bundle)
        except CRMError as error:
            self.backoff.failed()
            told = {"event": "news_waits", "error": type(error).__name__}
            log.warning("The case system could not be asked for news; this is tried again.", extra=told)
        else:
            self.backoff.failures = 0

    async def _read(self) -> None:
        mark = await self.news.mark(self.source)
        for _ in range(MOST_ROUNDS):
            found = await self.changes.changes(mark)
            fresh = tuple(each for each in found.changes if (each.change_id, each.case_id) not in self.seen)
            if not fresh and found.mark == mark:
                return
            await self.news.note(self.source, fresh, found.mark)
            self.seen.clear()
            self.seen.update((each.change_id, each.case_id) for each in found.changes)
            mark = found.mark

    async def _tell(self, bundle: Bundle) -> None:
        """Tell what waits as one text, in the conversation by text with whoever asked."""
        conversation_id = await conversation_with(self.store, bundle.contact)
        lease = await self.store.take_lease(conversation_id, seconds=LEASE_SECONDS)
        if lease is None:
            return
        try:
            items = await self.news.items(bundle)
            if not items:
                return
            numbers = tuple(item for item in items if item.kind == NUMBER)
            await self._text(lease, bundle, numbers or items)
        except CaseNotFound:
            await self.news.drop(bundle)
        finally:
            await self.store.release(lease)

    async def _text(self, lease: Lease, bundle: Bundle, items: tuple[Item, ...]) -> None:
        case = await self.crm.get(bundle.case_id)
        first = not await self.news.told_before(bundle)
        text = news_text(case, items, self.catalogue, self.wording, language=bundle.language, first=first)
        if not text:
            await self.news.drop(bundle)
            return
        before = await self.store.conversation(lease.conversation_id)
        after = _remembering(before, bundle.case_id, numbered=items[0].kind == NUMBER)
        turn = self._turn(before, bundle, text, items)
        texts = paged(Responded(turn=turn, conversation=after), self.wording)
        told = NewsWritten(told=tuple(item.key for item in items))
        await self.store.commit(lease, turn, texts.conversation, texts=texts.texts, news=told)
        self.committed()

    def _turn(self, before: Conversation, bundle: Bundle, text: str, items: tuple[Item, ...]) -> Turn:
        did = f"told of case {bundle.case_id}: {', '.join(item.kind for item in items)}"
        return Turn(
            turn_id=uuid4().hex,
            conversation_id=before.conversation_id,
            started=self.clock(),
            message_ids=(),
            outcome=Outcome.STATUS_GIVEN,
            outcomes=(Outcome.STATUS_GIVEN,),
            replies=(Reply(text=text, language=bundle.language),),
            asking_for=None,
            handed_off=before.handed_off,
            steps=(Step(name="news", did=did, ms=0),),
        )


def _remembering(before: Conversation, case_id: str, *, numbered: bool) -> Conversation:
    """What a reply to the text may be about: this case, and news of it where that was offered."""
    cases = before.cases if case_id in before.cases else (*before.cases, case_id)
    news = {"offered": case_id} if numbered else {"news_of": case_id, "news": _with(before.news, case_id)}
    return before.model_copy(update={"cases": cases, **news})


def _with(news: tuple[str, ...], case_id: str) -> tuple[str, ...]:
    return news if case_id in news else (*news, case_id)
