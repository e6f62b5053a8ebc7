"""The draft's contract: the committed schema, the worked examples and the code agree."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assistant.bootstrap import Reading
from evals.draft_examples import Example, draft_of, examples
from tools.draft import Draft

DOCS = Path(__file__).parents[1] / "docs"
SCHEMA = json.loads((DOCS / "schemas" / "draft.json").read_text(encoding="utf-8"))
EXAMPLES = examples((DOCS / "draft.md").read_text(encoding="utf-8"))


def spans(value: Any) -> Iterator[dict[str, Any]]:
    """Every span in a piece of JSON, wherever it stands."""
    if isinstance(value, dict):
        if value.keys() == {"start", "end", "quote"}:
            yield value
        for each in value.values():
            yield from spans(each)
    elif isinstance(value, list):
        for each in value:
            yield from spans(each)


def test_the_committed_schema_is_that_of_the_code() -> None:
    assert Draft.model_json_schema(mode="serialization") == SCHEMA


def test_there_is_an_example_of_each_kind_that_people_ask_about() -> None:
    shown = [json.loads(example.shown) for example in EXAMPLES]

    assert len(shown) == 5
    assert {draft["kind"] for draft in shown} == {"report", "question"}
    assert any(draft["safety"] == "911" for draft in shown)
    assert any(draft["more"] for draft in shown)
    assert any(draft["jurisdiction"]["agency"] and draft["location"] is None for draft in shown)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.text[:24] for example in EXAMPLES])
async def test_an_example_keeps_the_schema_and_is_what_the_code_gives(example: Example, reading: Reading) -> None:
    shown = json.loads(example.shown)

    now = (await draft_of(example.text, reading)).model_dump(mode="json")

    for draft in (shown, now):
        jsonschema.validate(draft, SCHEMA)
        assert all(example.text[span["start"] : span["end"]] == span["quote"] for span in spans(draft))
    assert gist(now) == gist(shown)
    assert [gist(each) for each in now["more"]] == [gist(each) for each in shown["more"]]


def gist(draft: dict[str, Any]) -> dict[str, Any]:
    """What an example shows, without the confidences, which move with every training."""
    return {
        "kind": draft["kind"],
        "safety": draft["safety"],
        "service": draft["service"] and draft["service"]["code"],
        "place": draft["location"] and draft["location"]["value"],
        "fields": {code: field["value"] for code, field in draft["fields"].items()},
        "contact": {name: field["value"] for name, field in draft["contact"].items()},
        "missing": draft["missing"],
        "agency": draft["jurisdiction"]["agency"],
        "route": draft["route"] and draft["route"]["rule"],
    }


async def test_a_further_draft_has_no_drafts_of_its_own(reading: Reading) -> None:
    draft = await draft_of("pothole at 100 perham st. Also a dead raccoon at 45 pender st", reading)

    told = draft.model_dump(mode="json")

    assert len(told["more"]) == 1
    assert "more" not in told["more"][0]


async def test_contact_that_was_not_given_is_absent(reading: Reading) -> None:
    draft = await draft_of("pothole at 100 perham st, email me at pat@example.org", reading)

    assert draft.model_dump(mode="json")["contact"].keys() == {"email"}
