"""Open311's XML, read and written: lists stand in a plural element with singular children, as the specification has it.

What is read comes from outside: a document type is refused, and with it every entity that could grow or fetch.
"""

import re
from collections.abc import Iterator
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType
from xml.sax.saxutils import escape

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

SINGULAR = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "notes": "note",
    "photos": "photo",
    "requests": "request",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
"""The lists of the documents, with the name of one of each."""

DEEPEST = 20
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlBroken(Exception):
    """The document is no XML that we read; the sentence says why."""


class _Element:
    def __init__(self, name: str) -> None:
        self.name = name
        self.text: list[str] = []
        self.children: list[_Element] = []


def read_xml(document: bytes) -> tuple[str, Json]:
    """The name of the root, and what stands in it: lists, mappings and texts (None for an empty element).

    Raises XmlBroken for what is not well-formed, declares a document type, or is nested too deep.
    """
    top = _Element("")
    open_elements = [top]
    parser = ParserCreate()
    _listen(parser, open_elements)
    try:
        parser.Parse(document, True)
    except ExpatError as error:
        raise XmlBroken(f"The document is not well-formed XML ({error}).") from error
    except LookupError as error:
        raise XmlBroken("The document is in an encoding that is not known.") from error
    root = top.children[0]
    return root.name, _value(root)


def _listen(parser: XMLParserType, open_elements: list[_Element]) -> None:
    def start(name: str, _attributes: dict[str, str]) -> None:
        if len(open_elements) > DEEPEST:
            raise XmlBroken("The document is nested too deep.")
        element = _Element(name.rpartition(":")[2])
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_name: str) -> None:
        open_elements.pop()

    def text(characters: str) -> None:
        open_elements[-1].text.append(characters)

    def doctype(*_declared: object) -> None:
        raise XmlBroken("The document declares a document type, which is not read.")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype


def _value(element: _Element) -> Json:
    one = SINGULAR.get(element.name)
    if one is not None and all(child.name == one for child in element.children):
        return [_value(child) for child in element.children]
    if not element.children:
        return "".join(element.text).strip() or None
    found: dict[str, Json] = {}
    for child in element.children:
        _put(found, child)
    return found


def _put(found: dict[str, Json], child: _Element) -> None:
    """Put a child under its name; one that stands there already makes a list of them."""
    value = _value(child)
    known = found.get(child.name)
    if child.name not in found or child.name in SINGULAR:
        found[child.name] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        found[child.name] = [known, value]


def write_xml(root: str, value: Json) -> bytes:
    """The document of a list or mapping, in UTF-8. Characters that XML cannot hold are left out."""
    body = "".join(_written(root, value))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()


def _written(name: str, value: Json) -> Iterator[str]:
    match value:
        case None | "":
            yield f"<{name}/>"
        case dict():
            inside = "".join(part for key, each in value.items() for part in _written(key, each))
            yield f"<{name}>{inside}</{name}>"
        case list():
            one = SINGULAR.get(name, "item")
            inside = "".join(part for each in value for part in _written(one, each))
            yield f"<{name}>{inside}</{name}>"
        case bool():
            yield f"<{name}>{'true' if value else 'false'}</{name}>"
        case _:
            yield f"<{name}>{escape(_UNWRITABLE.sub('', str(value)))}</{name}>"
