"""The ten calls of `beacon bench calls`: they fit the catalogue, and one is taken both ways at the real page."""

from pathlib import Path

import pytest

from assistant.bootstrap import Reading, build_assistant
from assistant.settings import Settings
from channels.calls_bench import Taken, load_calls, section, take
from channels.calls_hands import Human
from tools.catalogue import load_catalogue
from tools.database import Database


def test_every_call_names_a_service_and_its_own_fields() -> None:
    services = load_catalogue().services
    known = {each.id: {field.code for field in services[each.service].attributes} for each in load_calls()}

    assert len(known) == 10
    assert [each.id for each in load_calls() if not set(each.fields) | set(each.answers) <= known[each.id]] == []


def test_what_takes_people_time_is_counted_as_the_model_says() -> None:
    human = Human()

    assert human.says("four words and one") == pytest.approx(1.6)
    assert (human.key, human.point, human.home, human.mental) == (0.2, 1.1, 0.4, 1.35)


@pytest.mark.browser
async def test_a_call_is_filed_right_both_ways_and_with_fewer_keys_where_the_desk_suggests(
    reading: Reading, sqlite: Database, tmp_path: Path
) -> None:
    settings, human, calls = Settings(data_dir=tmp_path, desk_key="k"), Human(), load_calls()[:1]
    assistant = await build_assistant(settings, reading=reading, database=sqlite)

    helped = await take(calls, settings, assistant, human, assisted=True)
    alone = await take(calls, settings, assistant, human, assisted=False)
    await assistant.close(seconds=5)

    assert all(helped[0].right.values())
    assert all(alone[0].right.values())
    assert helped[0].suggested["service"]
    assert not alone[0].suggested["service"]
    assert alone[0].keys > helped[0].keys
    assert alone[0].seconds > helped[0].seconds


def test_the_page_names_what_was_suggested_wrong() -> None:
    wrong = {"service": True, "place": False}
    helped = Taken(
        call="x",
        seconds=20,
        waited=1,
        keys=9,
        points=0,
        suggested=wrong,
        extra=("size",),
        right=wrong | {"place": True},
    )

    told = section({"with": [helped], "without": [helped.model_copy(update={"seconds": 50.0})]}, Human())

    assert "1 of 2 (not place)" in told
    assert "size (x)" in told
    assert "30 s shorter" in told
