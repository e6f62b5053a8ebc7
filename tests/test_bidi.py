"""Telephone numbers among Arabic words keep the order of their parts."""

from channels.bidi import numbers_in_order


def test_a_number_with_hyphens_is_set_apart_and_all_else_stays() -> None:
    told = numbers_in_order("اتصل بالرقم 617-343-4911 أو 911")

    assert told == 'اتصل بالرقم <bdi dir="ltr">617-343-4911</bdi> أو 911'


def test_what_would_run_is_escaped() -> None:
    assert numbers_in_order("<b>1-2</b>") == '&lt;b&gt;<bdi dir="ltr">1-2</bdi>&lt;/b&gt;'
