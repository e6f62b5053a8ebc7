"""Who looks at a conversation now: colleagues see each other, and a page that was closed counts for nothing."""

from channels.accounts import Accounts, Role
from channels.presence import HERE_SECONDS, Presence
from tools.database import Database


async def test_colleagues_see_each_other_until_a_page_is_closed(database: Database) -> None:
    now = [1_000_000.0]
    accounts = Accounts(database)
    await accounts.prepare()
    await accounts.add("ana", name="Ana Silva", role=Role.CALL_TAKER)
    await accounts.add("bo", name="Bo Li", role=Role.CALL_TAKER)
    presence = Presence(database, lambda: now[0])

    await presence.looks("c1", "ana")
    await presence.looks("c1", "bo")
    await presence.looks("c2", "bo")
    both = await presence.others("ana"), await presence.others("bo")
    now[0] += HERE_SECONDS - 1
    await presence.looks("c1", "bo")
    now[0] += 2
    later = await presence.others("ana"), await presence.others("bo")

    assert both == ({"c1": ("Bo Li",), "c2": ("Bo Li",)}, {"c1": ("Ana Silva",)})
    assert later == ({"c1": ("Bo Li",)}, {})
