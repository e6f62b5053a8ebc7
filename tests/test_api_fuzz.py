"""Whatever is sent, the web answers: property tests for message texts and JSON bodies."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.bootstrap import Reading
from tests.conftest import NOW
from tests.web import DESK, Resident, resident, web
from tools.clock import fixed_clock
from tools.database import Database

EXAMPLES = 30
NOT_SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
ANYTHING = st.text(st.characters(codec=None), max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANYTHING,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANYTHING, inner, max_size=4),
    max_leaves=12,
)
"""Any JSON, and what Python's reader takes for JSON: NaN, infinities, lone surrogates."""


class Door:
    """The whole application, kept open over many examples, on an event loop of its own."""

    def __init__(self, reading: Reading, folder: Path) -> None:
        self._runner = asyncio.Runner()
        self._database = Database(f"sqlite+aiosqlite:///{folder / 'fuzz.db'}")
        self._web = web(reading, self._database, fixed_clock(NOW), folder)
        self.client, _ = self._runner.run(self._web.__aenter__())
        self.who: Resident = self._runner.run(resident(self.client))

    def send(self, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        """Post a body as ASCII JSON, so that every character gets through."""
        content = json.dumps(body).encode("ascii")
        given = headers | {"Content-Type": "application/json"}
        return self._runner.run(self.client.post(path, content=content, headers=given))

    def close(self) -> None:
        """Give everything back."""
        self._runner.run(self._web.__aexit__(None, None, None))
        self._runner.close()


@pytest.fixture(scope="module")
def door(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    opened = Door(reading, tmp_path_factory.mktemp("fuzz"))
    yield opened
    opened.close()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=NOT_SLOW)
@given(text=ANYTHING, message_id=ANYTHING)
def test_any_text_is_answered_calmly(door: Door, text: str, message_id: str) -> None:
    response = door.send(f"{door.who.address}/messages", {"text": text, "message_id": message_id}, door.who.headers)

    assert response.status_code < 500
    assert "outcome" in response.json() or response.json()["error"]["message"].endswith(".")
    assert response.json().get("outcome") != "failed"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=NOT_SLOW)
@given(body=JSON)
def test_any_json_is_answered_calmly(door: Door, body: Any) -> None:
    response = door.send(f"{door.who.address}/messages", body, door.who.headers)

    assert response.status_code < 500
    assert response.json()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=NOT_SLOW)
@given(text=ANYTHING)
def test_any_words_of_a_caller_give_a_draft_or_a_reason(door: Door, text: str) -> None:
    response = door.send("/api/drafts", {"text": text}, DESK)

    assert response.status_code in (201, 422)
    assert "draft_id" in response.json() or response.json()["error"]["code"] == "empty_text"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=NOT_SLOW)
@given(edits=st.dictionaries(st.sampled_from(["service", "location", "size"]) | ANYTHING, JSON, max_size=3))
def test_any_corrections_are_taken_or_refused(door: Door, edits: dict[str, Any]) -> None:
    draft = door.send("/api/drafts", {"text": "pothole at 100 Perham St"}, DESK).json()

    response = door.send(f"/api/drafts/{draft['draft_id']}/accept", {"edits": edits, "idempotency_key": "k"}, DESK)

    assert response.status_code in (200, 422)
    assert response.json()
