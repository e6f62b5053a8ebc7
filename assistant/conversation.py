"""A conversation's state: what must be remembered from one turn to the next, small and JSON-able."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field as Limits

from assistant.message import Channel, Reply
from assistant.reading import Asked, Request
from tools.draft import Alternative, Draft
from tools.value import Value


class Work(Value):
    """The draft under way. `words` are the resident's own, in order; `revision` grows with every change to the draft.

    `declined` are the fields the resident could not or would not give. While it is not sure which service is meant,
    `choices` are the ones to choose from and `clarify` the question that tells them apart. `separate` is set once the
    resident said that theirs is not the case already open. `days` are the free days of a pick-up as they were offered
    last, None until they were asked for. `more` are the words of `words` that were added at the read-back,
    `photos` those that were sent for it.
    """

    draft: Draft
    words: tuple[str, ...]
    revision: int = 0
    declined: tuple[str, ...] = ()
    choices: tuple[Alternative, ...] = ()
    clarify: str | None = None
    separate: bool = False
    days: tuple[date, ...] | None = None
    told: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()


class WishedChange(Value):
    """A change to a filed case that waits for a yes; for an addition or a move without `words` also for these. For a
    move they are the day. `photos` go to the case system with it. The same key always makes the same change."""

    kind: Literal["withdraw", "amend", "reopen", "move"]
    case_id: str
    words: str
    key: str
    photos: tuple[str, ...] = ()


class PhoneProof(Value):
    """A code that was texted to a phone number, as a salted hash; `words` is the question that waits for it."""

    phone: str
    salt: str
    digest: str
    until: datetime
    words: str
    tries: int = 0


class Conversation(Value):
    """What is remembered of a conversation between turns.

    `asked` is what the assistant asked last, `reasks` how often in a row each field was asked again, `waiting` the
    requests still to be worked off, `said` the last replies (to repeat them), `cases` the numbers filed here.
    `more` is what of the last reply by text was held back until it is wished for.
    `phone` is set only on a channel that proves it (a text message's sender), or until `phone_until` by a code that was
    texted there; while that is waited for there is a `proof`. `texts_from` is the number of ours that
    may text the caller of a call. `offered` is the case of which news was offered last, `news` are those of which it
    was asked for, `news_of` the one told about last, `numbered` those whose number a caller asked for by text.
    `change` is a change to a filed case that waits for a yes, and `told_of` the case whose status was told last;
    `notices` are those of a storm or an outage that were told, and the answers to what was disclosed (`care:child`);
    `not_found` how many case numbers led to nothing since `not_found_since`.
    """

    conversation_id: str
    channel: Channel
    language: str = "en"
    language_chosen: bool = False
    phone: str | None = None
    work: Work | None = None
    asked: Asked = Asked()
    reasks: dict[str, int] = Limits(default_factory=dict)
    waiting: tuple[Request, ...] = ()
    said: tuple[Reply, ...] = ()
    cases: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    handed_off: bool = False
    opted_out: bool = False
    more: str = ""
    texts_from: str | None = None
    offered: str | None = None
    news: tuple[str, ...] = ()
    news_of: str | None = None
    change: WishedChange | None = None
    told_of: str | None = None
    numbered: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    not_found: int = 0
    not_found_since: datetime | None = None
    phone_until: datetime | None = None
    proof: PhoneProof | None = None
    turns: int = 0
