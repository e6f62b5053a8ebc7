"""Cases that a department sent back: each a task with corrected suggestions; staff decide, and the decision is kept.

A suggestion comes, in this order, from what the department wrote, from earlier decisions on such cases, from whose
land the place is on, from the rules asked anew, from what else the resident's words read like, and, in the legacy
system, from where its records show such cases. A team that sent the case back is never suggested again.

    CRMError
    └── NotSentBack     nobody waits for a decision on this case (any more)
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.denials import without_denials
from assistant.jurisdiction import read_jurisdiction
from assistant.model_ledger import DESK_SECONDS, opened_ledger
from assistant.next_thing import SURE_ENOUGH
from assistant.ports import Ports
from assistant.reading import Asked
from assistant.switched_off import takes_cases
from tools.case import Case
from tools.crm import CRM, CRMRejected
from tools.districts import load_districts
from tools.draft import FieldValue
from tools.legacy_queues import load_other_queues
from tools.returned import ReturnedCases, SentBack, had_it, who_sent_back
from tools.routing_feedback import Decision, RoutingFeedback
from tools.teams import teams_of
from tools.value import Value

ENOUGH = 2
"""From so many alike decisions on, most of them to one team, an earlier decision is suggested."""

POSSIBLE = 0.1
"""Below this confidence the resident's words speak for no other service."""

MOST = 5
MOST_OF_WORDS = 2
"""So many services that the resident's words read like are suggested, before what the records show."""


