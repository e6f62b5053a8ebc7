"""What somebody hears who joins a case that is open already."""

import pytest

from assistant.filing import joined_in_words
from assistant.wording import load_wording
from tests.test_crm import pothole
from tools.clock import Clock
from tools.memory_crm import MemoryCRM


@pytest.mark.parametrize(("joining", "told"), [(1, ""), (2, " With yours there are now 3 reports of it.")])
async def test_from_the_third_report_on_they_are_counted(clock: Clock, joining: int, told: str) -> None:
    crm = MemoryCRM(clock)
    case = await crm.create(pothole(), key="k")

    for number in range(joining):
        case = await crm.add_report(case.case_id, words="me too", reporter=None, key=f"j{number}")

    assert joined_in_words(case, load_wording(), language="en") == (
        f"Done. Your report now belongs to case {case.case_id}.{told}"
    )
