"""What supervisors see of routing and of places: rules whose cases came back, and places that come back."""

from datetime import datetime

from channels.supervision import Table
from tools.chronic import chronic_places
from tools.clock import city_time
from tools.database import Database
from tools.routing_feedback import RoutingFeedback, by_rule
from tools.service import Catalogue


async def routing_table(database: Database, since: datetime) -> Table:
    """The rules that sent cases to the wrong team since then, most often first."""
    judged = by_rule(await RoutingFeedback(database).decided(since=since))
    return Table(
        name="sent-back",
        title="Sent back by departments",
        told="Rules whose cases a department sent back, how often the suggested correction was taken, and where most "
        "of them belonged.",
        columns=("Rule", "Times", "Suggestion taken", "Sent back by", "Mostly given to"),
        rows=tuple((each.rule, each.times, each.accepted, each.from_team, each.mostly_to) for each in judged),
        plot=1,
    )


async def chronic_table(database: Database, since: datetime, catalogue: Catalogue) -> Table:
    """The places where the same was reported again and again since then."""
    rows = []
    for each in await chronic_places(database, since):
        service = catalogue.services.get(each.service)
        name = service.name() if service else each.service
        last = f"{city_time(each.last):%Y-%m-%d}"
        rows.append((f"{name}, {each.place}", each.reports, each.cases, each.still_open, last))
    return Table(
        name="chronic",
        title="Places that keep coming back",
        told="Three or more cases of one service at one place in this period, with all their reports.",
        columns=("What and where", "Reports", "Cases", "Still open", "Last opened"),
        rows=tuple(rows),
        plot=1,
    )
