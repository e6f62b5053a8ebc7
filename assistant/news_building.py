"""Builds what tells residents of their cases, where the case system can say what happened."""

from collections.abc import Callable

from assistant.news import News
from assistant.ports import Ports
from assistant.settings import Settings
from assistant.store import Store
from assistant.telling_news import NewsTeller, Quiet
from tools.case_changes import CaseChanges
from tools.clock import Clock
from tools.creatio import CreatioCRM
from tools.crm import CRM
from tools.joined_changes import JoinedChanges
from tools.local_crm import LocalCRM
from tools.memory_crm import MemoryCRM
from tools.waved_crm import WavedCRM

NEWS_SECONDS = 10.0
"""How often the case system is asked."""


def own_changes(crm: CRM, clock: Clock) -> CaseChanges | None:
    """What happens in a case system that we know; any other brings a reader of its own."""
    match crm:
        case WavedCRM():
            known = {name: own_changes(each, clock) for name, each in crm.systems.items()}
            return JoinedChanges({name: each for name, each in known.items() if each is not None})
        case CreatioCRM():
            return crm.closings(clock)
        case LocalCRM() | MemoryCRM():
            return crm
    return None


def teller_of(
    settings: Settings, ports: Ports, store: Store, changes: CaseChanges | None, *, committed: Callable[[], None]
) -> NewsTeller | None:
    """The teller; None where nobody says what happened."""
    if changes is None:
        return None
    begins, ends = settings.quiet_hours.split("-")
    return NewsTeller(
        news=News(store.database, fold_seconds=settings.news_fold_seconds),
        changes=changes,
        crm=ports.crm,
        store=store,
        catalogue=ports.catalogue,
        wording=ports.wording,
        clock=ports.clock,
        quiet=Quiet(begins=int(begins), ends=int(ends)),
        source=settings.crm,
        committed=committed,
    )
