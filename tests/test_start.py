"""Broken parts stop a start with one sentence that names the file and the cure; `beacon doctor` says the same."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.bootstrap import build_reading
from assistant.settings import Settings
from tests.running import ROOT, beacon, prepared

Break = Callable[[Path], dict[str, str]]
"""Breaks something in a data directory, and gives the settings to start with."""


def catalogue(folder: Path) -> dict[str, str]:
    own = folder / "catalogue"
    shutil.copytree(ROOT / "tools" / "boston", own)
    (own / "services.yaml").write_text("services:\n- code: pothole\n  name: [\n", encoding="utf-8")
    return {"BEACON_CATALOGUE_DIR": str(own)}


def article(folder: Path) -> dict[str, str]:
    own = folder / "articles"
    own.mkdir()
    (own / "trash.md").write_text("---\nid: trash\n---\nNothing else is said.\n", encoding="utf-8")
    return {"BEACON_ARTICLES_DIR": str(own)}


def weights(folder: Path) -> dict[str, str]:
    path = next((folder / "models").glob("*.onnx"))
    path.write_bytes(path.read_bytes()[:-100])
    return {}


def database(folder: Path) -> dict[str, str]:
    (folder / "beacon.db").write_bytes(b"this is no database " * 500)
    return {}


def database_address(_: Path) -> dict[str, str]:
    return {"BEACON_DATABASE_URL": "postgres, the usual one"}


def database_elsewhere(_: Path) -> dict[str, str]:
    return {"BEACON_DATABASE_URL": "postgresql+psycopg://beacon:secret@127.0.0.1:1/beacon"}


def port(_: Path) -> dict[str, str]:
    return {"BEACON_PORT": "99999"}


def clock(_: Path) -> dict[str, str]:
    return {"BEACON_NOW": "2026-03-10T09:00:00"}


def data_directory(folder: Path) -> dict[str, str]:
    (folder / "file").write_text("in the way", encoding="utf-8")
    return {"BEACON_DATA_DIR": str(folder / "file" / "var")}


BROKEN: dict[str, tuple[Break, str, str]] = {
    "catalogue": (catalogue, "services.yaml", "correct it"),
    "article": (article, "trash.md", "broken at line"),
    "weights": (weights, ".onnx", "delete it"),
    "database": (database, "beacon.db", "Restore it"),
    "database_address": (database_address, "BEACON_DATABASE_URL", "leave it out"),
    "database_elsewhere": (database_elsewhere, "127.0.0.1:1", "cannot be opened"),
    "port": (port, "BEACON_PORT", "correct it"),
    "clock_without_zone": (clock, "BEACON_NOW", "correct it"),
    "data_directory": (data_directory, "file/var", "BEACON_DATA_DIR"),
}


@pytest.fixture
def folder(data_dir: Path, reading: object, tmp_path: Path) -> Path:
    return prepared(data_dir, tmp_path / "var")


@pytest.mark.parametrize(("damage", "named", "cure"), BROKEN.values(), ids=BROKEN)
def test_a_broken_part_stops_the_start_with_one_sentence(folder: Path, damage: Break, named: str, cure: str) -> None:
    wishes = damage(folder)

    start = beacon("serve", "--port", "0", folder=folder, more=wishes)
    doctor = beacon("doctor", "--json", folder=folder, more=wishes)

    told = start.stderr.decode().strip()
    wrong = [finding["message"] for finding in json.loads(doctor.stdout) if not finding["ok"]]
    assert (start.returncode, doctor.returncode) == (1, 1)
    assert len(told.splitlines()) == 1
    assert named in told
    assert cure in told
    assert "secret" not in told
    assert told in wrong


def test_the_doctor_says_that_a_sound_part_is_in_order(folder: Path) -> None:
    doctor = beacon("doctor", folder=folder)

    lines = doctor.stdout.decode().splitlines()
    assert doctor.returncode == 0
    assert {line.split()[0] for line in lines} == {"ok"}


def test_the_doctor_tells_a_damaged_index_in_words(folder: Path) -> None:
    passages = next(folder.glob("index/*/en/passages.jsonl"))
    passages.write_text("nonsense", encoding="utf-8")

    doctor = beacon("doctor", folder=folder)

    assert doctor.returncode == 1
    assert "run `beacon index`" in doctor.stdout.decode()


MADE_AGAIN = {
    "manifest": "index/*/manifest.json",
    "pointer": "index/current",
    "chroma_database": "index/*/chroma/chroma.sqlite3",
    "passages": "index/*/en/passages.jsonl",
    "vectors": "index/*/en/vectors.npy",
    "kept_vectors": "vectors/*.db",
    "trained_readers": "models/services-*.npz",
}


@pytest.mark.parametrize("pattern", MADE_AGAIN.values(), ids=MADE_AGAIN)
def test_what_can_be_made_again_is_made_again(folder: Path, pattern: str) -> None:
    damaged = next(folder.glob(pattern))
    damaged.write_bytes(b"\xff\x00 damaged")

    reading = build_reading(Settings(data_dir=folder))

    assert reading.library.search("when is street sweeping", language="en", limit=1)
