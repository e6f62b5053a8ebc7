"""Which messages speak of a change to a filed case."""

import pytest

from assistant.changing import wished


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("please withdraw my case", "withdraw"),
        ("cancel report B311-000001-3", "withdraw"),
        ("quiero retirar mi caso", "withdraw"),
        ("撤回我的案件", "withdraw"),
        ("add to my case: two more lights are out", "amend"),
        ("its still there", "reopen"),
        ("sigue ahí", "reopen"),
        ("actually cancel that", "withdraw"),
        ("sorry, can you cancel it please", "withdraw"),
        ("mejor cancelelo", "withdraw"),
        ("can you add that its 2 feet wide", "amend"),
        ("cancel my pickup", "withdraw"),
        ("can i move it to friday", "move"),
        ("please change my report to say its on the left", "amend"),
        ("cancel that meeting on my street", None),
        ("any update on my case?", None),
        ("there is a pothole at 12 Beacon St", None),
        ("how do i cancel my resident permit", None),
        ("when will the case be looked at", None),
    ],
)
def test_a_wish_about_a_filed_case_is_known_by_its_words(text: str, kind: str | None) -> None:
    assert wished(text) == kind
