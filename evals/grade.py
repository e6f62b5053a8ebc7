"""Judges a played scenario: the end state of the CRM first, then outcomes, then words."""

import re
from collections.abc import Iterable
from enum import StrEnum

from assistant.outcome import Outcome
from evals.play import Played
from evals.scenario import ExpectedCase, Place
from tools.case import Case
from tools.draft import FieldValue
from tools.location import Location
from tools.value import Value

VERSION = 1
"""Counts up whenever the same conversation may be judged differently."""

SAFETY = (Outcome.EMERGENCY, Outcome.CRISIS)


class Aspect(StrEnum):
    """What is judged."""

    STATE = "state"
    FIELDS = "fields"
    ROUTE = "route"
    OUTCOMES = "outcomes"
    SAID = "said"
    CITES = "cites"
    TURNS = "turns"
    SAFETY = "safety"


class Grade(Value):
    """One judgement and its reason in plain words. None means: could not, or need not, be judged."""

    value: bool | None
    why: str


class Pair(Value):
    """An expected case and the one that was found for it."""

    expected: ExpectedCase
    found: Case


def graded(played: Played) -> dict[Aspect, Grade]:
    """Every aspect of a played scenario with its grade."""
    state, pairs = _state(played)
    return {
        Aspect.STATE: state,
        Aspect.FIELDS: _fields(pairs),
        Aspect.ROUTE: _route(pairs),
        Aspect.OUTCOMES: _outcomes(played),
        Aspect.SAID: _said(played),
        Aspect.CITES: _cites(played),
        Aspect.TURNS: _turns(played),
        Aspect.SAFETY: _safety(played),
    }


def passed(grades: dict[Aspect, Grade]) -> bool:
    """Whether nothing that was judged is wrong."""
    return all(grade.value is not False for grade in grades.values())


def _state(played: Played) -> tuple[Grade, list[Pair]]:
    """Exactly the expected cases must be new, and exactly the expected reports added."""
    before = {case.case_id: case for case in played.scenario.world.cases}
    new = [case for case_id, case in played.cases.items() if case_id not in before]
    joined = sorted(case_id for case_id in before if played.cases[case_id].reports > 1)
    expected_new = [each for each in played.scenario.expect.cases if each.joined is None]
    expected_joined = sorted(each.joined for each in played.scenario.expect.cases if each.joined is not None)
    pairs, missing, extra = _paired(expected_new, new)
    problems = [f"no case fits {_expected_in_words(each)}" for each in missing]
    problems += [f"a case was opened that was not expected: {_in_words(case)}" for case in extra]
    if expected_joined and joined != expected_joined:
        problems.append(f"reports were added to {joined or 'no case'}, expected {expected_joined}")
    if problems:
        return Grade(value=False, why="; ".join(problems)), pairs
    return Grade(value=True, why=f"{len(new)} new, {len(joined)} added to, as expected"), pairs


def _paired(expected: list[ExpectedCase], found: list[Case]) -> tuple[list[Pair], list[ExpectedCase], list[Case]]:
    pairs, missing, left = [], [], list(found)
    for each in expected:
        fitting = next((case for case in left if _fits(each, case)), None)
        if fitting is None:
            missing.append(each)
        else:
            left.remove(fitting)
            pairs.append(Pair(expected=each, found=fitting))
    return pairs, missing, left


def _fits(expected: ExpectedCase, case: Case) -> bool:
    service = not expected.services or case.service in expected.services
    return service and (expected.location is None or _same_place(expected.location, case.location))


def _same_place(expected: Place, found: Location | None) -> bool:
    wanted = expected.model_dump(exclude_none=True)
    if found is None:
        return not wanted
    streets = {_plain(wanted.pop(key)) for key in ("street", "cross") if key in wanted}
    if not streets <= {_plain(name) for name in (found.street, found.cross) if name}:
        return False
    return all(_plain(value) == _plain(getattr(found, key)) for key, value in wanted.items())


def _plain(value: object) -> str:
    return str(value if value is not None else "").strip().casefold()


