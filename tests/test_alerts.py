"""Metrics that agree with what happened, for whoever may read them; and every alert, provoked: it fires, and is quiet
before."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, update

from assistant.engine import Trouble
from assistant.model_ledger import ModelCall
from assistant.store import Store
from assistant.tables import conversations, deliveries, messages, to_file, turns
from assistant.turn import Step
from channels.watch import Watch
from tests.web import resident
from tools.database import Database

RULES = yaml.safe_load(Path("deploy/watch/alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
BOARD = json.loads(Path("deploy/watch/dashboard.json").read_text(encoding="utf-8"))
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@dataclass
class Place:
    """A database with one conversation and its turn, and what is watched of it."""

    database: Database
    watch: Watch

    async def write(self, *statements: object) -> None:
        async with self.database.write() as connection:
            for each in statements:
                await connection.execute(each)  # type: ignore[call-overload] # any statement

    async def samples(self) -> dict[str, float]:
        text = (await self.watch.text()).decode()
        found: dict[str, float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name] = found.get(sample.name, 0.0) + sample.value
        return found

    async def fires(self, name: str) -> bool:
        """Whether the alert's expression holds for what is scraped now."""
        rule = next(each for each in RULES if each["alert"] == name)
        metric, sign, number = re.fullmatch(r"(\w+) ([<>]) (\d+)", rule["expr"]).groups()  # type: ignore[union-attr] # the file says that all are so
        value = (await self.samples())[metric]
        return value > float(number) if sign == ">" else value < float(number)


@pytest_asyncio.fixture
async def place(database: Database, tmp_path: Path) -> AsyncIterator[Place]:
    await Store(database).prepare()
    made = Place(database, Watch(database, tmp_path, lease_seconds=30))
    await made.write(
        insert(conversations).values(
            conversation_id="c1",
            channel="sms",
            token_hash="h",
            state={},
            created=LONG_AGO,
            updated=LONG_AGO,
            received=1,
            replied=1,
            failures=0,
            parked=False,
        ),
        insert(turns).values(
            turn_id="t1", conversation_id="c1", started=LONG_AGO, outcome="answered", engine="embedded", record={}
        ),
    )
    yield made


def a_message(**changed: object) -> object:
    row = {"conversation_id": "c1", "channel": "sms", "message_id": "m1", "sequence": 1, "text": "x", "media": []}
    return insert(messages).values({**row, "at": LONG_AGO, **changed})


def a_text(number: int, **changed: object) -> object:
    row = {"delivery_id": f"d{number}", "conversation_id": "c1", "turn_id": "t1", "sequence": number, "text": "x"}
    more = {"language": "en", "at": datetime.now(UTC), "attempts": 1, "address": "+16175550101", "segments": 1}
    return insert(deliveries).values({**row, **more, **changed})


def a_turn(number: int, outcome: str, *, steps: tuple[Step, ...] = ()) -> object:
    record = {"steps": [step.model_dump(mode="json") for step in steps]}
    row = {"turn_id": f"n{number}", "conversation_id": "c1", "outcome": outcome, "engine": "embedded", "record": record}
    return insert(turns).values({**row, "started": datetime.now(UTC)})


async def unanswered(place: Place) -> None:
    await place.write(a_message())


async def stuck(place: Place) -> None:
    await place.write(a_text(1, status="pending", due=LONG_AGO.timestamp()))


async def failing_texts(place: Place) -> None:
    await place.write(*(a_text(number, status="failed") for number in range(11)))


async def unfiled(place: Place) -> None:
    row = {"key": "k", "conversation_id": "c1", "record": {}, "at": LONG_AGO, "attempts": 1}
    await place.write(insert(to_file).values(row))


async def parked(place: Place) -> None:
    await place.write(update(conversations).values(parked=True))


async def expired(place: Place) -> None:
    row = {"channel": "web", "token_hash": "h", "state": {}, "created": LONG_AGO, "updated": LONG_AGO, "received": 1}
    more = {"replied": 0, "failures": 0, "parked": False, "lease_token": "x", "lease_until": LONG_AGO.timestamp()}
    await place.write(
        *(insert(conversations).values(conversation_id=f"e{number}", **row, **more) for number in range(6))
    )


