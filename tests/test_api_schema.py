"""Everything that the OpenAPI document allows, and much that it does not, is answered without an error of ours."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from assistant.assistant import Assistant
from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.bootstrap import build_web
from tests.conftest import NOW
from tests.web import DESK, DESK_KEY, Resident, resident
from tools.clock import fixed_clock
from tools.database import Database

EXAMPLES = 3
"""Of each kind for each operation; derandomised, so that every run sends the same."""

Made = schemathesis.Case[Any]
SENT = ("method", "url", "params", "json", "data", "files")
ENDLESS = "/events"
PER_OPERATION = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Served:
    """The whole application on an empty database, its document, and somebody who talks."""

    def __init__(self, reading: Reading, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.assistant, self.client, self.who, self.document = self.runner.run(_opened(reading, folder))

    def send(self, case: Made) -> httpx.Response:
        """Send what was made up, by somebody who may: the conversation's own resident, or staff."""
        ours = "conversation_id" in (case.path_parameters or {})
        if ours:
            case.path_parameters = {**(case.path_parameters or {}), "conversation_id": self.who.conversation_id}
        given: dict[str, Any] = case.as_transport_kwargs(base_url="http://beacon.test")
        headers = {**dict(given.pop("headers", None) or {}), **(self.who.headers if ours else DESK)}
        known: dict[str, Any] = {
            name: given[name] for name in ("method", "url", "params", "json", "data", "files") if name in given
        }
        if isinstance(known.get("data"), bytes | str):
            known["content"] = known.pop("data")
        return self.runner.run(self.client.request(**known, headers=headers))


async def _opened(reading: Reading, folder: Path) -> tuple[Assistant, httpx.AsyncClient, Resident, dict[str, Any]]:
    chosen = Settings(data_dir=folder, desk_key=DESK_KEY)
    database = Database(f"sqlite+aiosqlite:///{folder / 'schema.db'}")
    assistant = await build_assistant(chosen, reading=reading, clock=fixed_clock(NOW), database=database)
    app = build_web(chosen, assistant)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://beacon.test")
    return assistant, client, await resident(client), app.openapi()


@pytest.fixture(scope="module")
def served(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    opened = Served(reading, tmp_path_factory.mktemp("schema"))
    yield opened
    opened.runner.run(opened.client.aclose())
    opened.runner.run(opened.assistant.close(seconds=5))
    opened.runner.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
def test_no_request_that_can_be_made_up_from_the_document_fails_here(mode: GenerationMode, served: Served) -> None:
    schema = schemathesis.openapi.from_dict(served.document)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    failed: dict[str, str] = {}
    sent: set[str] = set()

    def ask(case: Made) -> None:
        answer = served.send(case)
        sent.add(case.operation.label)
        if answer.status_code >= 500:
            failed[case.operation.label] = f"{answer.status_code} {answer.text[:300]} to {case.body!r} {case.query!r}"

    for operation in operations:
        if not operation.path.endswith(ENDLESS):
            with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
                PER_OPERATION(given(case=operation.as_strategy(generation_mode=mode))(ask))()

    assert failed == {}
    assert len(sent) >= len(operations) / 3
