"""A call-taker's draft: kept, corrected, and filed as one case however often it is accepted."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.editing import EditRefused
from assistant.settings import Settings
from tools.clock import Clock
from tools.database import Database
from tools.draft import Draft, Kind
from tools.memory_crm import MemoryCRM


@pytest.fixture
def crm(clock: Clock) -> MemoryCRM:
    return MemoryCRM(clock)


@pytest_asyncio.fixture
async def desk(sqlite: Database, reading: Reading, crm: MemoryCRM, clock: Clock) -> AsyncIterator[Assistant]:
    assistant = await build_assistant(Settings(), reading=reading, crm=crm, clock=clock, database=sqlite)
    yield assistant
    await assistant.close()


async def suggested(desk: Assistant, text: str) -> Draft:
    draft = await desk.suggester.draft(text)
    await desk.drafts.save(draft, text=text, source="phone", by="local")
    return draft


async def test_a_draft_accepted_again_with_another_key_is_still_one_case(desk: Assistant, crm: MemoryCRM) -> None:
    draft = await suggested(desk, "caller says big pothole in front of 100 perham st")

    first = await desk.accept(draft.draft_id, {}, key="a", by="local")
    again = await desk.accept(draft.draft_id, {"location": "102 perham st"}, key="b", by="local")

    assert again == first
    assert list(crm.cases) == [first.case_id]


async def test_a_further_request_of_the_text_can_be_accepted_by_itself(desk: Assistant, crm: MemoryCRM) -> None:
    draft = await suggested(desk, "pothole at 100 perham st. Also a dead raccoon at 45 pender st")

    case = await desk.accept(draft.more[0].draft_id, {}, key="a", by="local")

    assert case.service == "dead_animal"
    assert case.location is not None
    assert case.location.value.startswith("45 Pender St")
    assert len(crm.cases) == 1


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("45 pender st", "45 Pender St, West Roxbury"),
        ("corner of pender and perham", "Pender St & Perham St"),
    ],
)
async def test_a_corrected_place_is_read_as_people_type_it(desk: Assistant, typed: str, value: str) -> None:
    draft = await suggested(desk, "pothole on centre st somewhere")

    case = await desk.accept(draft.draft_id, {"location": typed}, key="a", by="local")

    assert case.location is not None
    assert case.location.value.startswith(value)


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"service": "ufo"}, "ufo"),
        ({"location": "%%%"}, "%%%"),
        ({"size": "enormous"}, "size"),
        ({"shoe_size": "9"}, "shoe_size"),
    ],
    ids=["unknown service", "no place", "no choice of the question", "no question of the service"],
)
async def test_an_edit_that_does_not_fit_files_nothing(
    desk: Assistant, crm: MemoryCRM, edits: dict[str, str], told: str
) -> None:
    draft = await suggested(desk, "pothole in front of 100 perham st")

    with pytest.raises(EditRefused, match=told):
        await desk.accept(draft.draft_id, edits, key="a", by="local")

    assert crm.cases == {}


async def test_a_question_is_answered_for_the_call_taker_with_nothing_missing(desk: Assistant) -> None:
    draft = await desk.suggester.draft("when does street sweeping run")

    assert draft.kind is Kind.QUESTION
    assert draft.missing == ()
    assert "April 1" in draft.suggested_reply
