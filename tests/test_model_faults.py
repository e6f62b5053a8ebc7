"""Every fault of a model or its server: the resident gets the right, calm reply in time, and the turn says what
happened."""

import pytest

from assistant.bootstrap import Reading
from evals.fault_table import SCENARIOS, desk_row, fault_row
from evals.model_faults import Fault
from evals.scenario import load_scenarios

SERVES_ALL_THE_SAME = {
    Fault.NONE: (),
    Fault.RATE_LIMITED_FOR_A_MOMENT: (),
    Fault.SERVER_ERROR_ONCE: (),
    Fault.SLOW_FIRST_BYTE: (),
    Fault.FENCED: (),
    Fault.PROSE_ONCE: (),
    Fault.UNKNOWN_SERVICE: (),
    Fault.INVENTED_EVIDENCE: ("unusable",),
    Fault.INVENTED_LINK: ("unusable",),
    Fault.OBEYS_INJECTION: ("unusable",),
    Fault.ANOTHER_LANGUAGE: ("unusable",),
}
"""Faults that a model's reading survives, and the troubles of its wording."""

STANDS_IN = {
    Fault.WRONG_KEY: "key_refused",
    Fault.UNKNOWN_MODEL: "model_unknown",
    Fault.RATE_LIMITED: "rate_limited",
    Fault.RATE_LIMITED_FOR_LONG: "rate_limited",
    Fault.SERVER_ERROR: "server_error",
    Fault.UNAVAILABLE: "server_error",
    Fault.TIMEOUT: "timeout",
    Fault.CUT_MID_STREAM: "connection",
    Fault.ERROR_IN_STREAM: "server_error",
    Fault.TRUNCATED_JSON: "cut_short",
    Fault.REFUSAL: "refused",
    Fault.CONTENT_FILTER: "filtered",
    Fault.PROSE: "wrong_shape",
    Fault.WRONG_ENUM: "wrong_shape",
    Fault.EXTRA_KEY: "wrong_shape",
    Fault.MISSING_KEY: "wrong_shape",
    Fault.EMPTY: "empty",
    Fault.TEN_MEGABYTES: "too_long",
    Fault.SCHEMA_IGNORED: "wrong_shape",
}
"""Faults for which the embedded engine does it instead, and the reason that is stored."""


@pytest.mark.parametrize("fault", SERVES_ALL_THE_SAME, ids=lambda fault: fault.value)
async def test_a_small_fault_of_the_model_is_lived_with(fault: Fault, reading: Reading) -> None:
    row = await fault_row(fault, reading, load_scenarios(SCENARIOS, reading.engine.catalogue.services))

    assert row.wrong == ()
    assert row.in_time
    assert row.troubles == SERVES_ALL_THE_SAME[fault]
    assert "openai" in row.engines


@pytest.mark.parametrize("fault", STANDS_IN, ids=lambda fault: fault.value)
async def test_the_embedded_engine_answers_in_the_same_turn(fault: Fault, reading: Reading) -> None:
    row = await fault_row(fault, reading, load_scenarios(SCENARIOS, reading.engine.catalogue.services))

    assert row.wrong == ()
    assert row.in_time
    assert row.troubles[:1] == (STANDS_IN[fault],)


async def test_a_call_taker_gets_a_draft_within_four_seconds_from_a_silent_server(reading: Reading) -> None:
    row = await desk_row(Fault.TIMEOUT, reading)

    assert row.right
    assert row.in_time
    assert row.engines == ("embedded",)


def test_every_fault_is_tried() -> None:
    assert {*SERVES_ALL_THE_SAME, *STANDS_IN} == set(Fault)
