"""Measures how messages are read: form slots, several requests in one text, kinds, vehicles in free text, and speed."""

import asyncio
import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.bootstrap import Reading as Parts
from assistant.embedded import EmbeddedEngine
from assistant.form import read_form
from assistant.reading import Asked, Reading
from assistant.requests import RequestReader
from assistant.vehicle import make_model_color, plate
from evals.awkward import awkward_texts
from evals.figures import Figure, percentile, share
from tools.draft import Kind

KINDS_OF_LABELS = {
    "information": {Kind.QUESTION},
    "status": {Kind.STATUS},
    "feedback": {Kind.FEEDBACK},
    "spam_or_joke": {Kind.OTHER},
    "unclear": set(Kind),
    "emergency_911": {Kind.REPORT},
}
"""What a label that is not a service stands for; every other label asks for work."""

DETAILS = ("Details", "Additional Details/Comments")


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """How messages are read. `data` is the folder with `reports/` and `measure/`."""
    requests = parts.engine.requests
    return (
        *measure_forms(data / "reports"),
        *measure_vehicles(data / "reports" / "boston_form_slots.jsonl"),
        *measure_splitting(data, requests),
        *measure_kinds(data / "reports" / "boston_service_gold.csv", requests),
        *asyncio.run(measure_speed(data, parts.engine)),
        asyncio.run(measure_awkward(parts.engine)),
    )


def measure_forms(reports: Path) -> Iterator[Figure]:
    """Slots read from app-form descriptions against the slots on record: precision, recall and their F1."""
    texts = {row["case_id"]: row["description"] for row in _table(reports / "boston_open311_reports.csv")}
    right = found = wanted = 0
    for row in _lines(reports / "boston_form_slots.jsonl"):
        text = texts.get(row["case_id"])
        if text is None:
            continue
        slots = {(slot.label.casefold(), slot.value) for slot in read_form(text)}
        expected = {(label.casefold(), " ".join(value.split())) for label, value in row["slots"].items()}
        slots = {(label, " ".join(value.split())) for label, value in slots}
        right, found, wanted = right + len(slots & expected), found + len(slots), wanted + len(expected)
    yield share("form slots: precision", right, found)
    yield share("form slots: recall", right, wanted)
    yield Figure(what="form slots: F1", value=round(2 * right / (found + wanted), 4), total=wanted, target=0.95)


def measure_vehicles(path: Path) -> Iterator[Figure]:
    """Plates and makes that the free text of a form repeats: how many of them are read there."""
    plates = makes = plates_right = makes_right = 0
    for row in _lines(path):
        details = " ".join(row["slots"].get(label, "") for label in DETAILS)
        number = next((value for label, value in row["slots"].items() if "Plate" in label and "State" not in label), "")
        make = row["slots"].get("Make") or row["slots"].get("Make of the abandoned car") or ""
        if len(number) >= 5 and any(map(str.isdigit, number)) and number.casefold() in details.casefold().split():
            read = plate(details)
            plates += 1
            plates_right += read is not None and str(read.value).casefold() == number.casefold()
        if len(make) >= 3 and make.casefold() in details.casefold().split():
            described = make_model_color(details)
            makes += 1
            makes_right += described is not None and make.casefold() in str(described.value).casefold()
    yield share("plate in free text", plates_right, plates)
    yield share("make in free text", makes_right, makes)


def measure_splitting(data: Path, requests: RequestReader) -> Iterator[Figure]:
    """Texts with several requests whose number is found, and texts with one request that stay one."""
    several = list(_lines(data / "measure" / "multi_issue.jsonl"))
    right = sum(len(requests.read(row["text"], language="en")) == len(row["expect"]) for row in several)
    yield share("several requests: number right", right, len(several), target=0.80)
    single = [row for row in _table(data / "reports" / "boston_service_gold.csv") if not row["more"]]
    whole = sum(len(requests.read(row["text"], language="en")) == 1 for row in single)
    yield share("one request: left whole", whole, len(single))


def measure_kinds(path: Path, requests: RequestReader) -> Iterator[Figure]:
    """Whether one of a text's requests is of a kind that its label, or one that is equally right, stands for."""
    rows = list(_table(path))
    for label in ("service", "information", "status", "feedback", "spam_or_joke"):
        chosen = [row for row in rows if (row["label"] if row["label"] in KINDS_OF_LABELS else "service") == label]
        right = sum(_kind_fits(row, requests) for row in chosen)
        yield share(f"kind: {label}", right, len(chosen))


def _kind_fits(row: dict[str, str], requests: RequestReader) -> bool:
    labels = [row["label"], *filter(None, row["also_ok"].split(";"))]
    allowed = set().union(*(KINDS_OF_LABELS.get(label, {Kind.REPORT}) for label in labels))
    return any(part.kind in allowed for part in requests.read(row["text"], language="en"))


async def measure_speed(data: Path, engine: EmbeddedEngine, *, rows: int = 300) -> tuple[Figure, ...]:
    """Milliseconds of processor time to read one message, in process: the middle one, the 95th of 100, and the longest.
    Reading only computes, on one thread; what else the machine does in the meantime is not counted, nor what the first
    message of a process opens."""
    texts = [row["text"] for row in _table(data / "reports" / "boston_service_gold.csv")][:rows]
    await engine.read("a pothole at 1 City Hall Square, call me at 617-555-0100", Asked())
    times = []
    for text in texts:
        began = time.thread_time()
        await engine.read(text, Asked())
        times.append(1000 * (time.thread_time() - began))
    return tuple(
        Figure(
            what=f"reading one message, {name}",
            value=round(percentile(times, at), 2),
            total=len(times),
            unit="ms",
            target=target,
            at_most=True,
        )
        for name, at, target in (("p50", 0.5, 12.0), ("p95", 0.95, None), ("longest", 1.0, 50.0))
    )


async def measure_awkward(engine: EmbeddedEngine) -> Figure:
    """The longest reading of texts of the greatest length that are hard to read, in processor time; `baselines` tell
    each of them."""
    times = {}
    for name, text in awkward_texts().items():
        began = time.thread_time()
        await engine.read(text, Asked())
        times[name] = round(1000 * (time.thread_time() - began), 1)
    return Figure(
        what="longest of the awkward texts",
        value=max(times.values()),
        total=len(times),
        unit="ms",
        target=50.0,
        at_most=True,
        baselines=times,
    )


def spans_hold(text: str, reading: Reading) -> bool:
    """Whether every span of a reading equals the text at its offsets."""
    fields = [*reading.fields.values(), *(field for each in reading.requests for field in each.fields.values())]
    spans = [field.evidence for field in fields if field.evidence]
    spans += [each.words for each in reading.requests]
    spans += [
        place.evidence
        for place in (reading.location, *(each.location for each in reading.requests))
        if place and place.evidence
    ]
    return all(text[span.start : span.end] == span.quote for span in spans)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
