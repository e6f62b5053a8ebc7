"""Measures how places are read and found: numbers and streets, corners, points on the map, confidence, speed, memory.

The gazetteer is built from geography and case records only, never from the texts measured here.
"""

import csv
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import usaddress

from assistant.bootstrap import Reading as Parts
from assistant.place import PlaceReader
from evals.figures import Figure, percentile, share
from evals.halves import Half, halves
from tools.distance import metres
from tools.gazetteer import load_gazetteer
from tools.geocode import EmbeddedGeocoder
from tools.location import Location
from tools.street_names import base_of, street_key

CLOSE_M = 150
"""A place is found if its point lies within so many metres of the record's."""

MEGABYTE = 1_048_576


class Read(NamedTuple):
    """A row with what was read from its text."""

    row: dict[str, str]
    location: Location | None

    @property
    def located(self) -> bool:
        """Whether the point read lies close to the point on record."""
        return self.location is not None and is_close(self.location, self.row)


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """How places are read. `data` is the folder with `reports/`."""
    rows = list(_table(data / "reports" / "boston_location_mentions.csv"))
    found: list[Figure] = []
    for half, chosen in halves(rows):
        read = [Read(row, parts.engine.places.read(row["description"])) for row in chosen]
        found += _addresses(read, half)
        found += _corners(read, half)
        found += _located(read, half, parts.geocoder)
    return (*found, *measure_speed(rows, parts), measure_memory())


def _addresses(read: Sequence[Read], half: Half) -> Iterator[Figure]:
    """Number and street read as on record; of those given, those right."""
    chosen = [each for each in read if each.row["kind"] == "address"]
    given = [each.location for each in chosen if each.location and each.location.number and each.location.street]
    right = sum(is_right_address(each) for each in chosen)
    plain = sum(_usaddress_right(each.row) for each in chosen)
    yield share(
        f"number + street, recall ({half})",
        right,
        len(chosen),
        target=0.93,
        baselines={"usaddress alone": round(plain / len(chosen), 3)} if chosen else {},
    )
    yield share(f"number + street, precision ({half})", right, len(given), target=0.95)
    whole = [each for each in chosen if not is_split_wrongly(each.row)]
    answered = [each for each in whole if each.location and each.location.number and each.location.street]
    sound = sum(is_right_address(each) for each in whole)
    yield share(f"number + street, recall, records split rightly ({half})", sound, len(whole))
    yield share(f"number + street, precision, records split rightly ({half})", sound, len(answered))


def is_split_wrongly(row: dict[str, str]) -> bool:
    """Whether a record has the state where the neighborhood should stand: then its street ran on into the town, and no
    reading can equal it."""
    return row["neighborhood"].strip() in ("MA", "Massachusetts")


def shares_a_name(row: dict[str, str]) -> bool:
    """Whether both streets on record have one name apart from their type ("Reed St" and "Reed Ter"): the texts of such
    rows name one street, and the record's second was found by that very word."""
    return base_of(street_key(row["street"])) == base_of(street_key(row["cross"]))


def is_right_address(read: Read) -> bool:
    """Whether number and street are those on record, however the street is spelt."""
    place, row = read.location, read.row
    if place is None or place.number is None or place.street is None:
        return False
    same = place.number.casefold() == row["number"].casefold()
    return same and street_key(place.street) == street_key(row["street"])


def is_right_corner(read: Read) -> bool:
    """Whether both streets are those on record, in any order."""
    place, row = read.location, read.row
    if place is None or place.street is None or place.cross is None:
        return False
    return {street_key(place.street), street_key(place.cross)} == {street_key(row["street"]), street_key(row["cross"])}


def is_close(place: Location, row: dict[str, str]) -> bool:
    """Whether a place's point lies within CLOSE_M of a row's."""
    if place.lat is None or place.long is None:
        return False
    return metres(place.lat, place.long, float(row["lat"]), float(row["long"])) <= CLOSE_M


