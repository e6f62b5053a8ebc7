"""What residents asked and got no answer to, from live conversations: masked, and put together by what it is about."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import Text, cast, select
from sqlalchemy.exc import DatabaseError

from assistant.outcome import Outcome
from assistant.privacy import PersonalData
from assistant.tables import messages, turns
from assistant.turn import Turn
from knowledge.article import Library, SearchUnavailable
from knowledge.gate import Reason
from knowledge.vectors import Encoder
from tools.database import Database
from tools.draft import Kind
from tools.value import Value

MOST = 5_000
"""So many of the newest questions are looked at."""

ALIKE = 0.6
"""From this cosine to the middle of a group on, a question belongs to it."""

EXAMPLES = 5
NOT_TO_BE_WRITTEN = frozenset(
    {Reason.OUT_OF_SCOPE.value, Reason.OTHER_CITY.value, Reason.PERSONAL_ACCOUNT.value, Reason.LEGAL_ADVICE.value}
)
"""Reasons for which no article is missing."""


class Unanswered(Value):
    """A question that got no answer, with personal data masked."""

    text: str
    language: str
    reason: str
    at: datetime


class Topic(Value):
    """Questions about one thing. `told` is the one in their middle; `nearest` the article that comes closest, with its
    score; `wanted` is false where no article is missing (accounts, other cities, small talk, the law)."""

    told: str
    count: int
    reasons: dict[str, int]
    languages: dict[str, int]
    last: datetime
    examples: tuple[str, ...]
    nearest: str | None = None
    score: float = 0.0
    wanted: bool = True


async def unanswered(database: Database, masks: PersonalData, *, since: datetime) -> tuple[Unanswered, ...]:
    """The questions since a moment that got no answer, the newest first."""
    query = (
        select(turns.c.record, messages.c.text)
        .join(messages, messages.c.turn_id == turns.c.turn_id)
        .where(turns.c.started >= since, cast(turns.c.record, Text).like(f'%"{Outcome.NOT_KNOWN.value}"%'))
        .order_by(turns.c.id.desc(), messages.c.sequence)
        .limit(MOST)
    )
    try:
        async with database.glance() as connection:
            rows = (await connection.execute(query)).all()
    except DatabaseError:
        return ()
    found: list[Unanswered] = []
    seen: set[str] = set()
    for record, text in rows:
        turn = Turn.model_validate(record)
        if turn.turn_id not in seen and Outcome.NOT_KNOWN in turn.outcomes:
            seen.add(turn.turn_id)
            found += _questions(turn, text, masks)
    return tuple(found)


def _questions(turn: Turn, text: str, masks: PersonalData) -> list[Unanswered]:
    """The questions of a turn that were declined: those it read, or the whole message if it read none."""
    reasons = [str(step.detail["reason"]) for step in turn.steps if step.name == "answer" and step.detail.get("reason")]
    requests = turn.reading.requests if turn.reading else ()
    asked = [each.words.quote for each in requests if each.kind is Kind.QUESTION]
    language = turn.replies[0].language if turn.replies else "en"
    if not reasons:
        return []
    words = asked if len(asked) == len(reasons) else [text]
    return [
        Unanswered(text=masks.mask(" ".join(each.split())), language=language, reason=reason, at=turn.started)
        for each, reason in zip(words, reasons, strict=False)
    ]


def by_topic(found: Sequence[Unanswered], encoder: Encoder, library: Library) -> tuple[Topic, ...]:
    """The questions put together by meaning, those that an article could answer first, the most frequent first."""
    if not found:
        return ()
    kept = [[each for each in found if (each.reason in NOT_TO_BE_WRITTEN) is apart] for apart in (False, True)]
    topics = [
        _topic(group, vectors, library, wanted=wanted)
        for wanted, part in zip((True, False), kept, strict=True)
        for group, vectors in _groups(part, encoder)
    ]
    return tuple(sorted(topics, key=lambda each: (not each.wanted, -each.count, each.told)))


Group = tuple[list[Unanswered], np.ndarray[tuple[int, int], np.dtype[np.float32]]]


def _groups(found: Sequence[Unanswered], encoder: Encoder) -> list[Group]:
    """Each question joins the group whose middle it is nearest to, or begins one."""
    if not found:
        return []
    vectors = np.array([encoder.encode_one(each.text) for each in found], dtype=np.float32)
    members: list[list[int]] = []
    sums = np.zeros((0, vectors.shape[1]), dtype=np.float32)
    for place, vector in enumerate(vectors):
        likeness = sums @ vector / np.maximum(np.linalg.norm(sums, axis=1), 1e-9) if len(sums) else np.zeros(0)
        best = int(np.argmax(likeness)) if len(likeness) else -1
        if best >= 0 and likeness[best] >= ALIKE:
            members[best].append(place)
            sums[best] += vector
        else:
            members.append([place])
            sums = np.vstack([sums, vector])
    return [([found[place] for place in group], vectors[group]) for group in members]


def _topic(
    group: list[Unanswered],
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    library: Library,
    *,
    wanted: bool,
) -> Topic:
    middle = group[int(np.argmax(vectors @ vectors.mean(axis=0)))]
    nearest, score = _nearest(middle, library)
    return Topic(
        told=middle.text,
        count=len(group),
        reasons=dict(Counter(each.reason for each in group).most_common()),
        languages=dict(Counter(each.language for each in group).most_common()),
        last=max(each.at for each in group),
        examples=tuple(dict.fromkeys(each.text for each in group))[:EXAMPLES],
        nearest=nearest,
        score=score,
        wanted=wanted,
    )


def _nearest(question: Unanswered, library: Library) -> tuple[str | None, float]:
    try:
        found = library.search(question.text, language=question.language, limit=1)
        found = found or library.search(question.text, language="en", limit=1)
    except SearchUnavailable:
        return None, 0.0
    return (found[0].passage.article, round(found[0].score, 2)) if found else (None, 0.0)
