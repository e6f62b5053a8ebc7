"""The call-taker's JSON API: a suggested draft, accepted once as a case, corrected, and judged."""

from typing import NamedTuple

import httpx
import pytest

from tests.web import DESK, Json

POTHOLE = "caller says there is a big pothole in the street at 100 Perham St, West Roxbury"


async def suggest(api: httpx.AsyncClient, text: str = POTHOLE) -> Json:
    response = await api.post("/api/drafts", json={"text": text, "source": "phone"}, headers=DESK)
    assert response.status_code == 201, response.text
    draft: Json = response.json()
    return draft


async def accept(api: httpx.AsyncClient, draft: Json, edits: Json | None = None, *, key: str = "k1") -> httpx.Response:
    body = {"edits": edits or {}, "idempotency_key": key}
    return await api.post(f"/api/drafts/{draft['draft_id']}/accept", json=body, headers=DESK)


async def test_a_draft_says_what_was_understood_and_from_which_words(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)

    evidence = draft["location"]["evidence"]
    assert draft["service"]["code"] == "pothole"
    assert draft["location"]["street"] == "Perham St"
    assert POTHOLE[evidence["start"] : evidence["end"]] == evidence["quote"]


async def test_a_draft_that_is_accepted_becomes_a_case(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)

    case = await accept(api, draft)

    assert case.status_code == 200
    assert case.json()["service"] == "pothole"
    assert case.json()["location"]["number"] == "100"


async def test_accepting_twice_with_one_key_gives_the_same_case(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)

    first = await accept(api, draft)
    again = await accept(api, draft, {"location": "1 City Hall Sq"})

    assert again.json() == first.json()


async def test_a_draft_is_never_filed_twice(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)
    first = (await accept(api, draft, key="k1")).json()

    again = (await accept(api, draft, key="k2")).json()
    other = await api.get("/api/cases/B311-000002-1", headers=DESK)

    assert again == first
    assert other.status_code == 404


async def test_a_corrected_place_is_looked_up(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)

    case = (await accept(api, draft, {"location": "102 Perham St, West Roxbury"})).json()

    assert case["location"]["number"] == "102"
    assert case["location"]["lat"] is not None


async def test_a_corrected_place_may_name_its_neighborhood(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)

    case = (await accept(api, draft, {"location": "50 Washington St, Dorchester"})).json()

    assert case["location"]["neighborhood"] == "Dorchester"


async def test_a_corrected_service_is_routed_anew(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)

    case = (await accept(api, draft, {"service": "street_light_outage"})).json()

    assert case["service"] == "street_light_outage"
    assert case["team"] != draft["route"]["team"]


class Refused(NamedTuple):
    """Corrections that do not fit, and a word of the sentence that says so."""

    edits: dict[str, object]
    word: str


REFUSED = {
    "an_unknown_service": Refused({"service": "dragon_removal"}, "dragon_removal"),
    "a_service_that_is_a_number": Refused({"service": 7}, "7"),
    "a_service_that_is_a_list": Refused({"service": ["pothole"]}, "pothole"),
    "a_question_the_service_does_not_ask": Refused({"color": "red"}, "color"),
    "an_answer_that_is_no_choice": Refused({"size": "galaxy"}, "size"),
    "an_answer_of_another_type": Refused({"size": 3}, "size"),
    "several_answers_where_one_is_asked": Refused({"size": ["plate", "wheel"]}, "size"),
    "a_place_of_nothing": Refused({"location": "  "}, "location"),
    "a_place_that_is_a_number": Refused({"location": 12}, "location"),
    "a_question_with_nul": Refused({"\x00": "x"}, "no question"),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
async def test_a_correction_that_does_not_fit_is_refused_and_nothing_is_filed(
    api: httpx.AsyncClient, refused: Refused
) -> None:
    draft = await suggest(api)

    response = await accept(api, draft, refused.edits)
    case = await api.get("/api/cases/B311-000001-3", headers=DESK)

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "edit_refused"
    assert refused.word in response.json()["error"]["message"]
    assert case.status_code == 404


async def test_a_draft_without_a_service_needs_one_first(api: httpx.AsyncClient) -> None:
    draft = await suggest(api, "hello")

    response = await accept(api, draft)

    assert response.status_code == 422
    assert "service" in response.json()["error"]["message"]


async def test_a_draft_without_a_place_needs_one_first(api: httpx.AsyncClient) -> None:
    draft = await suggest(api, "caller says there is a huge pothole")

    response = await accept(api, draft)

    assert response.status_code == 422
    assert "place" in response.json()["error"]["message"]


async def test_feedback_on_a_suggestion_is_kept(api: httpx.AsyncClient) -> None:
    draft = await suggest(api)
    feedback = {"verdict": "edited", "field": "location", "reason": "wrong_place", "comment": "It was 102."}

    response = await api.post(f"/api/drafts/{draft['draft_id']}/feedback", json=feedback, headers=DESK)

    assert response.status_code == 204
