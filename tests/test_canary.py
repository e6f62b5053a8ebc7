"""Personal data flows through a running server, its faults included, and stands in nothing that the server tells."""

import asyncio
import base64
import json
import logging
import sqlite3
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from starlette.types import ASGIApp

from assistant.privacy import load_personal_data
from assistant.records import Asked, export_records
from channels.audit import Audit
from evals.creatio_server import creatio_app
from evals.model_server import MODEL
from tests.canary import EMAIL, NAME, PHONE, PLATE, STORY, UNIT, LogWatch, leaks
from tests.running import environment, opened, prepared
from tests.watched import Watched, in_background, serving, settings_of
from tests.web import DESK
from tools.clock import system_clock
from tools.database import Database

pytestmark = pytest.mark.timeout(300)  # its server, and what it loads, start within the first test
REPORT = f"there is a big pothole in the street at 100 Perham St, West Roxbury, {STORY}"
OUTPUTS = ("log", "metrics", "traces", "prompts", "error pages", "audit", "redacted records")


@pytest.fixture(scope="module")
def watched(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A server through which the canaries went: web, texts, the desk, and every fault."""
    told = Watched(prepared(data_dir, tmp_path_factory.mktemp("canary")))
    with ExitStack() as running:
        served: dict[str, ASGIApp] = {"crm": creatio_app(told.site), "model": told.model, "traces": told.collector.app}
        at = {name: running.enter_context(in_background(app)) for name, app in served.items()}
        given = environment(told.folder, **settings_of(at))
        with serving(told, given):
            _residents(told)
            _desk(told)
            _faults(told)
            _collector_hangs(told)
            told.told["metrics"] = httpx.get(f"{told.address}/metrics").text
        told.collector.hangs = False
    told.told |= _told_afterwards(told)
    return told


def _residents(told: Watched) -> None:
    mine, headers = opened(told.address)
    for words in (REPORT, "yes", f"when is trash day? {STORY}", f"what is the status of my case {STORY}"):
        told.say(mine, headers, words)
    told.text(f"a street light is out at 100 Calumet St, {STORY}")


def _desk(told: Watched) -> None:
    draft = httpx.post(f"{told.address}/api/drafts", json={"text": REPORT, "source": "phone"}, headers=DESK).json()
    accept = {"edits": {}, "idempotency_key": "k1"}
    httpx.post(f"{told.address}/api/drafts/{draft['draft_id']}/accept", json=accept, headers=DESK, timeout=30)
    told.site.faults.every("error", times=40)
    answer = httpx.post(
        f"{told.address}/api/drafts/{draft['draft_id']}/accept", json=accept | {"idempotency_key": "k2"}, headers=DESK
    )
    told.kept(answer)


def _faults(told: Watched) -> None:
    """The case system is down, then the model makes no sense, then the database breaks under the server."""
    mine, headers = opened(told.address)
    for words in (REPORT, "yes"):
        told.say(mine, headers, words)
    told.site.faults.clear()
    for fault in ("prose", "schema_ignored", "invented_evidence", "500", "truncated_json"):
        told.model.fault = fault
        told.say(*opened(told.address), REPORT)
    browser = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}
    for path in ("/api/conversations/none", f"/nothing/{PHONE}?phone={PHONE}&email={EMAIL}"):
        told.kept(httpx.get(f"{told.address}{path}", headers=browser))
    told.kept(httpx.post(f"{told.address}/api/conversations", content=REPORT.encode()))
    told.kept(httpx.post(f"{told.address}/api/drafts", json={"text": {"said": REPORT}, "source": REPORT}, headers=DESK))
    _broken_rows(told, mine, headers)


def _broken_rows(told: Watched, mine: str, headers: dict[str, str]) -> None:
    """Rows that do not hold what they should, with personal data in them; then a table that is gone."""
    with sqlite3.connect(told.folder / "beacon.db") as database:
        database.execute("UPDATE conversation SET state = ?", (json.dumps({"said": REPORT}),))
        database.execute("UPDATE turn SET record = ?", (json.dumps({"said": REPORT}),))
    told.say(mine, headers, REPORT)
    told.kept(httpx.get(f"{told.address}{mine}", headers=headers))
    with sqlite3.connect(told.folder / "beacon.db") as database:
        database.execute("ALTER TABLE message RENAME TO message_gone")
    told.say(mine, headers, REPORT)
    with sqlite3.connect(told.folder / "beacon.db") as database:
        database.execute("ALTER TABLE message_gone RENAME TO message")


def _collector_hangs(told: Watched) -> None:
    time.sleep(0.5)  # what was told until now has left
    told.collector.hangs = True
    began = time.monotonic()
    for words in ("hello", "when is trash day?", "thanks"):
        told.say(*opened(told.address), words)
    told.slowed = time.monotonic() - began


def _told_afterwards(told: Watched) -> dict[str, str]:
    audit, redacted = asyncio.run(_exported(told.folder))
    return {
        "traces": b"".join(told.collector.bodies).decode("utf-8", "ignore"),
        "prompts": json.dumps(told.model.server.requests),
        "error pages": "\n".join(answer.text for answer in told.errors),
        "audit": audit,
        "redacted records": redacted,
    }


async def _exported(folder: Path) -> tuple[str, str]:
    """The audit log, and the redacted copy of a public-records export of everything."""
    database, out = Database(f"sqlite+aiosqlite:///{folder / 'beacon.db'}"), folder / "records"
    everything = Asked(since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC))
    finder = load_personal_data()
    await export_records(database, finder, everything, out, by="a test", why="a test", clock=system_clock)
    entries = await Audit(database).entries()
    await database.close()
    copies = [path.read_text() for path in (out / "redacted").rglob("*") if path.is_file()]
    return "\n".join(entry.model_dump_json() for entry in entries), "\n".join(copies)


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_personal_data_leaves_by(output: str, watched: Watched) -> None:
    told = watched.told[output]

    assert told.strip()
    assert leaks(told) == []


def test_the_canaries_went_everywhere_that_a_leak_could_come_from(watched: Watched) -> None:
    outcomes = {outcome for turn in watched.turns for outcome in turn["outcomes"]}
    events = {line.get("event") for line in watched.lines()}

    assert {"case_opened", "case_queued", "answered", "read_back"} <= outcomes
    assert {"fallback", "crm_failed", "request_failed", "database_unavailable"} <= events
    assert {answer.status_code for answer in watched.errors} >= {401, 404, 422, 500, 503}
    assert any(leaks(json.dumps(row)) for row in watched.site.tables.rows["Case"].values())


@pytest.mark.parametrize("canary", [PHONE, f"+1{PHONE.replace('-', '')}", EMAIL, NAME.upper(), PLATE.lower(), UNIT])
def test_the_grep_finds_a_planted_leak(canary: str) -> None:
    assert leaks(f'{{"message": "told of {canary} here"}}')


def test_the_watch_of_every_test_finds_what_our_loggers_are_told() -> None:
    watch, log = LogWatch(), logging.Logger("assistant.planted")
    log.addHandler(watch)

    log.warning("A text to %s failed.", "+16175550188")
    log.warning("A text failed.", extra={"event": "failed", "who": NAME})
    log.warning("A text failed.", extra={"event": "failed", "turn_id": "0f8fad5bd9cb469fa16570867728950e"})

    assert [len(leaks(line)) for line in watch.leaked()] == [0, 1]


def test_every_log_line_is_json_and_names_the_turn_it_belongs_to(watched: Watched) -> None:
    lines = watched.lines()

    assert {"at", "level", "logger", "message"} <= set.intersection(*(set(line) for line in lines))
    within = [line for line in lines if "conversation_id" in line]
    assert len(within) >= 8
    assert all(line["turn_id"] for line in within if line["event"] == "fallback")


def test_a_log_line_of_a_turn_leads_to_its_trace(watched: Watched) -> None:
    traces = {_hex(span["traceId"]): span["attributes"] for span in watched.spans("invoke_agent Beacon 311")}

    within = [line for line in watched.lines() if line.get("trace_id") in traces]
    assert len(within) >= 8
    assert all(traces[line["trace_id"]]["beacon.turn.id"] == line["turn_id"] for line in within)


def test_a_turn_is_traced_with_its_steps_model_calls_search_and_case_system(watched: Watched) -> None:
    model, tool = watched.spans(f"chat {MODEL}"), watched.spans("execute_tool crm.create")
    parents = {span["spanId"]: span for span in watched.collector.spans()}

    assert {each["attributes"].get("gen_ai.usage.input_tokens") for each in model} - {None, "0"}
    assert {each["attributes"].get("error.type") for each in model} >= {None, "EngineFailed"}
    assert {parents[each["parentSpanId"]]["name"] for each in model} == {"step read", "step answer"}
    assert {parents[each["parentSpanId"]]["name"] for each in tool} >= {"step report"}
    assert {each["attributes"].get("error.type") for each in tool} == {None, "CRMUnavailable"}
    assert watched.spans("retrieval city-articles")


def test_what_opentelemetry_has_a_name_for_is_called_so(watched: Watched) -> None:
    known = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
    operations = {each.value for each in gen_ai_attributes.GenAiOperationNameValues}

    told = [span["attributes"] for span in watched.collector.spans()]

    assert {name for each in told for name in each if name.startswith("gen_ai.")} <= known
    assert {each["gen_ai.operation.name"] for each in told if "gen_ai.operation.name" in each} <= operations


def test_a_collector_that_hangs_slows_no_turn_and_holds_up_no_stop(watched: Watched) -> None:
    assert [turn["outcome"] for turn in watched.turns[-3:]] == ["acknowledged", "answered", "acknowledged"]
    assert watched.slowed < 5
    assert watched.stopped < 6


def _hex(told: str) -> str:
    return base64.b64decode(told).hex()
