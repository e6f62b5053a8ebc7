"""The measurement of an upgrade upgrades what the first release left behind, and keeps every row."""

from channels.upgrade_bench import bench_upgrade


async def test_an_old_database_is_upgraded_whole_while_who_comes_is_told_to_come_again() -> None:
    figures = await bench_upgrade(300, 400, postgres=None)

    assert (figures["cases after it"], figures["messages after it"], figures["conversations after it"]) == (
        300,
        400,
        100,
    )
    assert figures["told to come again meanwhile"] >= 1
    assert figures["answered otherwise"] == 0
