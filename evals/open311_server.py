"""A city's Open311 endpoint to test against: strict about what the specification asks, and failing on demand: by
`evals.faults`, and by `unknown_status`."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from evals.faults import Faults, after, before, dated
from tools.clock import CITY_ZONE, Clock
from tools.open311_xml import Json, write_xml

POTHOLE = "Public Works Department:Highway Maintenance:Request for Pothole Repair"
KEY = "let-me-in"
FIRST = 101_006_000_001
FORM = "application/x-www-form-urlencoded"
Row = dict[str, Json]


class Refused(Exception):
    """A call is refused, with a status and a sentence."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status


@dataclass(eq=False)
class Open311City:
    """The endpoint: its cases, how it numbers them (`kind`), what it shows of them, whether its times name their zone,
    and what is to fail."""

    clock: Clock
    kind: str = "realtime"
    shows_words: bool = True
    knows_pages: bool = True
    zones: bool = True
    cases: list[Row] = field(default_factory=list)
    forms: list[list[tuple[str, str]]] = field(default_factory=list)
    tokens: dict[str, str | None] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)

    def app(self) -> Starlette:
        """The endpoint as an application, rooted at /open311/v2."""
        routes = [
            Route("/open311/v2/{what:path}.{form}", self._answer, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes)

    def number_waiting(self) -> None:
        """Number what was taken under tokens."""
        for at, token in enumerate(self.tokens):
            self.tokens[token] = str(self.cases[at]["service_request_id"])

    def close(self, number: str, notes: str) -> None:
        """Close a case."""
        case = next(each for each in self.cases if each["service_request_id"] == number)
        case |= {"status": "closed", "status_notes": notes, "updated_datetime": self._time()}

    async def _answer(self, request: Request) -> Response:
        what, form = request.path_params["what"], request.path_params["form"]
        self.calls.append(f"{request.method} {what}")
        fault = self.faults.next(request.method)
        if (early := before(fault, lambda: Response("[]", 401, media_type="application/json"))) is not None:
            return dated(early, self.clock)
        try:
            root, value = await self._done(request, what)
        except Refused as error:
            return _document("errors", [{"code": str(error.status), "description": str(error)}], form, error.status)
        if fault == "unknown_status" and isinstance(value, list):
            value = [each | {"status": "pondering"} for each in value if isinstance(each, dict)]
        return dated(await after(fault, _document(root, value, form)), self.clock)

    async def _done(self, request: Request, what: str) -> tuple[str, Json]:
        match what.split("/", 1):
            case ["requests"] if request.method == "POST":
                return "service_requests", [self._take(request, await request.form())]
            case ["discovery"]:
                return "discovery", self._discovery()
            case ["services"]:
                return "services", [{**SERVICE, "type": self.kind}]
            case ["services", code] if code == POTHOLE:
                return "service_definition", {"service_code": POTHOLE, "attributes": QUESTIONS}
            case ["requests"]:
                return "service_requests", self._list(request)
            case ["requests", number] if found := self._numbered([number]):
                return "service_requests", list(found)
            case ["tokens", token] if token in self.tokens:
                return "service_requests", [{"service_request_id": self.tokens[token], "token": token}]
        raise Refused(404, "There is nothing by that name.")

    def _discovery(self) -> Json:
        specification = "http://wiki.open311.org/GeoReport_v2"
        test: Json = {"specification": specification, "url": "http://test.city.test/v2", "type": "test"}
        real: Json = {"specification": specification, "url": "http://city.test/open311/v2/", "type": "production"}
        return {"changeset": "2020-01-01T00:00:00Z", "contact": "", "key_service": "", "endpoints": [test, real]}

    def _take(self, request: Request, form: FormData) -> Json:
        pairs = [(name, str(value)) for name, value in form.multi_items()]
        self._check(request, pairs)
        self.forms.append(pairs)
        given = dict(pairs)
        number = str(FIRST + len(self.cases))
        now = self._time()
        self.cases.append(
            {
                "service_request_id": number, "status": "open", "status_notes": None, "service_name": "Pothole",
                "service_code": given["service_code"], "description": given.get("description"),
                "requested_datetime": now, "updated_datetime": now, "address": given.get("address_string"),
                "lat": float(given["lat"]) if "lat" in given else None,
                "long": float(given["long"]) if "long" in given else None,
                "first_name": given.get("first_name"), "email": given.get("email"),
            }
        )  # fmt: skip
        if self.kind == "realtime":
            return {"service_request_id": number, "service_notice": None, "account_id": None}
        token = f"token-{len(self.cases)}"
        self.tokens[token] = None
        return {"token": token, "service_notice": None, "account_id": None}

    def _check(self, request: Request, pairs: list[tuple[str, str]]) -> None:
        given = dict(pairs)
        if not request.headers.get("content-type", "").startswith(FORM):
            raise Refused(400, "The body must be a form.")
        if given.get("api_key") != KEY:
            raise Refused(403, "api_key is wrong or missing.")
        if given.get("service_code") != POTHOLE:
            raise Refused(404, "service_code is not known.")
        if ("lat" in given) != ("long" in given):
            raise Refused(400, "lat and long belong together.")
        if not {"lat", "address_string", "address_id"} & given.keys():
            raise Refused(400, "A location is required.")
        known = {"attribute[size]", "attribute[lane][]"}
        if unknown := [name for name in given if name.startswith("attribute[") and name not in known]:
            raise Refused(400, f"{unknown[0]} is not known.")

    def _list(self, request: Request) -> Json:
        query = request.query_params
        if "service_request_id" in query:
            return list(self._numbered(query["service_request_id"].split(",")))
        end = _moment(query.get("end_date")) or self.clock()
        begin = _moment(query.get("start_date")) or end - timedelta(days=90)
        if end - begin > timedelta(days=90):
            raise Refused(400, "The dates lie more than 90 days apart.")
        codes, statuses = query.get("service_code", POTHOLE).split(","), query.get("status", "open,closed").split(",")
        found = [
            each
            for each in self._shown()
            if each["service_code"] in codes and each["status"] in statuses and begin <= _at(each) <= end
        ]
        size = min(int(query.get("page_size", "1000")), 1000)
        first = (int(query.get("page", "1")) - 1) * size if self.knows_pages else 0
        return list(found[first : first + size])

    def _numbered(self, numbers: list[str]) -> list[Row]:
        return [each for each in self._shown() if each["service_request_id"] in numbers]

    def _time(self) -> str:
        """Now, as it stands in a case: a server that names no zone writes the time of the city."""
        at = self.clock()
        return f"{at:%Y-%m-%dT%H:%M:%SZ}" if self.zones else f"{at.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M:%S}"

    def _shown(self) -> list[Row]:
        return [each if self.shows_words else each | {"description": None} for each in self.cases]


SERVICE: Row = {
    "service_code": POTHOLE, "service_name": "Pothole", "description": "A hole", "metadata": True, "keywords": "hole",
    "group": "Street",
}  # fmt: skip
QUESTIONS: list[Json] = [
    {
        "variable": True, "code": "size", "datatype": "singlevaluelist", "required": False, "order": 1,
        "description": "How large?", "values": [{"key": "plate", "name": "A plate"}],
    },
    {
        "variable": True, "code": "lane", "datatype": "multivaluelist", "required": False, "order": 2,
        "description": "Where?", "values": [{"key": "bike", "name": "Bike"}, {"key": "car", "name": "Car"}],
    },
    {"variable": False, "code": "note", "datatype": "text", "required": False, "order": 3, "description": "Thanks."},
]  # fmt: skip


def _document(root: str, value: Json, form: str, status: int = 200) -> Response:
    if form == "xml":
        return Response(write_xml(root, value), status, media_type="text/xml; charset=utf-8")
    return Response(json.dumps(value), status, media_type="application/json; charset=utf-8")


def _moment(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


def _at(case: Row) -> datetime:
    at = datetime.fromisoformat(str(case["requested_datetime"]))
    return at if at.tzinfo else at.replace(tzinfo=CITY_ZONE)
