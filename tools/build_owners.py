"""Builds the table of land that is not the city's: `python -m tools.build_owners --geo … --cases … --reports …`.

Two kinds of rows. Sites: parks and squares of the city's open space table that another body owns, if the
gazetteer knows them. Streets: the state's roads (`state_roads.yaml`), and those of whose case
records and reports a share was passed on to one owner. No text of a report is read, only its address and the city's
answer; reports with an odd hash, and all of those that turned out to be another owner's, are left out, because whose
matter a text is gets measured on them.
"""

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import yaml

from tools.gazetteer import FOLDER
from tools.owners import FILE
from tools.street_names import street_key

ROADS = Path(__file__).parent / "boston" / "state_roads.yaml"
QUEUES = {"INFO_Mass DCR": "dcr", "INFO_Mass DOT": "massdot", "INFO_MBTA": "mbta"}
ANSWERS = {
    "dcr": re.compile(r"\bdcr\b|state (property|road|park|land)", re.IGNORECASE),
    "massdot": re.compile(r"mass ?dot\b|mass ?highway", re.IGNORECASE),
    "mbta": re.compile(r"\bmbta\b", re.IGNORECASE),
}
"""What in the city's answer or closure reason says whose matter it was."""

STATE = "Commonwealth of Massachusetts"
OWNERS = {
    "MassDOT": "massdot",
    "MBTA": "mbta",
    "BHA": "bha",
    "Massport": "massport",
}
ENOUGH, SHARE = 3, 0.05
"""So many records of a street, and such a share of all of them, were passed on to one owner."""

ROMAN = re.compile(r"\s+(?:I{1,3}|IV|V|VI|#\d+)$")
"""The parts of one site are numbered; the gazetteer knows them by one name."""

CORNER = re.compile(r"intersection of (.+?) & ([^,]+?)(?:\s{2,}|,|$)", re.IGNORECASE)
NUMBERED = re.compile(r"\d[\d\s–-]*[a-z]?\s+(?:\d+[a-z]?\s+)?([^,]+?)(?:\s{2,}|,|$)", re.IGNORECASE)
TOWN = re.compile(r"\s+Boston$|\s+Boston,? MA.*$")

Row = dict[str, str]


def streets_of(address: str) -> set[str]:
    """The keys of the streets that an address or a corner names."""
    if corner := CORNER.match(address):
        return {street_key(corner[1]), street_key(corner[2])}
    numbered = NUMBERED.match(address)
    return {street_key(TOWN.sub("", numbered[1]))} if numbered else set()


def street_rows(
    cases: Iterable[Row], reports: Iterable[Row], roads: dict[str, list[str]]
) -> Iterator[tuple[object, ...]]:
    """The state's roads, and streets with the owner that a share of their records was passed on to."""
    known = {street_key(name): owner for owner, names in roads.items() for name in names}
    every: Counter[str] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    records = [(row["location"], QUEUES.get(row["queue"]) or _said(row["closure_reason"])) for row in cases]
    records += [(row["address"], _said(row["status_notes"])) for row in reports]
    for address, owner in records:
        for street in streets_of(address):
            every[street] += 1
            passed[street, owner or ""] += 1
    for (street, owner), count in sorted(passed.items()):
        if owner and count >= ENOUGH and count / every[street] >= SHARE:
            known.setdefault(street, owner)
    for street, owner in sorted(known.items()):
        yield "street", street, owner, passed[street, owner], every[street]


def site_rows(sites: Iterable[Row], known: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """Sites of other owners that the gazetteer knows, each once."""
    names = {ROMAN.sub("", site["SITE_NAME"].strip()).casefold(): site for site in sites}
    for name, site in sorted(names.items()):
        if (owner := _owner(site)) and name in known:
            yield "site", known[name], owner, "", ""


def _owner(site: Row) -> str | None:
    """The owner of a site; of the state's sites only those that its department of parks keeps."""
    if site["OWNERSHIP"].strip() == STATE:
        return "dcr" if "DCR" in (site["OS_Own_Jur"], site["OS_Mngmnt"], site["AgncyJuris"]) else None
    return OWNERS.get(site["OWNERSHIP"].strip())


def _said(answer: str) -> str | None:
    return next((owner for owner, pattern in ANSWERS.items() if pattern.search(answer)), None)


def _learned_from(row: Row, measured: set[str]) -> bool:
    even = sha256(row["case_id"].encode()).digest()[-1] % 2 == 0
    return even and row["case_id"] not in measured


def _table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def build(geo: Path, cases: Path, reports: Path) -> None:
    """Write the table."""
    named = {row["name"].casefold(): row["name"] for row in _table(FOLDER / "places.csv")}
    measured = {row["case_id"] for row in _table(reports / "boston_external_agency.csv")}
    learned = [row for row in _table(reports / "boston_open311_reports.csv") if _learned_from(row, measured)]
    roads = yaml.safe_load(ROADS.read_text(encoding="utf-8"))
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("kind,name,owner,passed_on,records".split(","))
        writer.writerows(street_rows(_table(cases / "boston_311_legacy_dev.csv"), learned, roads))
        writer.writerows(site_rows(_table(geo / "boston_open_space.csv"), named))


def main() -> None:
    """Read the folders from the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geo", type=Path, required=True, help="folder with the city's geography")
    parser.add_argument("--cases", type=Path, required=True, help="folder with the city's case records")
    parser.add_argument("--reports", type=Path, required=True, help="folder with the city's answers to reports")
    chosen = parser.parse_args()
    build(chosen.geo, chosen.cases, chosen.reports)


if __name__ == "__main__":
    main()
