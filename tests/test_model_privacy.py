"""What residents write to a model, and what it answers, stands in no log and in no trace of a call."""

import json
import logging

import pytest

from assistant.bootstrap import Reading
from assistant.model_ledger import opened_ledger
from assistant.reading import Asked
from evals.model_faults import Fault
from evals.model_server import ModelServer
from tests.model import model_behind

SECRET = "zanzibar"
MESSAGE = f"theres a pothole in front of {SECRET} cafe, call me at 617-555-0143"
FAULTS = (
    Fault.NONE,
    Fault.WRONG_KEY,
    Fault.RATE_LIMITED_FOR_LONG,
    Fault.SERVER_ERROR,
    Fault.CUT_MID_STREAM,
    Fault.TRUNCATED_JSON,
    Fault.REFUSAL,
    Fault.PROSE,
    Fault.EXTRA_KEY,
    Fault.SCHEMA_IGNORED,
    Fault.INVENTED_EVIDENCE,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.value)
async def test_no_log_and_no_trace_holds_what_was_said(
    fault: Fault, reading: Reading, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = ModelServer()
    path = "/v1" if fault is Fault.NONE else f"/faults/{fault.value}/v1"

    async with model_behind(reading, path, server=server) as engine:
        with opened_ledger("c1", seconds=8) as ledger:
            await engine.read(MESSAGE, Asked())
    told = json.dumps([step.model_dump(mode="json") for step in ledger.steps()])

    assert SECRET in json.dumps(server.requests)
    assert SECRET not in caplog.text
    assert SECRET not in told
    assert "pothole in front" not in caplog.text + told


async def test_a_server_that_can_is_told_to_store_nothing(reading: Reading) -> None:
    server = ModelServer()

    async with model_behind(reading, server=server) as engine:
        await engine.read("theres a pothole", Asked())
        await engine.word("when is trash day", (), language="en", sentences=2)

    assert [request["store"] for request in server.requests] == [False, False]
