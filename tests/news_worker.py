"""A process that does nothing but tell news of cases, until it is killed; started by the tests of that."""

import asyncio
import sys

from assistant.news import News
from assistant.store import Store
from assistant.telling_news import NewsTeller, Quiet
from assistant.wording import load_wording
from tools.catalogue import load_catalogue
from tools.clock import system_clock
from tools.database import Database
from tools.local_crm import LocalCRM


def teller_on(database: Database) -> NewsTeller:
    """A teller at any hour, on tables that are ready."""
    crm = LocalCRM(database, system_clock)
    return NewsTeller(
        news=News(database, fold_seconds=0.0),
        changes=crm,
        crm=crm,
        store=Store(database),
        catalogue=load_catalogue(),
        wording=load_wording(),
        clock=system_clock,
        quiet=Quiet(begins=0, ends=0),
    )


async def tell_for_ever(url: str) -> None:
    """Round after round."""
    teller = teller_on(Database(url))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        await teller.run()


if __name__ == "__main__":
    asyncio.run(tell_for_ever(sys.argv[1]))
