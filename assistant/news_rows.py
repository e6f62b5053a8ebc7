"""Writes what a turn changes about news of cases, in the turn's own transaction: who wants it, who no longer does, and
what was told."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.conversation import Conversation
from assistant.outbox import Contact
from assistant.tables import news_items, news_wishes
from assistant.turn import Turn
from tools.value import Value

WAITING, TOLD, DROPPED = "waiting", "told", "dropped"
NUMBER = "number"
"""A text with the number of a case, which a caller asked for."""


class NewsWritten(Value):
    """Cases of which news is `wished` or wished no more (`stopped`), cases whose number is asked for by text
    (`numbered`), and the items that this turn `told`."""

    wished: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


NO_NEWS = NewsWritten()


def news_between(before: Conversation, after: Conversation) -> NewsWritten:
    """What a turn changed about news."""
    return NewsWritten(
        wished=tuple(case_id for case_id in after.news if case_id not in before.news),
        stopped=tuple(case_id for case_id in before.news if case_id not in after.news),
        numbered=tuple(case_id for case_id in after.numbered if case_id not in before.numbered),
    )


def item_key(change_id: str, case_id: str, contact: Contact) -> str:
    """The one name of a thing to tell somebody: what has this name already is never told again."""
    return f"{change_id}|{case_id}|{contact.address}|{contact.our_number}"


async def write_news(
    connection: AsyncConnection, news: NewsWritten, turn: Turn, after: Conversation, *, to: Contact | None
) -> None:
    """Write it. Whoever tells an item holds the lease of the conversation that it is told in."""
    for key in news.told:
        here = (news_items.c.key == key) & (news_items.c.status == WAITING)
        await connection.execute(update(news_items).where(here).values(status=TOLD, turn_id=turn.turn_id))
    if to is None:
        return
    for case_id in news.wished:
        await _wish(connection, case_id, turn, after.language, to)
    for case_id in news.stopped:
        here = (news_wishes.c.case_id == case_id) & (news_wishes.c.address == to.address)
        stopped = update(news_wishes).where(here, news_wishes.c.our_number == to.our_number)
        await connection.execute(stopped.values(stopped=turn.started))
    for case_id in news.numbered:
        await _number(connection, case_id, turn, after.language, to)


async def _wish(connection: AsyncConnection, case_id: str, turn: Turn, language: str, to: Contact) -> None:
    """Consent: who, for which case, when, in which turn. It may have been given and withdrawn before."""
    row = {
        "case_id": case_id,
        **to.model_dump(),
        "conversation_id": turn.conversation_id,
        "language": language,
        "at": turn.started,
        "turn_id": turn.turn_id,
        "stopped": None,
    }
    insertion = sqlite.insert(news_wishes) if connection.dialect.name == "sqlite" else postgresql.insert(news_wishes)
    same = [news_wishes.c.case_id, news_wishes.c.address, news_wishes.c.our_number]
    await connection.execute(insertion.values(row).on_conflict_do_update(index_elements=same, set_=row))


async def _number(connection: AsyncConnection, case_id: str, turn: Turn, language: str, to: Contact) -> None:
    row = item(NUMBER, case_id, to, kind=NUMBER, at=turn.started, language=language, due=0.0, detail={})
    insertion = sqlite.insert(news_items) if connection.dialect.name == "sqlite" else postgresql.insert(news_items)
    await connection.execute(insertion.values(row).on_conflict_do_nothing())


def item(
    change_id: str,
    case_id: str,
    to: Contact,
    *,
    kind: str,
    at: datetime,
    language: str,
    due: float,
    detail: dict[str, str],
) -> dict[str, object]:
    """A row of what there is to tell."""
    return {
        "key": item_key(change_id, case_id, to),
        "case_id": case_id,
        **to.model_dump(),
        "language": language,
        "kind": kind,
        "at": at,
        "detail": detail,
        "due": due,
        "status": WAITING,
    }
