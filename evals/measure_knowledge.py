"""Measures answers: right and complete, wrong, declined, the same however it is asked; on two sets of questions."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from assistant.bootstrap import Reading as Parts
from assistant.bootstrap import build_ports
from assistant.conversation import Conversation
from assistant.graph import TurnGraph
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.progress import Progress
from assistant.turn import Turn
from evals.figures import Figure, percentile, share
from evals.question_sets import Asked, Expect, Graded, graded, read_own, read_public
from tools.clock import Clock, system_clock
from tools.memory_crm import MemoryCRM

TO_DEVELOP = Path(__file__).parent / "questions_to_develop"
"""Questions that are never reported: a file a language, named for it."""

TAKEN_UP = {Outcome.ASKED, Outcome.READ_BACK, Outcome.CASE_OPENED, Outcome.REFERRED}
"""What may become of a report in its first turn: a question for what is missing, a read-back, or whose matter it is."""


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """The figures of the public set and of the report half of our own. `data` is the folder with `measure/`."""
    asker = Asker(parts)
    public = asker.ask_all(read_public(data / "measure" / "questions.jsonl"))
    own = asker.ask_all([each for each in read_own() if each.in_report_half])
    return (*_figures("107 questions", public), *_figures("own questions", own))


def development_figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """The figures of the half of our own questions that may be looked at while developing."""
    del data
    own = Asker(parts).ask_all([each for each in read_own() if not each.in_report_half])
    return tuple(_figures("own questions, to develop on", own))


def harder_figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """The figures of questions in harder ways of asking, English and other, that may all be looked at."""
    del data
    asker = Asker(parts)
    questions = read_own(TO_DEVELOP)
    english = asker.ask_all([each for each in questions if each.id.startswith("en-")])
    others = asker.ask_all([each for each in questions if not each.id.startswith("en-")])
    return (*_figures("harder ways, English", english), *_figures("harder ways, others", others))


class Asker:
    """Puts questions to the real graph, in the same way as `beacon ask`, each in a conversation of its own."""

    def __init__(self, parts: Parts, *, clock: Clock = system_clock, channel: Channel = Channel.WEB) -> None:
        self._clock, self._channel = clock, channel
        self._graph = TurnGraph(build_ports(parts, crm=MemoryCRM(clock), clock=clock))

    def ask_all(self, questions: Sequence[Asked]) -> tuple[Graded, ...]:
        """What becomes of each question."""
        return asyncio.run(self._ask_all(questions))

    async def _ask_all(self, questions: Sequence[Asked]) -> tuple[Graded, ...]:
        return tuple([await self.ask(each) for each in questions])

    async def ask(self, asked: Asked) -> Graded:
        """What becomes of a question, asked after those that came before it."""
        conversation = Conversation(conversation_id=uuid4().hex, channel=self._channel)
        for earlier in asked.earlier:
            _, conversation = await self._turn(earlier, conversation)
        began = time.perf_counter()
        turn, _ = await self._turn(asked.text, conversation)
        return graded(asked, turn, ms=(time.perf_counter() - began) * 1000)

    async def _turn(self, text: str, conversation: Conversation) -> tuple[Turn, Conversation]:
        progress = Progress(turn_id=uuid4().hex, now=self._clock(), conversation=conversation, text=text)
        turn, after = await self._graph.run(progress)
        return turn, after.conversation


def _figures(name: str, rows: Sequence[Graded]) -> Iterator[Figure]:
    to_answer = [each for each in rows if each.asked.expect is Expect.ANSWER]
    to_decline = [each for each in rows if each.asked.expect in (Expect.ABSTAIN, Expect.HANDOFF)]
    yield _share(f"{name}: right and complete", to_answer, [each.answered and each.holds for each in to_answer], 0.95)
    yield _share(f"{name}: wrong", rows, [each.wrong for each in rows], 0.01, at_most=True)
    yield _share(f"{name}: declined when it should", to_decline, [_declined(each) for each in to_decline], 0.95)
    yield _share(f"{name}: declined wrongly", to_answer, [each.declined for each in to_answer], 0.05, at_most=True)
    for expect, kept in ((Expect.REPORT, _taken_up), (Expect.EMERGENCY, _warned)):
        chosen = [each for each in rows if each.asked.expect is expect]
        yield _share(f"{name}: {expect.value} taken as such", chosen, [kept(each) for each in chosen])
    yield _consistency(name, rows)
    reasoned = [each for each in to_decline if each.asked.reason and each.declined]
    yield _share(f"{name}: reason right", reasoned, [each.reason == each.asked.reason for each in reasoned])
    times = [each.ms for each in to_answer if each.answered]
    if times:
        yield Figure(
            what=f"{name}: answer, p50",
            value=percentile(times, 0.5),
            total=len(times),
            unit="ms",
            target=30,
            at_most=True,
        )


def _share(
    what: str, rows: Sequence[Graded], hits: Sequence[bool], target: float | None = None, *, at_most: bool = False
) -> Figure:
    """A share with the rows that speak against it told in full."""
    against = tuple(row.told() for row, hit in zip(rows, hits, strict=True) if hit == at_most)
    figure = share(what, sum(hits), len(rows), target=target, at_most=at_most)
    return figure.model_copy(update={"against": against})


def _declined(row: Graded) -> bool:
    """Declined; or, where whose matter it is can be told from an article or nothing false be said, told so."""
    told_from_its_article = row.answered and bool(set(row.articles) & set(row.asked.articles))
    return row.holds and (row.declined or (told_from_its_article and row.asked.reason is None))


def _taken_up(row: Graded) -> bool:
    return row.holds and bool(TAKEN_UP & set(row.outcomes))


def _warned(row: Graded) -> bool:
    return row.holds and row.outcome is Outcome.EMERGENCY


def _consistency(name: str, rows: Sequence[Graded]) -> Figure:
    """Groups of questions that ask the same: all of them right, with the same facts."""
    groups: dict[str, list[Graded]] = {}
    for row in rows:
        if row.asked.group is not None and row.asked.expect is Expect.ANSWER:
            groups.setdefault(row.asked.group, []).append(row)
    several = [group for group in groups.values() if len(group) > 1]
    same = [all(each.holds for each in group) and len({each.facts for each in group}) == 1 for group in several]
    against = tuple(
        " || ".join(f"{row.asked.id} {'right' if row.holds else 'not right'} {row.facts}" for row in group)
        for group, hit in zip(several, same, strict=True)
        if not hit
    )
    figure = share(f"{name}: same facts however asked", sum(same), len(several), target=0.95)
    return figure.model_copy(update={"against": against})
