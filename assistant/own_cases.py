"""The cases that somebody may ask about without a number: those of this conversation and of their own proven phone."""

import re

from assistant.ports import Ports
from assistant.progress import Progress
from tools.case import Case, Status
from tools.service import Catalogue

MOST_OTHERS = 4
"""How many further cases are named beside the one that is told about."""

_WORD = re.compile(r"[^\W\d_]{4,}|\d+")


async def own_cases(turn: Progress, ports: Ports) -> tuple[Case, ...]:
    """Newest first. Raises CaseNotFound, CRMError."""
    conversation = turn.conversation
    own = [] if conversation.phone is None else list(await ports.crm.reported_by(conversation.phone))
    known = {case.case_id for case in own}
    own += [await ports.crm.get(number) for number in conversation.cases if number not in known]
    return tuple(sorted(own, key=lambda case: (case.opened, case.case_id), reverse=True))


def meant_case(own: tuple[Case, ...], words: str, catalogue: Catalogue) -> tuple[Case | None, tuple[Case, ...]]:
    """The case that shares most words with the question, else the newest; and the others that are open."""
    if not own:
        return None, ()
    asked = _words(words)
    meant = max(own, key=lambda case: len(asked & _words(_about(case, catalogue))))
    others = [case for case in own if case is not meant and case.status is Status.OPEN]
    return meant, tuple(others[:MOST_OTHERS])


def others_in_words(cases: tuple[Case, ...], catalogue: Catalogue, language: str) -> str:
    """Number, service and place of each."""
    return "; ".join(_line(case, catalogue, language) for case in cases)


def _line(case: Case, catalogue: Catalogue, language: str) -> str:
    service = catalogue.services.get(case.service)
    name = service.name(language) if service else case.service
    return f"{case.case_id} ({name}, {case.location.value})" if case.location else f"{case.case_id} ({name})"


def _about(case: Case, catalogue: Catalogue) -> str:
    service = catalogue.services.get(case.service)
    place = case.location.value if case.location else ""
    return f"{service.name('en') if service else ''} {place} {case.description}"


def _words(text: str) -> frozenset[str]:
    """Words of four letters and more without an ending -s, and numbers."""
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.casefold()))
