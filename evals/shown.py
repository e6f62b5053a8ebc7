"""A conversation as reviewers read it: turn by turn, what was said and done in plain words, and the trace."""

from collections.abc import Iterable, Sequence

from assistant.placeholders import Masker
from assistant.store import Said
from assistant.turn import Step, Turn
from evals.play import Line, Played
from tools.draft import Draft
from tools.value import Value

DID = {
    "answered": "answered from the City's articles",
    "not_known": "said that it does not know",
    "asked": "asked for what was missing",
    "read_back": "read back what it would send",
    "case_opened": "opened a case",
    "case_queued": "kept the case to send it later",
    "case_changed": "changed a case",
    "added_to_case": "added the report to a case",
    "status_given": "looked up how a case stands",
    "referred": "named the office whose matter it is",
    "handed_off": "brought in a person",
    "emergency": "told the resident to call 911",
    "crisis": "told the resident to call or text 988",
    "opted_out": "stopped texting",
    "refused": "refused the message",
    "failed": "could not answer",
    "acknowledged": "acknowledged",
}
"""Each outcome of a turn, for people."""


class ShownTurn(Value):
    """One turn. `number` counts from 1; `trace` is for who wants to know more."""

    number: int
    resident: tuple[str, ...]
    assistant: tuple[str, ...]
    did: tuple[str, ...]
    understood: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    trace: tuple[Step, ...] = ()
    engine: str = ""


def shown(played: Played, masker: Masker) -> tuple[ShownTurn, ...]:
    """The turns of a played scenario, personal data masked."""
    groups = _groups(played.transcript)
    return tuple(
        _shown(at, resident, replies, turn, masker)
        for at, ((resident, replies), turn) in enumerate(zip(groups, played.turns, strict=False), start=1)
    )


def shown_live(said: Sequence[Said], turns: Sequence[Turn], masker: Masker) -> tuple[ShownTurn, ...]:
    """The turns of a live conversation, personal data masked."""
    lines = [Line(who="resident" if each.who == "resident" else "assistant", text=each.text) for each in said]
    return tuple(
        _shown(at, resident, replies, turn, masker)
        for at, ((resident, replies), turn) in enumerate(zip(_groups(lines), turns, strict=False), start=1)
    )


def shown_transcript(lines: Sequence[Line], masker: Masker) -> tuple[ShownTurn, ...]:
    """The turns of a transcript of which nothing else was kept."""
    return tuple(
        ShownTurn(number=at, resident=_masked(resident, masker), assistant=_masked(replies, masker), did=())
        for at, (resident, replies) in enumerate(_groups(lines), start=1)
    )


def _groups(lines: Iterable[Line]) -> list[tuple[list[str], list[str]]]:
    """What the resident said and what was answered, turn by turn."""
    groups: list[tuple[list[str], list[str]]] = []
    for line in lines:
        if line.who == "resident":
            if not groups or groups[-1][1]:
                groups.append(([], []))
            groups[-1][0].append(line.text)
        else:
            if not groups:
                groups.append(([], []))
            groups[-1][1].append(line.text)
    return groups


def _shown(number: int, resident: list[str], replies: list[str], turn: Turn, masker: Masker) -> ShownTurn:
    return ShownTurn(
        number=number,
        resident=_masked(resident, masker),
        assistant=_masked(replies, masker),
        did=tuple(DID.get(outcome.value, outcome.value) for outcome in turn.outcomes),
        understood=tuple((name, masker.mask(value).text) for name, value in _understood(turn)),
        sources=tuple((source.title, source.url) for source in turn.citations),
        trace=turn.steps,
        engine=turn.engine,
    )


def _understood(turn: Turn) -> Iterable[tuple[str, str]]:
    """What the draft or the case of a turn holds, by the name of the field."""
    if turn.case is not None:
        yield "case", turn.case.case_id
    if turn.draft is not None:
        yield from _of_draft(turn.draft)


def _of_draft(draft: Draft) -> Iterable[tuple[str, str]]:
    if draft.service is not None:
        yield "kind of case", f"{draft.service.name} ({round(draft.service.confidence * 100)} % sure)"
    if draft.location is not None:
        yield "place", draft.location.value
    for code, field in draft.fields.items():
        yield code.replace("_", " "), str(field.value)
    if draft.missing:
        yield "still missing", ", ".join(draft.missing)
    if draft.route is not None:
        yield "goes to", f"{draft.route.department}, {draft.route.team}"


def _masked(texts: Iterable[str], masker: Masker) -> tuple[str, ...]:
    return tuple(masker.mask(text).text for text in texts)