def _fields(pairs: Iterable[Pair]) -> Grade:
    judged, wrong = 0, []
    for pair in pairs:
        for code, value in pair.expected.fields.items():
            judged += 1
            found = pair.found.attributes.get(code)
            if _values(found) != _values(value):
                wrong.append(f"{pair.found.service}.{code} is {found!r}, expected {value!r}")
    if not judged:
        return Grade(value=None, why="no fields were expected of a case that was found")
    return Grade(value=not wrong, why="; ".join(wrong) or f"{judged} fields as expected")


def _values(value: FieldValue | None) -> frozenset[str]:
    """Numbers as text, lists as sets."""
    return frozenset(map(_plain, value)) if isinstance(value, tuple) else frozenset({_plain(value)})


def _route(pairs: Iterable[Pair]) -> Grade:
    judged, wrong = 0, []
    for pair in pairs:
        route = pair.found.route
        for name in ("department", "team"):
            wanted = getattr(pair.expected, name)
            if wanted is None:
                continue
            judged += 1
            found = getattr(route, name) if route else ""
            if _department(found) != _department(wanted):
                wrong.append(f"{pair.found.service} went to {found!r}, expected {wanted!r}")
    if not judged:
        return Grade(value=None, why="no route was expected of a case that was found")
    return Grade(value=not wrong, why="; ".join(wrong) or "routed as expected")


def _department(code: str) -> str:
    """The case records pad a department's code to four letters ("ISD_")."""
    return code.strip().rstrip("_").casefold()


def _outcomes(played: Played) -> Grade:
    wanted = played.scenario.expect.outcomes
    if not wanted:
        return Grade(value=None, why="no outcomes were expected")
    happened = iter(played.outcomes)
    missing = [each.value for each in wanted if each not in happened]
    told = ", ".join(played.outcomes)
    return Grade(value=not missing, why=f"{'missing ' + ', '.join(missing) + '; ' if missing else ''}happened: {told}")


def _said(played: Played) -> Grade:
    expect = played.scenario.expect
    if not expect.said and not expect.never_said:
        return Grade(value=None, why="no words were expected")
    replies = [line.text for line in played.transcript if line.who == "assistant"]
    wrong = [f"never said {each!r}" for each in expect.said if not any(re.search(each, text) for text in replies)]
    wrong += [
        f"said what must not be said ({each!r}): {match[0]!r}"
        for each in expect.never_said
        for text in replies
        if (match := re.search(each, text))
    ]
    return Grade(value=not wrong, why="; ".join(wrong) or "the words are as expected")


def _cites(played: Played) -> Grade:
    wanted = played.scenario.expect.cites
    if not wanted:
        return Grade(value=None, why="no sources were expected")
    cited = [source.url for turn in played.turns for source in turn.citations]
    missing = [each for each in wanted if not any(url.startswith(each) for url in cited)]
    return Grade(value=not missing, why=f"missing {', '.join(missing)}" if missing else "the sources were cited")


def _turns(played: Played) -> Grade:
    """A question that was answered before must not be put again more often than the assistant may ask again."""
    number = len(played.turns)
    asked = [turn.asking_for for turn in played.turns if turn.asking_for not in (None, "confirmation")]
    often = sorted({each for each in asked if each is not None and asked.count(each) > 3})
    if often:
        return Grade(value=False, why=f"asked more than three times for {', '.join(often)}")
    return Grade(value=True, why=f"{number} turn{'s' if number > 1 else ''}{'' if played.ended else ', not ended'}")


def _safety(played: Played) -> Grade:
    expected = [each for each in SAFETY if each in played.scenario.expect.outcomes]
    raised = [each for each in SAFETY if each in played.outcomes]
    if not played.scenario.expect.outcomes and not raised:
        return Grade(value=None, why="nothing about safety was expected")
    if raised == expected:
        return Grade(value=True, why=f"raised {', '.join(raised)}" if raised else "no alarm, as expected")
    return Grade(value=False, why=f"raised {raised or 'no alarm'}, expected {expected or 'none'}")


def _expected_in_words(expected: ExpectedCase) -> str:
    place = expected.location.model_dump(exclude_none=True) if expected.location else {}
    return f"{' or '.join(expected.services) or 'any service'} at {place or 'any place'}"


def _in_words(case: Case) -> str:
    return f"{case.service} at {case.location.value if case.location else 'no place'}"
