"""What was measured is kept; a page and the system card tell it with history, targets and what is missing."""

from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest

from assistant.bootstrap import Reading
from assistant.settings import Settings
from assistant.signatures import Signature, signatures_of
from evals import plots
from evals.figures import Figure, share
from evals.history import Measured, keep, kept
from evals.report import report
from evals.system_card import card

MADE = datetime(2026, 3, 10, 14, tzinfo=UTC)


def measured(day: int, *figures: Figure, what: str = "understanding") -> Measured:
    return Measured(what=what, at=datetime(2026, 3, day, tzinfo=UTC), versions={"rules": "1"}, figures=figures)


def test_measurements_are_kept_in_order_and_a_broken_file_is_left_out(tmp_path: Path) -> None:
    keep(tmp_path, measured(2, share("found", 8, 10)))
    keep(tmp_path, measured(1, share("found", 7, 10)))
    (tmp_path / "measured" / "understanding" / "20260303.json").write_text("{", "utf-8")

    told = kept(tmp_path)["understanding"]

    assert [each.figures[0].value for each in told] == [0.7, 0.8]
    assert told[-1].figure("found") == share("found", 8, 10)
    assert told[-1].figure("lost") is None


def test_the_page_tells_what_misses_its_target_and_draws_what_was_measured_twice(tmp_path: Path) -> None:
    keep(tmp_path, measured(1, share("found", 70, 100, target=0.9)))
    keep(tmp_path, measured(2, share("found", 80, 100, target=0.9)))

    page = report(tmp_path, made=MADE)

    assert "understanding: found is 0.800, at least 0.9, missed" in page
    assert page.count("<svg") == 1
    assert 'aria-label="found. From 0.7 to 0.8 over 2 measurements."' in page


def test_without_measurements_the_page_says_what_to_do(tmp_path: Path) -> None:
    assert "Nothing has been measured yet" in report(tmp_path, made=MADE)


def test_names_from_elsewhere_are_never_markup_on_the_page(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>"
    keep(tmp_path, measured(1, Figure(what=bad, value=0.5, total=2, pairs=((bad, bad, 3),), bins=((0.5, 0.4, 2),))))

    assert "<script>" not in report(tmp_path, made=MADE)


def test_plots_are_well_formed_and_named_for_a_screen_reader() -> None:
    drawn = [
        plots.trend("Turns & time", [1.0, 2.0, 1.5], ["one", "two", "three"], target=2.5),
        plots.reliability("Sure", [(0.2, 0.1, 4), (0.9, 0.95, 40)]),
        plots.bars("Mixed up", [("a long name that does not fit on the line", 3.0), ("b", 0.0)]),
    ]

    for svg in drawn:
        root = Tree.fromstring(svg)  # noqa: S314 - our own drawing
        assert root.get("role") == "img"
        assert root.get("aria-label")
    with pytest.raises(ValueError, match="no values"):
        plots.trend("Nothing", [], [])


def test_the_card_tells_setup_figures_faults_and_missing_signatures(reading: Reading, tmp_path: Path) -> None:
    keep(tmp_path, measured(1, share("found", 70, 100, target=0.9)))
    signatures = (
        Signature(language="es", what="safety texts"),
        Signature(language="en", what="safety texts", by="A. B."),
    )

    told = card(Settings(data_dir=tmp_path), reading, signatures)

    assert "- Engine: embedded, which needs no network and no model" in told
    assert f"- Catalogue: {len(reading.engine.catalogue.services)} services" in told
    assert "understanding: found | 0.700" in told
    assert "- understanding: found is 0.700, at least 0.9, missed." in told
    assert "signed the safety texts in es." in told
    assert "en, safety texts: reviewed by A. B." in told


def test_signatures_are_read_from_their_file_and_missing_ones_are_known(tmp_path: Path) -> None:
    file = tmp_path / "signatures.yaml"
    file.write_text('es:\n  safety texts: {by: "A. B., City", day: 2026-01-31}\n', "utf-8")

    told = {(each.language, each.what): each for each in signatures_of(("es", "ar"), path=file)}

    assert told["es", "safety texts"].by == "A. B., City"
    assert told["es", "safety texts"].day == date(2026, 1, 31)
    assert told["ar", "safety texts"].by is None
    assert signatures_of(("es",), path=tmp_path / "missing.yaml")[0].by is None
