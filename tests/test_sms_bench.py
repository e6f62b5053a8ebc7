"""The load of texts, small: it counts what it claims to count."""

import json
from pathlib import Path

from tests.running import beacon, prepared


def test_a_small_load_loses_nothing_and_counts_every_text(data_dir: Path, reading: object, tmp_path: Path) -> None:
    folder = prepared(data_dir, tmp_path / "var")
    told = tmp_path / "figures.json"

    ran = beacon("bench", "sms", "--rate", "5", "--seconds", "2", "--json", str(told), folder=folder)

    assert ran.returncode == 0, ran.stderr.decode()
    figures = json.loads(told.read_text(encoding="utf-8"))
    assert figures["texts sent"] == 10
    assert figures["texts lost"] == 0
    assert figures["burst: texts kept"] == 500
    assert figures["burst: texts unanswered"] == 0
    assert figures["burst: texts out of order"] == 0
    assert figures["burst: people without a reply"] == 0
    assert figures["one text sent 100 times: turns"] == 1
    assert figures["one text sent 100 times: replies"] == 1
    assert figures["refused by the webhook"] == 0
