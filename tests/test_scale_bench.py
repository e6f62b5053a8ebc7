"""The growth of times is told as ratios, and a copied conversation is one of its own."""

from evals.scale_bench import Point, marked, ratios


def test_every_size_is_told_beside_the_smallest_of_its_curve() -> None:
    points = [
        Point(curve="turn", size=200, p50=10, p95=20),
        Point(curve="search", size=200, p50=1, p95=2),
        Point(curve="turn", size=2_000, p50=11, p95=30),
    ]

    assert [(each.curve, each.size, ratio) for each, ratio in ratios(points)] == [
        ("turn", 200, 1.0),
        ("search", 200, 1.0),
        ("turn", 2_000, 1.5),
    ]


def test_a_copy_has_its_own_ids_and_what_belongs_together_stays_together() -> None:
    message = marked({"id": 1, "conversation_id": "c1", "turn_id": None, "text": "hello"}, "x")
    turn = marked({"id": 7, "conversation_id": "c1", "turn_id": "t1"}, "x")

    assert message == {"conversation_id": "c1x", "turn_id": None, "text": "hello"}
    assert turn["conversation_id"] == message["conversation_id"]
