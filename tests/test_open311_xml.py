"""Open311's XML is written as it is read, and what could do harm is refused."""

import pytest

from tools.open311_xml import XmlBroken, read_xml, write_xml


@pytest.mark.parametrize(
    "document",
    [
        b"<services><service></services>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        b"<a>" * 30 + b"</a>" * 30,
        b"",
        b"not xml",
    ],
    ids=["malformed", "an entity bomb", "too deep", "empty", "text"],
)
def test_xml_that_is_broken_or_could_grow_is_refused(document: bytes) -> None:
    with pytest.raises(XmlBroken):
        read_xml(document)


def test_what_is_written_is_read_back_with_characters_that_xml_cannot_hold_left_out() -> None:
    written = write_xml("errors", [{"code": "400", "description": "<b> & \x00\ufffe \U0001f600"}])

    assert read_xml(written) == ("errors", [{"code": "400", "description": "<b> &  \U0001f600"}])
