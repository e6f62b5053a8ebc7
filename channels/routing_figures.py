"""What supervisors see of routing: rules whose cases departments sent back, and where these belonged."""

from datetime import datetime

from channels.supervision import Table
from tools.database import Database
from tools.routing_feedback import RoutingFeedback, by_rule


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