class NotSentBack(CRMRejected):
    """Nobody waits for a decision on this case."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"The case {case_id!r} does not wait to be given to another team.")


class By(StrEnum):
    """What a suggestion rests on."""

    REASON = "reason"
    DECIDED = "decided"
    LAND = "land"
    RULES = "rules"
    WORDS = "words"
    RECORDS = "records"


class Correction(Value):
    """A team that may be the right one, as which service (None: as it is), and why, for people to read."""

    department: str
    team: str
    service: str | None
    by: By
    why: str


class Task(Value):
    """A case that waits for a decision, who sent it back, and the suggestions, likeliest first."""

    case: Case
    sent_back: SentBack
    suggestions: tuple[Correction, ...]


@dataclass(frozen=True)
class Reallocator:
    """Makes the tasks and carries out what was decided."""

    ports: Ports
    feedback: RoutingFeedback

    async def task(self, case_id: str) -> Task:
        """The task of a case. Raises CaseNotFound, NotSentBack, CRMError."""
        case = await self.ports.crm.get(case_id)
        if case.returned is None:
            raise NotSentBack(case_id)
        had, found = had_it(case), dict[str, Correction]()
        with opened_ledger("", seconds=DESK_SECONDS):
            async for each in self._corrections(case, who_sent_back(case)):
                if each.team not in had:
                    found.setdefault(each.team, each)
        return Task(case=case, sent_back=who_sent_back(case), suggestions=tuple(found.values())[:MOST])

    async def decide(self, task: Task, *, team: str, service: str | None = None, reason: str = "") -> Case:
        """Give the case to a team. The first decision stands; a later one of the same return raises NotSentBack.
        Raises CRMRejected for a team that nobody knows, CRMError."""
        case, first = task.case, task.suggestions[0] if task.suggestions else None
        department = teams_of(self.ports.catalogue).get(team)
        if department is None or (service is not None and service not in self.ports.catalogue.services):
            raise CRMRejected(f"There is no team {team!r}." if department is None else f"There is no {service!r}.")
        since = case.returned.isoformat() if case.returned else ""
        key, why = f"reallocate:{case.case_id}:{since}", reason or task.sent_back.reason or "sent back"
        await takes_cases(self.ports.off)
        given = await self.ports.crm.assign(
            case.case_id, department=department, team=team, reason=why, service=service, key=key
        )
        if given.route is not None and given.route.team != team:
            raise NotSentBack(case.case_id)
        decision = Decision(
            key=key,
            at=self.ports.clock(),
            case_id=case.case_id,
            service=case.service,
            area=load_districts().of(case.location) or "",
            rule=_first_rule(case),
            from_department=task.sent_back.department,
            from_team=task.sent_back.team,
            why=task.sent_back.reason,
            suggested_team=first.team if first else None,
            suggested_by=first.by.value if first else None,
            to_department=department,
            to_team=team,
            to_service=service,
            accepted=first is not None and (first.team, first.service) == (team, service),
            reason=why,
        )
        await self.feedback.add(decision)
        return given

    async def _corrections(self, case: Case, sent: SentBack) -> AsyncIterator[Correction]:
        for each in self._of_agency(sent.reason, case, By.REASON):
            yield each
        for each in await self._decided(case, sent):
            yield each
        for each in await self._read_as(sent.reason, case, By.REASON, at_least=SURE_ENOUGH):
            yield each
        for each in self._of_agency(case.description, case, By.LAND):
            yield each
        if (
            anew := self._routed(case.service, case, By.RULES, "With what is known now the rules send it there.")
        ) is not None:
            yield anew
        for each in (await self._read_as(case.description, case, By.WORDS, at_least=POSSIBLE))[:MOST_OF_WORDS]:
            yield each
        for queue in load_other_queues().get(case.service, ()) if case.route and case.route.system == "legacy" else ():
            why = "The records show that cases of this service that went elsewhere went there."
            yield Correction(department=queue.department, team=queue.team, service=None, by=By.RECORDS, why=why)

    def _of_agency(self, words: str, case: Case, by: By) -> Iterator[Correction]:
        """The queue of the agency that words or the land name."""
        place = case.location if by is By.LAND else None
        known = case.service if case.service in self.ports.catalogue.services else None
        plain = without_denials(words)
        whose = read_jurisdiction(plain, place, self.ports.catalogue, service=known, outside=None)
        agency = self.ports.catalogue.agencies.get(whose.agency or "")
        if not whose.city and agency is not None and agency.referral_service is not None:
            found = self._routed(agency.referral_service, case, by, f"{whose.why[:1].upper()}{whose.why[1:]}.")
            yield from [found] if found else []

    async def _decided(self, case: Case, sent: SentBack) -> list[Correction]:
        given = await self.feedback.given(case.service, sent.team, load_districts().of(case.location) or "")
        every = sum(each.times for each in given)
        if not given or given[0].times < ENOUGH or given[0].times * 2 <= every:
            return []
        most = given[0]
        why = f"{most.times} of {every} such cases that {sent.team} sent back were given to this team."
        return [Correction(department=most.department, team=most.team, service=most.service, by=By.DECIDED, why=why)]

    async def _read_as(self, words: str, case: Case, by: By, *, at_least: float) -> list[Correction]:
        """The teams of the other services that words read like."""
        if not words.strip():
            return []
        language = case.language if by is By.WORDS else "en"
        text = words if by is By.WORDS else without_denials(words)
        reading = await self.ports.engine.read(text, Asked(language=language, now=self.ports.clock()))
        read = [each.service for each in reading.requests if each.service is not None]
        named = [(each.code, each.confidence) for each in read]
        named += [(other.code, other.confidence) for each in read for other in each.alternatives]
        whose = "What the department wrote" if by is By.REASON else "What the resident wrote"
        found = [
            self._routed(code, case, by, f"{whose} reads like: {self.ports.catalogue.services[code].name()}.")
            for code, certain in named
            if certain >= at_least and code != case.service
        ]
        return [each for each in found if each is not None]

    def _routed(self, code: str, case: Case, by: By, why: str) -> Correction | None:
        """Where the rules send the case as a service; None for a service that we do not know."""
        service = self.ports.catalogue.services.get(code)
        if service is None:
            return None
        if case.route is not None:  # the queues of the system that holds the case, also where the service has moved
            service = service.model_copy(update={"system": case.route.system})
        asked = {each.code for each in service.attributes}
        answers: dict[str, FieldValue] = {name: said for name, said in case.attributes.items() if name in asked}
        route = self.ports.drafter.route(service, answers, case.location, case.opened)
        other = code if code != case.service else None
        return Correction(department=route.department, team=route.team, service=other, by=by, why=why)


async def waiting(crm: CRM) -> tuple[Case, ...]:
    """The cases that wait, the longest first; none where the case system cannot say. Raises CRMError."""
    return await crm.returned() if isinstance(crm, ReturnedCases) else ()


def _first_rule(case: Case) -> str:
    """The rule that sent the case where it was sent back from: what the history says, else what its route does."""
    rules = [each.detail["rule"] for each in case.history if each.detail.get("rule")]
    return rules[0] if rules else case.route.rule if case.route else ""
