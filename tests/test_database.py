"""The database's transactions: whole or not at all, on SQLite and Postgres alike, and cheap on SQLite."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from tools.database import Database

metadata = MetaData()
notes = Table("note", metadata, Column("id", Integer, primary_key=True), Column("text", String(20), unique=True))


@pytest.fixture
async def paper(database: Database) -> Database:
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    return database


async def texts(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(select(notes.c.text).order_by(notes.c.id))).scalars())


async def test_a_transaction_that_fails_leaves_nothing(paper: Database) -> None:
    async def write_twice() -> None:
        async with paper.write() as connection:
            await connection.execute(insert(notes).values(text="first"))
            await connection.execute(insert(notes).values(text="first"))

    with pytest.raises(IntegrityError):
        await write_twice()

    assert await texts(paper) == []


async def test_a_transaction_that_is_cancelled_leaves_nothing_and_the_next_one_works(paper: Database) -> None:
    wrote = asyncio.Event()

    async def never_ends() -> None:
        async with paper.write() as connection:
            await connection.execute(insert(notes).values(text="half"))
            wrote.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await wrote.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with paper.write() as connection:
        await connection.execute(insert(notes).values(text="whole"))

    assert await texts(paper) == ["whole"]


async def test_counts_and_new_numbers_are_told(paper: Database) -> None:
    async with paper.write() as connection:
        first = await connection.execute(insert(notes).values(text="a"))
        await connection.execute(insert(notes), [{"text": "b"}, {"text": "c"}])
        changed = await connection.execute(update(notes).where(notes.c.id > 1).values(text=notes.c.text + "!"))
        returned = await connection.execute(update(notes).values(text=notes.c.text + "?").returning(notes.c.text))

    assert first.inserted_primary_key is not None
    assert first.inserted_primary_key[0] == 1
    assert changed.rowcount == 2
    assert sorted(returned.scalars()) == ["a?", "b!?", "c!?"]


async def test_two_reads_of_one_transaction_see_the_same(sqlite: Database) -> None:
    async with sqlite.write() as connection:
        await connection.run_sync(metadata.create_all)

    async with sqlite.read() as reading:
        before = (await reading.execute(select(notes.c.text))).scalars().all()
        async with sqlite.write() as connection:
            await connection.execute(insert(notes).values(text="meanwhile"))
        after = (await reading.execute(select(notes.c.text))).scalars().all()

    assert before == after == []
    assert await texts(sqlite) == ["meanwhile"]


async def test_sqlite_takes_one_hand_over_a_statement_and_one_to_commit(sqlite: Database) -> None:
    async with sqlite.write() as connection:
        await connection.run_sync(metadata.create_all)
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
    counted = CountingQueue(driver)

    async with sqlite.write() as connection:
        await connection.execute(insert(notes).values(text="a"))
        await connection.execute(select(notes))

    assert counted.handed_over == 3


class CountingQueue:
    """Stands between the loop and the connection's thread, and counts what is handed over."""

    def __init__(self, driver: object) -> None:
        self.handed_over = 0
        self._queue = driver._tx  # type: ignore[attr-defined]
        driver._tx = self  # type: ignore[attr-defined]

    def put_nowait(self, item: object) -> None:
        self.handed_over += 1
        self._queue.put_nowait(item)
