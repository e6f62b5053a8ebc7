"""Counts what chaos left behind: texts lost or out of order, cases and texts that came twice, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlalchemy import select

from assistant.sender import OPTED_OUT
from assistant.tables import deliveries, messages, turns
from channels.chaos_people import CountingTwilio
from channels.fleet import Fleet

Figures = dict[str, float | str]


async def counted(fleet: Fleet, fake: CountingTwilio, by_phone: Mapping[str, Sequence[str]], *, copies: int) -> Figures:
    """Every promise as a number; all but the doubled texts must be 0. `by_phone` are the texts that each phone sent in
    order, `copies` how many came twice at once."""
    sent = [sid for texts in by_phone.values() for sid in texts]
    rows = await _rows(
        fleet, messages.c.message_id, messages.c.conversation_id, messages.c.sequence, messages.c.turn_id
    )
    answered = {row[0] for row in rows if row[3] is not None}
    return {
        "texts sent": len(sent),
        "delivered twice at once by the carrier": copies,
        "delivered again because a server was down": fake.told_again,
        "texts lost": len(set(sent) - answered),
        "texts recorded out of order": _recorded_out_of_order(by_phone, {row[0]: row[2] for row in rows}),
        "texts answered out of order": await _answered_out_of_order(fleet, rows),
        **await _cases(fleet),
        **await _replies(fleet, fake),
    }


async def _rows(fleet: Fleet, *columns: object) -> list[tuple[object, ...]]:
    async with fleet.database.read() as connection:
        return [tuple(row) for row in (await connection.execute(select(*columns))).all()]  # type: ignore[call-overload] # any columns


def _recorded_out_of_order(by_phone: Mapping[str, Sequence[str]], sequences: dict[object, object]) -> int:
    """Texts that stand behind one that the same phone sent later."""
    return sum(_falls([sequences[sid] for sid in texts if sid in sequences]) for texts in by_phone.values())


async def _answered_out_of_order(fleet: Fleet, rows: list[tuple[object, ...]]) -> int:
    """Texts that were answered by an earlier turn than the one before them."""
    numbers = {row[0]: row[1] for row in await _rows(fleet, turns.c.turn_id, turns.c.id)}
    inbox: dict[object, list[tuple[object, object]]] = {}
    for _, conversation_id, sequence, turn_id in rows:
        inbox.setdefault(conversation_id, []).append((sequence, numbers.get(turn_id)))
    return sum(_falls([turn for _, turn in sorted(texts)]) for texts in inbox.values())


def _falls(values: list[object]) -> int:
    """How often a value is less than the one before it."""
    return sum(second < first for first, second in pairwise(values))  # type: ignore[operator]


async def _cases(fleet: Fleet) -> Figures:
    """A case is double if one person's words made two; it is untold if no turn gave its number."""
    records = [row[0] for row in await _rows(fleet, turns.c.record)]
    told = [str(record["case"]["case_id"]) for record in records if "case_opened" in record["outcomes"]]  # type: ignore[index]
    double = (
        "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM crm_case_report GROUP BY phone, words) AS of"
    )
    return {
        "cases": await fleet.ask("SELECT count(*) FROM crm_case"),
        "cases told to residents": len(set(told)),
        "cases told twice": len(told) - len(set(told)),
        "double cases": await fleet.ask(double),
    }


async def _replies(fleet: Fleet, fake: CountingTwilio) -> Figures:
    columns = (deliveries.c.delivery_id, deliveries.c.address, deliveries.c.sequence, deliveries.c.status)
    rows = [row for row in await _rows(fleet, *columns, deliveries.c.error) if row[1] is not None]
    sequences = {row[0]: row[2] for row in rows}
    firsts = [[sequences[name] for name in dict.fromkeys(texts)] for texts in fake.arrived.values()]
    twice = fake.twice()
    why = Counter(str(row[4]) for row in rows if row[0] in twice)
    there = {name for texts in fake.arrived.values() for name in texts}
    wanted = [row for row in rows if row[4] != OPTED_OUT]
    return {
        "replies": len(rows),
        "replies that no phone got": sum(row[0] not in there for row in wanted),
        "replies out of order": sum(_falls(each) for each in firsts),
        "replies that came twice": len(twice),
        "why twice": ", ".join(f"{reason} ({count})" for reason, count in why.items()) or "none did",
        "replies doubtful, and found at the carrier": sum(
            row[4] is not None and row[3] in ("sent", "delivered") and row[0] not in twice for row in rows
        ),
    }
