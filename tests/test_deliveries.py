"""Outgoing texts: sent once and in order, tried again, doubted, looked for, and never back to an earlier status."""

import time

import pytest
import pytest_asyncio

from assistant.pacing import Pace
from assistant.sender import NotNow, Refused, ShutOut, Unsure
from assistant.store import Store
from tests.texting import ANNA, BEN, change, column, post, reply, statuses, text_store
from tools.database import Database


@pytest_asyncio.fixture
async def store(database: Database) -> Store:
    return await text_store(database)


async def test_replies_go_out_once_and_in_order(store: Store, database: Database) -> None:
    await reply(store, "one", "two")
    await reply(store, "three")
    office, carrier = post(database)

    await office.settled()
    await office.settled()

    assert [each.text for each in carrier.texts] == ["one", "two", "three"]
    assert await statuses(database) == ["sent", "sent", "sent"]


async def test_a_text_that_was_not_taken_is_tried_again_later_and_holds_back_the_next(
    store: Store, database: Database
) -> None:
    await reply(store, "one", "two")
    office, carrier = post(database, NotNow("20429", seconds=60))

    await office.settled()

    assert carrier.texts == []
    assert await statuses(database) == ["pending", "pending"]
    await change(database, due=time.time())
    await office.settled()
    assert [each.text for each in carrier.texts] == ["one", "two"]


async def test_one_persons_trouble_does_not_hold_back_another(store: Store, database: Database) -> None:
    await reply(store, "to Anna", contact=ANNA)
    await reply(store, "to Ben", contact=BEN)
    office, carrier = post(database, NotNow("20429", seconds=60))

    await office.settled()

    assert [each.text for each in carrier.texts] == ["to Ben"]


async def test_a_text_is_given_up_after_many_tries(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, _ = post(database, *(NotNow("30022", seconds=0) for _ in range(20)))

    await office.settled()

    assert await statuses(database) == ["failed"]
    assert await column(database, "attempts") == [8]


async def test_a_refused_text_is_not_tried_again(store: Store, database: Database) -> None:
    await reply(store, "one", "two")
    office, carrier = post(database, Refused("30006"))

    await office.settled()

    assert [each.text for each in carrier.texts] == ["two"]
    assert await statuses(database) == ["failed", "sent"]
    assert await column(database, "error") == ["30006", None]


async def test_being_shut_out_costs_no_try(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, _ = post(database, ShutOut("20003"))

    await office.settled()

    assert await statuses(database) == ["pending"]
    assert await column(database, "attempts") == [0]


async def test_who_opted_out_with_the_carrier_gets_nothing_more(store: Store, database: Database) -> None:
    await reply(store, "one", "two")
    office, carrier = post(database, Refused("21610"))

    await office.settled()
    await reply(store, "three")
    await office.settled()

    assert carrier.texts == []
    assert await statuses(database) == ["failed", "cancelled", "cancelled"]


async def test_an_opt_out_cancels_what_waits_and_lets_the_last_word_through(store: Store, database: Database) -> None:
    await reply(store, "one")
    await reply(store, "You will get no more texts.", opt="out")
    await reply(store, "Your case was filed.", answers=False)
    office, carrier = post(database)

    await office.settled()

    assert [each.text for each in carrier.texts] == ["You will get no more texts."]
    assert await statuses(database) == ["cancelled", "sent", "cancelled"]


async def test_an_opt_out_counts_for_that_person_and_number_only(store: Store, database: Database) -> None:
    await reply(store, "bye", contact=ANNA, opt="out")
    await reply(store, "hello", contact=BEN)
    office, carrier = post(database)

    await office.settled()

    assert sorted(each.text for each in carrier.texts) == ["bye", "hello"]


async def test_who_opts_in_again_is_texted_again(store: Store, database: Database) -> None:
    await reply(store, "bye", opt="out")
    await reply(store, "welcome back", opt="in")
    office, carrier = post(database)

    await office.settled()

    assert [each.text for each in carrier.texts] == ["bye", "welcome back"]


async def test_a_doubtful_text_that_the_carrier_has_is_not_sent_again(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, carrier = post(database, Unsure("timeout"), keeps_unsure=True)
    await office.settled()
    doubtful = await statuses(database)

    await change(database, due=time.time())
    await office.settled()

    assert doubtful == ["ambiguous"]
    assert len(carrier.texts) == 1
    assert carrier.asked == 1
    assert await statuses(database) == ["sent"]
    assert await column(database, "provider_id") == ["SM1"]


async def test_a_doubtful_text_that_the_carrier_lacks_is_sent_again(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, carrier = post(database, Unsure("timeout"))
    await office.settled()

    await change(database, due=time.time())
    await office.settled()

    assert len(carrier.texts) == 1
    assert await statuses(database) == ["sent"]


async def test_the_same_words_sent_twice_are_told_apart_when_looked_for(store: Store, database: Database) -> None:
    await reply(store, "hello")
    await reply(store, "hello")
    office, carrier = post(database, None, Unsure("timeout"))
    await office.settled()

    await change(database, due=time.time())
    await office.settled()

    assert len(carrier.texts) == 2
    assert await column(database, "provider_id") == ["SM1", "SM2"]


async def test_what_a_dead_process_was_sending_is_looked_for(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, carrier = post(database)
    await office.deliveries.claim(most=10)
    died = await statuses(database)

    await office.deliveries.recover(older_than=-1.0)
    await office.settled()

    assert died == ["sending"]
    assert carrier.asked == 1
    assert len(carrier.texts) == 1
    assert await statuses(database) == ["sent"]


async def test_a_text_is_claimed_by_one_sender_only(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, _ = post(database)

    claims = [await office.deliveries.claim(most=10) for _ in range(2)]

    assert [len(each.due) for each in claims] == [1, 0]


async def test_an_answer_that_comes_hours_late_is_not_sent(store: Store, database: Database) -> None:
    await reply(store, "one")
    rows = await column(database, "at")
    await change(database, at=rows[0].replace(year=2020))  # type: ignore[attr-defined] # a datetime
    office, carrier = post(database)

    await office.settled()

    assert carrier.texts == []
    assert await statuses(database) == ["cancelled"]


async def test_a_number_sends_no_faster_than_it_may(store: Store, database: Database) -> None:
    for _ in range(5):
        await reply(store, "to Anna", contact=ANNA)
        await reply(store, "to Ben", contact=BEN)
    office, _ = post(database, pace=Pace(per_second=1.0, at_once=1.0))

    first = await office.deliveries.claim(most=10)
    second = await office.deliveries.claim(most=10)

    assert len(first.due) == 1
    assert first.wait == pytest.approx(1.0, abs=0.2)
    assert second.due == ()
    assert second.wait == pytest.approx(1.0, abs=0.3)


async def test_a_clock_that_was_put_back_does_not_hold_texts_for_an_hour(store: Store, database: Database) -> None:
    await reply(store, "one")
    await change(database, due=time.time() + 7200)
    office, carrier = post(database)

    await office.settled()

    assert len(carrier.texts) == 1


async def test_without_a_carrier_texts_wait(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, _ = post(database)

    await type(office)(office.deliveries, None).settled()

    assert await statuses(database) == ["pending"]
