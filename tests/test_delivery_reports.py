"""What the carrier reports of a text: twice, late, out of order; a status never goes back."""

import itertools
import time

import pytest
import pytest_asyncio

from assistant.message import DeliveryStatus
from assistant.sender import StatusReport, Unsure
from assistant.store import Store
from tests.texting import change, post, reply, statuses, text_store
from tools.database import Database

SENT, DELIVERED, FAILED = DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED


def report(status: DeliveryStatus, provider_id: str = "SM1", **more: object) -> StatusReport:
    return StatusReport.model_validate({"provider_id": provider_id, "status": status, **more})


@pytest_asyncio.fixture
async def store(database: Database) -> Store:
    return await text_store(database)


async def test_a_report_settles_a_doubtful_text(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, carrier = post(database, Unsure("timeout"), keeps_unsure=True)
    await office.settled()
    delivery_id = carrier.texts[0].delivery_id

    await office.deliveries.reported(delivery_id, report(SENT))
    await change(database, due=time.time())
    await office.settled()

    assert carrier.asked == 0
    assert await statuses(database) == ["sent"]


@pytest.mark.parametrize("order", list(itertools.permutations([SENT, SENT, DELIVERED])), ids=str)
async def test_reports_in_any_order_and_twice_end_at_delivered(
    store: Store, database: Database, order: tuple[DeliveryStatus, ...]
) -> None:
    await reply(store, "one")
    office, carrier = post(database)
    await office.settled()

    for status in order:
        await office.deliveries.reported(carrier.texts[0].delivery_id, report(status))

    assert await statuses(database) == ["delivered"]


async def test_a_failure_after_delivery_changes_nothing(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, carrier = post(database)
    await office.settled()
    delivery_id = carrier.texts[0].delivery_id

    await office.deliveries.reported(delivery_id, report(DELIVERED))
    await office.deliveries.reported(delivery_id, report(FAILED, code="30003", again=True))

    assert await statuses(database) == ["delivered"]


async def test_a_report_for_no_text_of_ours_does_no_harm(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, _ = post(database)

    await office.deliveries.reported("nobody", report(DELIVERED))

    assert await statuses(database) == ["pending"]


async def test_a_text_that_could_not_be_delivered_is_sent_again_a_few_times(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, carrier = post(database)

    for attempt in (1, 2, 3):
        await change(database, due=time.time())
        await office.settled()
        failed = report(FAILED, provider_id=f"SM{attempt}", code="30003", again=True)
        await office.deliveries.reported(carrier.texts[0].delivery_id, failed)

    assert len(carrier.texts) == 3
    assert await statuses(database) == ["failed"]


async def test_a_late_report_of_an_earlier_try_does_not_fail_the_next(store: Store, database: Database) -> None:
    await reply(store, "one")
    office, carrier = post(database)
    await office.settled()
    delivery_id = carrier.texts[0].delivery_id
    await office.deliveries.reported(delivery_id, report(FAILED, code="30003", again=True))
    await change(database, due=time.time())
    await office.settled()

    await office.deliveries.reported(delivery_id, report(FAILED, provider_id="SM1", code="30003"))

    assert await statuses(database) == ["sent"]
