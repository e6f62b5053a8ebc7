"""Open311's answers: one document in the format that the address asked for, and errors as its arrays."""

import json

from fastapi import Response

from channels.text import storable
from tools.open311_xml import Json, write_xml

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
LONGEST_ERROR = 400


class Open311Error(Exception):
    """Something to tell a client, and through it its user: a status, and one sentence for each fault."""

    def __init__(self, status: int, *faults: str, code: str | None = None, retry_after: int | None = None) -> None:
        super().__init__("; ".join(faults))
        self.status = status
        self.faults = faults
        self.code = code or str(status)
        self.retry_after = retry_after


def answer(root: str, value: Json, form: str, *, status: int = 200) -> Response:
    """The document; in JSON the root has no name. Raises Open311Error for another format."""
    if form == "json":
        return Response(json.dumps(value, ensure_ascii=False), status, media_type=TYPES["json"])
    if form == "xml":
        return Response(write_xml(root, value), status, media_type=TYPES["xml"])
    raise Open311Error(404, f"There is no format {storable(form[:20])!r}. Please ask for .xml or .json.")


def refusal(error: Open311Error, form: str) -> Response:
    """The array of errors; in XML where no known format was asked for, which is the one that all clients read."""
    faults: list[Json] = [{"code": error.code, "description": fault[:LONGEST_ERROR]} for fault in error.faults]
    response = answer("errors", faults, form if form in TYPES else "xml", status=error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
