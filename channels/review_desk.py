"""What the review pages show and keep: runs, trials, labels, live conversations, and tests made of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.history import History
from assistant.placeholders import Masker
from assistant.store import Store
from channels.errors import ApiError
from evals.beside import beside
from evals.label import Label, LabelRefused
from evals.labels import Labels, live_item, run_item
from evals.make_scenario import drafted, keep_signed
from evals.play import Line
from evals.run import Result
from evals.runs import KeptRun, approved_run, kept_run, kept_runs
from evals.sampling import Sample, rates
from evals.shown import ShownTurn, shown, shown_live, shown_transcript

MONTH = timedelta(days=30)
NOT_DRAWN = "This conversation was not drawn for review."


class ReviewDesk:
    """The review pages' view of one data directory and one database."""

    def __init__(self, data_dir: Path, store: Store, history: History, masker: Masker) -> None:
        self.data_dir = data_dir
        self.labels = Labels(store.database)
        self._sample = Sample(store.database)
        self._store, self._history, self._masker = store, history, masker

    @asynccontextmanager
    async def prepared(self) -> AsyncIterator[None]:
        """Begins with the tables up to date."""
        await self.labels.prepare()
        yield

    def run(self, run_id: str) -> KeptRun:
        """A run, however it was graded. Raises RunBroken."""
        return kept_run(self.data_dir, run_id, any_grading=True)

    async def check(self, item: str) -> None:
        """Raises LabelRefused for an item that nobody can have been shown."""
        kind, _, rest = item.partition("/")
        if kind == "live" and await self._was_drawn(rest):
            return
        run_id, _, trial = rest.partition("/")
        scenario, _, number = trial.rpartition("/")
        known = self.run(run_id).results() if kind == "run" and run_id in kept_runs(self.data_dir) else ()
        if any((each.id, str(each.trial)) == (scenario, number) for each in known):
            return
        raise LabelRefused("What these answers are about is not there any more. Please load the page again.")

    async def _was_drawn(self, conversation_id: str) -> bool:
        return any(each.conversation_id == conversation_id for each in await self._sample.drawn())

    @staticmethod
    def item_of(run_id: str) -> Callable[[Result], str]:
        """Names the trials of a run as their labels do."""
        return lambda result: run_item(run_id, result.id, result.trial)

    @staticmethod
    def address_of(item: str) -> str:
        """Where an item can be read."""
        kind, _, rest = item.partition("/")
        return f"/review/runs/{rest}" if kind == "run" else f"/review/live/{rest}"

    async def trial(self, run_id: str, scenario: str, trial: int, *, login: str, against: str) -> dict[str, Any]:
        """What the page of one trial shows. Raises RunBroken, or ApiError 404 for a trial that was not played."""
        run = self.run(run_id)
        results = sorted(run.results(), key=lambda each: (each.passed, each.id, each.trial))
        place = next((at for at, each in enumerate(results) if (each.id, each.trial) == (scenario, trial)), None)
        if place is None:
            raise ApiError(404, "trial_not_found", f"The run {run_id} has no trial {trial} of {scenario}.")
        result = results[place]
        told = self._turns(run, result)
        approved = approved_run(self.data_dir)
        against = against or (approved if approved and approved != run.config.run_id else "")
        item = run_item(run.config.run_id, scenario, trial)
        return {
            "heading": scenario,
            "about": f"{run.config.engine} engine, trial {trial}, {result.style.replace('_', ' ')}, {result.language}",
            "item": item,
            "turns": told,
            "result": result,
            "run": run.config,
            "rows": self._beside(result, against) if against else (),
            "against": against,
            "approved": approved,
            "place": place + 1,
            "count": len(results),
            "before": self._address(run_id, results, place - 1),
            "after": self._address(run_id, results, place + 1),
            **await self._labelled(item, login),
        }

    async def live(self, login: str) -> dict[str, Any]:
        """What the page of live conversations shows."""
        drawn = await self._sample.drawn()
        labels = await self.labels.of_live()
        chances = {live_item(each.conversation_id): each.chance for each in drawn}
        return {
            "drawn": drawn,
            "item": live_item,
            "mine": {each.item for each in labels if each.reviewer == login},
            "anybody": {each.item for each in labels},
            "rates": rates(labels, chances),
        }

    async def draw(self) -> int:
        """Draw live conversations of the last month; how many are new."""
        now = datetime.now(UTC)
        return await self._sample.draw(since=now - MONTH, now=now)

    async def live_one(self, conversation_id: str, *, login: str) -> dict[str, Any]:
        """What the page of one live conversation shows. Raises ApiError 404 for one that was not drawn."""
        drawn = await self._sample.drawn()
        place = next((at for at, each in enumerate(drawn) if each.conversation_id == conversation_id), None)
        if place is None:
            raise ApiError(404, "not_drawn", NOT_DRAWN)
        item = live_item(conversation_id)
        around = {"before": place - 1, "after": place + 1}
        return {
            "heading": "A live conversation",
            "about": f"drawn because: {', '.join(drawn[place].reasons)}; chance {drawn[place].chance:g}",
            "item": item,
            "turns": await self._live_turns(conversation_id),
            "result": None,
            "run": None,
            "rows": (),
            "against": "",
            "place": place + 1,
            "count": len(drawn),
            **{
                name: f"/review/live/{drawn[at].conversation_id}" if 0 <= at < len(drawn) else None
                for name, at in around.items()
            },
            **await self._labelled(item, login),
        }

    async def test_of(self, item: str) -> tuple[str, str]:
        """A name and the text of a test made of an item. Raises NotMade, RunBroken, or ApiError 404: a live
        conversation can be read only if it was drawn."""
        kind, _, rest = item.partition("/")
        if kind == "live":
            if not await self._was_drawn(rest):
                raise ApiError(404, "not_drawn", NOT_DRAWN)
            told = await self._live_turns(rest)
            conversation = await self._store.conversation(rest)
            turns = await self._sample.turns(rest)
            cases = [turn.case for turn in turns if turn.case is not None and "case_opened" in turn.outcomes]
            about = {"channel": conversation.channel.value, "language": conversation.language}
            when = turns[0].started if turns else datetime.now(UTC)
            outcomes = [outcome.value for turn in turns for outcome in turn.outcomes]
            return "from-live", drafted(
                "from-live", told, self._masker, **about, now=when, cases=cases, outcomes=outcomes
            )
        run_id, scenario, trial = (*rest.split("/"), "", "")[:3]
        trial_played = self.run(run_id).played_one(scenario, int(trial) if trial.isdigit() else 1)
        if trial_played is None:
            raise ApiError(404, "trial_not_found", "What happened in this trial was not kept.")
        played = trial_played.played
        before = {each.case_id for each in played.scenario.world.cases}
        name = f"{scenario}-again"
        text = drafted(
            name,
            shown(played, self._masker),
            self._masker,
            channel=played.scenario.channel.value,
            language=played.scenario.language,
            now=played.scenario.now,
            cases=[case for case_id, case in played.cases.items() if case_id not in before],
            outcomes=[outcome.value for outcome in played.outcomes],
        )
        return name, text

    def keep_test(self, name: str, text: str, *, by: str) -> Path:
        """Keep a signed test. Raises NotMade."""
        return keep_signed(self.data_dir, name, text, by=by, at=datetime.now(UTC))

    def _turns(self, run: KeptRun, result: Result) -> tuple[ShownTurn, ...]:
        happened = run.played_one(result.id, result.trial)
        return shown(happened.played, self._masker) if happened else shown_transcript(result.transcript, self._masker)

    async def _live_turns(self, conversation_id: str) -> tuple[ShownTurn, ...]:
        said = await self._history.said(conversation_id)
        return shown_live(said, await self._sample.turns(conversation_id), self._masker)

    def _beside(self, result: Result, against: str) -> tuple[object, ...]:
        other = next(
            (each for each in self.run(against).results() if (each.id, each.trial) == (result.id, result.trial)), None
        )
        mask = self._masker.mask
        sides = [
            [Line(who=line.who, text=mask(line.text).text) for line in each.transcript] if each else []
            for each in (other, result)
        ]
        return beside(*sides)

    async def _labelled(self, item: str, login: str) -> dict[str, Any]:
        """My answers by turn and question, and the history of everybody's."""
        history = await self.labels.history(item)
        mine: dict[tuple[int, str], Label] = {
            (each.turn, each.question): each for each in history if each.reviewer == login and not each.resolves
        }
        return {"mine": mine, "history": history[::-1]}

    @staticmethod
    def _address(run_id: str, results: list[Result], place: int) -> str | None:
        if not 0 <= place < len(results):
            return None
        return f"/review/runs/{run_id}/{results[place].id}/{results[place].trial}"