async def failing_turns(place: Place) -> None:
    await place.write(*(a_turn(number, "failed") for number in range(6)))


async def warnings(place: Place) -> None:
    await place.write(*(a_turn(number, "emergency") for number in range(21)))


PROVOKED = {
    "UnansweredMessage": unanswered,
    "TextsStuck": stuck,
    "TextsFail": failing_texts,
    "CasesUnfiled": unfiled,
    "ConversationParked": parked,
    "LeasesExpire": expired,
    "TurnsFail": failing_turns,
    "ManyWarnings": warnings,
}


@pytest.mark.parametrize("name", PROVOKED)
async def test_an_alert_is_quiet_until_it_is_provoked(place: Place, name: str) -> None:
    provoke: Callable[[Place], Awaitable[None]] = PROVOKED[name]
    before = await place.fires(name)

    await provoke(place)

    assert (before, await place.fires(name)) == (False, True)


async def test_no_worker_is_told_on_postgres(empty_postgres: str, tmp_path: Path) -> None:
    database = Database(empty_postgres)
    await Store(database).prepare()
    place = Place(database, Watch(database, tmp_path, lease_seconds=30))

    assert await place.fires("NoWorker")
    await database.close()


async def test_a_disk_with_little_room_is_told(place: Place) -> None:
    free = (await place.samples())["beacon_disk_free_bytes"]
    rule = next(each for each in RULES if each["alert"] == "DiskFills")

    assert rule["expr"] == "beacon_disk_free_bytes < 2000000000"
    assert free > 0


def test_every_alert_has_a_test_and_a_page_of_the_runbook() -> None:
    names = {each["alert"] for each in RULES}

    assert names == {*PROVOKED, "NoWorker", "DiskFills"}
    assert names == {path.stem for path in Path("docs/runbook").glob("*.md")}
    assert all(each["annotations"]["runbook"] == f"docs/runbook/{each['alert']}.md" for each in RULES)


async def test_alerts_and_dashboard_ask_only_for_metrics_that_there_are(place: Place) -> None:
    await place.write(a_turn(1, "answered"))
    there = await place.samples()
    asked = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in RULES]

    names = {name for expression in asked for name in re.findall(r"beacon_\w+", expression)}

    families = {re.sub(r"_(total|bucket)$", "", name) for name in names}
    assert families - {re.sub(r"_(total|bucket|count|sum|created)$", "", name) for name in there} == {
        "beacon_fallbacks",
        "beacon_safety_rules",
        "beacon_step_seconds",
    }


async def test_turns_are_counted_once_by_outcome_with_their_steps_and_rules(api: httpx.AsyncClient) -> None:
    who = await resident(api)
    await who.say("when does street sweeping run")
    await who.say("i smell gas in my kitchen")

    first, again = await api.get("/metrics"), await api.get("/metrics")

    assert 'beacon_turns_total{engine="embedded",outcome="answered"} 1.0' in again.text
    assert 'beacon_turns_total{engine="embedded",outcome="emergency"} 1.0' in first.text
    assert 'beacon_step_seconds_count{step="answer"} 1.0' in again.text
    assert re.search(r'beacon_safety_rules_total\{rule="gas[\w.]*"\} 1\.0', again.text)


async def test_what_the_embedded_engine_did_for_the_model_is_counted_by_reason(place: Place) -> None:
    call = ModelCall(call="read", model="m", prompt="p", attempts=2, ms=9, trouble=Trouble.TIMEOUT)
    await place.write(a_turn(1, "answered", steps=(call.as_step(), Step(name="read", did="read", ms=1))))

    told = (await place.watch.text()).decode()

    assert 'beacon_fallbacks_total{call="read",why="timeout"} 1.0' in told


async def test_metrics_hold_no_words_of_residents(api: httpx.AsyncClient) -> None:
    await (await resident(api)).say("my name is Zebulon Quick, call me at 617-555-0142")

    told = (await api.get("/metrics")).text

    assert "Zebulon" not in told
    assert "0142" not in told


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_metrics_are_not_shown_through_a_proxy_without_a_token(api: httpx.AsyncClient, header: str) -> None:
    answer = await api.get("/metrics", headers={header: "203.0.113.7"})

    assert answer.status_code == 404