def _corners(read: Sequence[Read], half: Half) -> Iterator[Figure]:
    chosen = [each for each in read if each.row["kind"] == "intersection"]
    right = sum(map(is_right_corner, chosen))
    yield share(f"both streets of a corner ({half})", right, len(chosen), target=0.88)
    told_apart = [each for each in chosen if not shares_a_name(each.row)]
    found = sum(map(is_right_corner, told_apart))
    yield share(f"both streets of a corner, names of their own ({half})", found, len(told_apart))


def _located(read: Sequence[Read], half: Half, geocoder: EmbeddedGeocoder) -> Iterator[Figure]:
    perfect = sum(is_close(geocoder.find(_on_record(each.row)), each.row) for each in read)
    right = sum(each.located for each in read)
    yield share(
        f"located within {CLOSE_M} m ({half})",
        right,
        len(read),
        target=0.84,
        baselines={"perfect parse, same geocoder": round(perfect / len(read), 3)} if read else {},
    )
    yield Figure(
        what=f"confidence of a place, calibration error ({half})",
        value=round(_calibration_error([each for each in read if each.location]), 4),
        total=len(read),
        target=0.08,
        at_most=True,
    )
    certain = [each for each in read if each.location and each.location.found and each.location.confidence >= 0.8]
    yield share(f"confidence >= 0.8: located ({half})", sum(each.located for each in certain), len(certain))


def _calibration_error(read: Sequence[Read]) -> float:
    """How far confidence lies from the share located, over ten bins."""
    bins: dict[int, list[Read]] = {}
    for each in read:
        bins.setdefault(min(9, int(10 * (each.location.confidence if each.location else 0))), []).append(each)
    off = 0.0
    for members in bins.values():
        sure = sum(each.location.confidence for each in members if each.location)
        off += abs(sure - sum(each.located for each in members))
    return off / len(read) if read else 0.0


def _on_record(row: dict[str, str]) -> Location:
    """What a perfect reading would give the geocoder: the neighborhood is seldom said, so it stays open."""
    return Location(
        value=row["address"], number=row["number"] or None, street=row["street"], cross=row["cross"] or None
    )


def _usaddress_right(row: dict[str, str]) -> bool:
    """Whether usaddress alone labels the number and the street on record."""
    labelled = usaddress.parse(row["description"])
    numbers = [word.strip(".,;:()") for word, label in labelled if label == "AddressNumber"]
    street = [word.strip(".,;:()[]") for word, label in labelled if label.startswith("StreetName")]
    named = street_key(" ".join(street)) if street else ""
    return row["number"] in numbers[:1] and named == street_key(row["street"])


def measure_speed(rows: Sequence[dict[str, str]], parts: Parts, *, count: int = 600) -> Iterator[Figure]:
    """Milliseconds to read the place of one text (first time seen), and to put one mention on the map."""
    reader = PlaceReader.on(EmbeddedGeocoder.on(parts.geocoder.gazetteer))
    reader.read("warm up at 1 City Hall Square")
    texts = [row["description"] for row in rows[:count]]
    reading = [_milliseconds(partial(reader.read, text)) for text in texts]
    mentions = [_on_record(row) for row in rows[count : 2 * count]]
    finding = [_milliseconds(partial(reader.geocoder.find, mention)) for mention in mentions]
    for what, times, target in (("reading a place", reading, 3.0), ("geocoding a place", finding, 2.0)):
        for name, part in (("p50", 0.5), ("p95", 0.95)):
            yield Figure(
                what=f"{what}, {name}",
                value=round(percentile(times, part), 3),
                total=len(times),
                unit="ms",
                target=target if name == "p50" else None,
                at_most=True,
            )


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def measure_memory() -> Figure:
    """Megabytes that a loaded gazetteer keeps, with the tables that are made at first use."""
    load_gazetteer.cache_clear()
    tracemalloc.start()
    gazetteer = load_gazetteer()
    made = len(gazetteer.by_base) + len(gazetteer.crossing)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Figure(what="memory of the gazetteer", value=round(kept / MEGABYTE, 1), total=made, unit="MB")


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
