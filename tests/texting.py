"""What the tests of text messages share: a conversation with a contact, turns that say something, and a carrier."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select, update

from assistant.conversation import Conversation
from assistant.deliveries import Deliveries
from assistant.delivering import Post
from assistant.memory_sender import MemorySender
from assistant.message import Channel, Inbound, Reply
from assistant.outbox import Contact
from assistant.outcome import Outcome
from assistant.pacing import Pace
from assistant.sender import SendFailed
from assistant.store import Store
from assistant.tables import deliveries
from assistant.turn import Turn
from tools.database import Database

OURS = "+16175550311"
ANNA = Contact(address="+16175550101", our_number=OURS)
BEN = Contact(address="+16175550102", our_number=OURS)
FAST = Pace(per_second=1000.0, at_once=1000.0)


async def text_store(database: Database, *contacts: Contact) -> Store:
    """A store with a conversation for each contact, named by the last four digits of their number."""
    store = Store(database)
    await store.prepare()
    for contact in contacts or (ANNA, BEN):
        await store.open(contact.address[-4:], Channel.SMS, token_hash="h", phone=contact.address, contact=contact)
    return store


def text(words: str, message_id: str, contact: Contact = ANNA) -> Inbound:
    return Inbound(
        conversation_id=contact.address[-4:],
        channel=Channel.SMS,
        message_id=message_id,
        text=words,
        at=datetime.now(UTC),
    )


async def reply(
    store: Store, *texts: str, contact: Contact = ANNA, opt: str | None = None, answers: bool = True
) -> None:
    """A committed turn that says these texts."""
    conversation_id = contact.address[-4:]
    lease = await store.take_lease(conversation_id, seconds=30)
    assert lease is not None
    before = await store.conversation(conversation_id)
    after = before.model_copy(update={"opted_out": opt == "out"}) if opt else before
    await store.commit(lease, _turn(conversation_id, texts, answers=answers), after, opt=opt)
    await store.release(lease)


def _turn(conversation_id: str, texts: Sequence[str], *, answers: bool) -> Turn:
    return Turn(
        turn_id=uuid4().hex,
        conversation_id=conversation_id,
        started=datetime.now(UTC),
        message_ids=("m0",) if answers else (),
        outcome=Outcome.ACKNOWLEDGED,
        outcomes=(Outcome.ACKNOWLEDGED,),
        replies=tuple(Reply(text=each, language="en") for each in texts),
    )


def post(
    database: Database, *failures: SendFailed | None, pace: Pace = FAST, keeps_unsure: bool = False
) -> tuple[Post, MemorySender]:
    """A post office whose carrier fails as told, once each."""
    sender = MemorySender(failures, keeps_unsure=keeps_unsure)
    return Post(Deliveries(database, pace), sender), sender


async def statuses(database: Database) -> list[str]:
    """How far each text got, in the order in which they were written."""
    query = select(deliveries.c.status).order_by(deliveries.c.conversation_id, deliveries.c.sequence)
    async with database.read() as connection:
        return list((await connection.execute(query)).scalars())


async def column(database: Database, name: str) -> list[object]:
    query = select(deliveries.c[name]).order_by(deliveries.c.conversation_id, deliveries.c.sequence)
    async with database.read() as connection:
        return list((await connection.execute(query)).scalars())


async def change(database: Database, **values: object) -> None:
    """Set columns of every text, as time would have."""
    async with database.write() as connection:
        await connection.execute(update(deliveries).values(values))


def fresh(conversation_id: str = "0101") -> Conversation:
    return Conversation(conversation_id=conversation_id, channel=Channel.SMS)
