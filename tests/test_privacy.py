"""Personal data in free text: what is masked, what a report needs and keeps, and odd texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.privacy import PersonalData, load_personal_data

FINDER = load_personal_data()


@pytest.fixture(scope="module")
def finder() -> PersonalData:
    return FINDER


MASKED = {
    "name": ("my name is Teresa Okafor, hi", "my name is [name], hi"),
    "name in Spanish": ("me llamo Ramiro Peña", "me llamo [name]"),
    "name in capitals": ("name: LEON BRANDT", "name: [name]"),
    "somebody else's name": ("the landlord is Boris Ledoux", "the landlord is [name]"),
    "name in Chinese": ("我叫王小明", "我叫[name]"),
    "phone": ("call 857-555-0142 please", "call [phone] please"),
    "phone in one piece": ("my cell is 6175550199", "my cell is [phone]"),
    "phone beside Chinese": ("电话617-555-0142，谢谢", "电话[phone]，谢谢"),
    "email": ("write to T.Okafor+311@example.org", "write to [email]"),
    "apartment": ("18 Wales St apt 3B, no heat", "18 Wales St [apartment], no heat"),
    "unit": ("unit #12 has mice", "[apartment] has mice"),
    "plate": ("silver van, plate 4KX T19, flat tire", "silver van, plate [plate], flat tire"),
    "birth": ("dob 04/12/1981", "dob [dob]"),
    "card": ("charged my card 4242 4242 4242 4242", "charged my card [card]"),
    "social security": ("my ssn is 219-09-9999", "my ssn is [ssn]"),
    "gate code": ("gate code 5521#", "gate code [code]"),
}

KEPT = {
    "address": "pothole at 48 Wales St, Dorchester 02124",
    "case number": "case 101005551212 is still open",
    "short case number": "status of BCS-00125555",
    "city's number": "is 617-635-4500 the number of 311",
    "hotline": "988 or 211",
    "corner": "corner of 1st St and Route 9",
    "money": "a $90 ticket and a $15 fee",
    "pole": "street light pole #2231 is out",
    "street named for a person": "the bench on Martin Luther King Blvd",
    "coordinates": "42.3011, -71.0912 is where it is",
    "weekday": "I'm Monday's volunteer",
}


@pytest.mark.parametrize(("text", "masked"), MASKED.values(), ids=MASKED.keys())
def test_personal_data_is_masked(finder: PersonalData, text: str, masked: str) -> None:
    result = finder.mask(text)

    assert result == masked


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_a_report_needs_is_kept(finder: PersonalData, text: str) -> None:
    result = finder.mask(text)

    assert result == text


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=300))
def test_every_find_is_an_exact_piece_of_any_text(text: str) -> None:
    found = FINDER.find(text)

    assert all(text[each.span.start : each.span.end] == each.span.quote for each in found)
