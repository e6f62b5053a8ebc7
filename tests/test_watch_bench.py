"""The measurement of what watching costs measures what it says."""

from assistant.bootstrap import Reading
from assistant.settings import Settings
from channels.watch_bench import bench_watching


async def test_metrics_and_masking_are_a_small_part_of_a_turn(reading: Reading) -> None:
    figures = await bench_watching(Settings(), reading, rounds=3)

    assert figures["turns"] == 30
    assert 0 < figures["of it for a turn, ms"] < figures["one look at the metrics, ms"] < 1000
    assert 0 < figures["share of a turn, %"] < 10
