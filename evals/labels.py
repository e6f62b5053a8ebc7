"""Keeps what reviewers say. Nothing is ever changed: a newer label of the same reviewer counts instead of an older one,
and the older one stays to be read."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import insert, select

from evals.label import Label, checked
from evals.label_tables import labels
from tools.database import Database
from tools.migrate import current, migrate

MIGRATIONS = Path(__file__).parent / "migrations"


class Labels:
    """The labels of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self) -> None:
        """Bring the tables up to date."""
        if not await current(self._database, "evals", MIGRATIONS):
            await migrate(self._database, "evals", MIGRATIONS)

    async def put(self, given: Sequence[Label]) -> None:
        """Keep labels, all or none. Raises LabelRefused."""
        rows = [checked(each).model_dump() for each in given]
        if rows:
            async with self._database.write() as connection:
                await connection.execute(insert(labels), [{**row, "verdict": row["verdict"].value} for row in rows])

    async def history(self, item: str) -> tuple[Label, ...]:
        """Every label ever given to an item, oldest first."""
        return await self._read(labels.c.item == item)

    async def of_run(self, run_id: str) -> tuple[Label, ...]:
        """The labels that count of everything in a run."""
        return newest(await self._read(labels.c.item.startswith(f"run/{run_id}/", autoescape=True)))

    async def of_all(self) -> tuple[Label, ...]:
        """The labels that count of everything."""
        return newest(await self._read(labels.c.id > 0))

    async def of_live(self) -> tuple[Label, ...]:
        """The labels that count of live conversations."""
        return newest(await self._read(labels.c.item.startswith("live/")))

    async def _read(self, which: object) -> tuple[Label, ...]:
        query = select(labels).where(which).order_by(labels.c.id)  # type: ignore[arg-type] # a column expression
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(Label.model_validate({name: row[name] for name in Label.model_fields}) for row in rows)


def newest(given: Iterable[Label]) -> tuple[Label, ...]:
    """The labels that count: the newest of each reviewer to each question, and the newest decision of a lead."""
    counting = {
        (each.item, each.turn, each.question, "lead" if each.resolves else each.reviewer, each.resolves): each
        for each in given
    }
    return tuple(counting.values())


def run_item(run_id: str, scenario: str, trial: int) -> str:
    """The name under which a trial of a run is labelled."""
    return f"run/{run_id}/{scenario}/{trial}"


def live_item(conversation_id: str) -> str:
    """The name under which a live conversation is labelled."""
    return f"live/{conversation_id}"
