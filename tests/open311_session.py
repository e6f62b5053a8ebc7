"""A session with our Open311 server by civicbot, a client that nobody here wrote: what is called, and what comes back.

`pytest tests/test_open311_stranger.py --approve` writes it into docs/open311.md.
"""

import json
from collections.abc import Callable, Iterator

from civicbot.http import HttpError, HttpTransport, RateLimiter
from civicbot.open311 import Open311Client, ValidationError
from civicbot.registry import Endpoint

PLACE = {"lat": 42.3603, "lng": -71.0579}
SHOWN = (
    "service_code", "service_name", "type", "service_request_id", "status", "address", "agency_responsible",
    "service_notice", "code", "description",
)  # fmt: skip
LONGEST = 110


def session(address: str, api_key: str) -> list[str]:
    """Every step as a line of what is called and lines of the answer, the key hidden and long answers shortened."""
    lines: list[str] = []
    for called, call in _steps(_client(address), api_key):
        lines += [f">>> {called}", *_told(call)]
    return lines


def _client(address: str) -> Open311Client:
    city = Endpoint(id="boston", name="Boston", base_url=address, write=True)
    return Open311Client(city, HttpTransport(rate_limiter=RateLimiter(min_interval=0.0)))


def _steps(client: Open311Client, api_key: str) -> Iterator[tuple[str, Callable[[], object]]]:
    def post(key: str, words: str, **more: object) -> object:
        return client.create_request(
            "pothole", **PLACE, description=words, api_key=key, validate_remote=True, dry_run=False, confirm="SEND",
            **more,
        ).response  # fmt: skip

    yield "client.list_services()", client.list_services
    yield 'client.get_service_definition("pothole")["attributes"]', lambda: client.get_service_definition("pothole")
    answers = {"size": "plate"}
    filed = 'client.create_request("pothole", lat=…, lng=…, description="a deep hole", '
    sent = 'validate_remote=True, dry_run=False, confirm="SEND").response'
    yield filed + 'attributes={"size": "plate"}, ' + sent, lambda: post(api_key, "a deep hole", attributes=answers)
    yield filed + 'attributes={"size": "huge"}, ' + sent, lambda: post(api_key, "x", attributes={"size": "huge"})
    yield 'client.get_request("B311-000002-1")', lambda: client.get_request("B311-000002-1")
    yield (
        'client.list_requests(service_code="pothole", status="open")',
        lambda: client.list_requests(service_code="pothole", status="open"),
    )
    yield 'client.create_request(… api_key="a wrong one" …)', lambda: post("a wrong one", "a deep hole")
    yield (
        'client.create_request(… description="it fell on a man, he is not breathing" …)',
        lambda: post(api_key, "it fell on a man, he is not breathing"),
    )


def _told(call: Callable[[], object]) -> list[str]:
    try:
        return _shown(call())
    except HttpError as error:
        return [f"HttpError {error.status}: {_short(json.loads(error.body))}"]
    except ValidationError as error:
        return [f"ValidationError, nothing was sent: {error}"]


def _shown(answer: object) -> list[str]:
    if isinstance(answer, dict) and "attributes" in answer:
        return [f"{len(answer['attributes'])} questions: {', '.join(each['code'] for each in answer['attributes'])}"]
    rows = answer if isinstance(answer, list) else [answer]
    more = [f"… and {len(rows) - 2} more"] if len(rows) > 2 else []
    return [_short(row) for row in rows[:2]] + more


def _short(row: object) -> str:
    rows = row[0] if isinstance(row, list) else row
    if not isinstance(rows, dict):
        return str(rows)
    told = ", ".join(f"{name}: {rows[name]}" for name in SHOWN if rows.get(name) not in (None, ""))
    return told if len(told) <= LONGEST * 2 else f"{told[: LONGEST * 2]}…"
