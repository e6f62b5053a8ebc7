"""A Creatio to test against: both logins, cases by OData 4, strict about columns, filters, cookies and tokens, and
failing on demand by `evals.faults` in calls of OData (not of the login)."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl
from uuid import NAMESPACE_OID, uuid4, uuid5

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from evals.creatio_rows import BadRequest, Row, Tables
from evals.faults import Faults, after, before, dated
from tools.clock import Clock

NAME, PASSWORD = "beacon", "let-me-in"
CLIENT_ID, SECRET = "beacon-client", "client-secret"
STATUSES = {
    "New": False, "In progress": False, "Waiting for response": False, "Reopened": False, "Needs Reallocation": False,
    "Awaiting parts": False, "Resolved": True, "Closed": True, "Canceled": True, "Archived": True,
}  # fmt: skip
UNIQUE = {"Case": "UsrExternalKey", "UsrPickUp": "UsrSlot"}
"""The columns that the site keeps unique."""


@dataclass(eq=False)
class CreatioSite:
    """The site: its rows, who is logged in, and what is to fail. `deadline` is what Creatio adds for SolutionDate."""

    clock: Clock
    teams: tuple[str, ...] = ()
    services: dict[str, str] = field(default_factory=dict)
    deadline: timedelta = timedelta(days=2)
    faults: Faults = field(default_factory=Faults)
    logins: int = 0
    calls: int = 0
    tables: Tables = field(default_factory=Tables)
    sessions: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Fill the lookups."""
        for name, final in STATUSES.items():
            self._add("CaseStatus", name, IsFinal=final)
        for lookup, names in (
            ("CasePriority", ("High", "Medium", "Low")),
            ("ClosureCode", ("Transitioned", "Duplicate of Existing Case", "Noted")),
            ("SysAdminUnit", self.teams),
        ):
            for name in names:
                self._add(lookup, name)
        for code, name in self.services.items():
            self.tables.rows["ServiceItem"][code] = {"Id": code, "Name": name}

    def _add(self, entity: str, name: str, **more: object) -> None:
        row_id = self.id_of(entity, name)
        self.tables.rows[entity][row_id] = {"Id": row_id, "Name": name, **more}

    @staticmethod
    def id_of(entity: str, name: str) -> str:
        """The id of a lookup's value."""
        return str(uuid5(NAMESPACE_OID, f"{entity}/{name}"))

    def expire(self) -> None:
        """End every session and every token."""
        self.sessions.clear()

    def set_status(self, number: str, status: str, *, closure: str | None = None) -> None:
        """What staff do on their screens."""
        row = next(row for row in self.tables.rows["Case"].values() if row["Number"] == number)
        row["StatusId"] = self.id_of("CaseStatus", status)
        row["ClosureCodeId"] = self.id_of("ClosureCode", closure) if closure else None
        row["ClosureDate"] = self._now() if STATUSES[status] else None

    def open_day(self, service: str, area: str, day: str, *, places: int) -> None:
        """Let so many pick-ups of a service be booked on a day in an area."""
        row = {"UsrServiceId": service, "UsrArea": area, "UsrDay": day, "UsrPlaces": places}
        self.post("UsrPickUpDay", row)

    def _now(self) -> str:
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def post(self, entity: str, body: Row) -> Row:
        """A new row. Raises BadRequest."""
        self.tables.check(entity, body)
        unique = UNIQUE.get(entity, "")
        if key := body.get(unique):
            self._refuse_second(entity, unique, key)
        row_id = str(uuid4())
        row: Row = dict.fromkeys(self.tables.columns(entity)) | body
        row |= {"Id": row_id, "CreatedOn": self._now(), "ModifiedOn": self._now()}
        if entity == "Case":
            row["Number"] = f"BCS-{len(self.tables.rows['Case']) + 1:08d}"
            row["RegisteredOn"] = self._now()
            row["SolutionDate"] = (self.clock() + self.deadline).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.tables.rows[entity][row_id] = row
        return row

    def _refuse_second(self, entity: str, column: str, key: object) -> None:
        if any(row.get(column) == key for row in self.tables.rows[entity].values()):
            raise BadRequest(f"A row with this {column} exists already.")

    def patch(self, entity: str, row_id: str, body: Row) -> None:
        """Change a row. Raises BadRequest, KeyError."""
        self.tables.check(entity, body)
        row = self.tables.rows[entity][row_id]
        row |= body | {"ModifiedOn": self._now()}
        final = self.tables.rows["CaseStatus"].get(body.get("StatusId") or "", {}).get("IsFinal")
        if final is not None:
            row["ClosureDate"] = self._now() if final else None

    def get(self, entity: str, options: dict[str, str]) -> Row:
        """Rows as asked for. Raises BadRequest."""
        known = {"$filter", "$select", "$expand", "$orderby", "$top", "$skip", "$count"}
        if unknown := options.keys() - known:
            raise BadRequest(f"The query option {min(unknown)} is not supported.")
        rows = self.tables.find(entity, options.get("$filter"))
        if order := options.get("$orderby"):
            name, _, way = order.partition(" ")
            rows = sorted(rows, key=lambda row: str(row.get(name)), reverse=way == "desc")
        first = int(options.get("$skip", "0"))
        page = rows[first : first + int(options.get("$top", "20000"))]
        answer: Row = {"@odata.context": f"$metadata#{entity}"}
        if options.get("$count") == "true":
            answer["@odata.count"] = len(rows)
        shown = [self.tables.shown(entity, row, options.get("$select"), options.get("$expand")) for row in page]
        return answer | {"value": shown}

    def one(self, method: str, url: str, body: Row) -> tuple[int, Row | None]:
        """One call, alone or out of a batch: its status and its body."""
        path, _, query = url.partition("?")
        entity, _, key = path.partition("(")
        try:
            match method:
                case "GET":
                    return 200, self.get(entity, dict(parse_qsl(query)))
                case "POST":
                    return 201, self.post(entity, body)
                case "PATCH":
                    self.patch(entity, key.rstrip(")"), body)
                    return 204, None
                case _:
                    return 405, error_body("The method is not supported.")
        except (BadRequest, ValueError) as error:
            return 400, error_body(str(error))
        except KeyError:
            return 404, error_body("The row was not found.")

    def batch(self, body: Row) -> tuple[int, Row]:
        """Up to a hundred calls, stopped by the first that fails."""
        requests = body.get("requests", [])
        if len(requests) > 100:
            return 400, error_body("A batch may have no more than 100 requests.")
        responses: list[Row] = []
        for each in requests:
            status, told = self.one(each["method"], each["url"], each.get("body") or {})
            responses.append({"id": each["id"], "status": status, "body": told})
            if status >= 400:
                break
        return 200, {"responses": responses}


def error_body(message: str) -> Row:
    """An error as Creatio tells it."""
    inner = {"message": message, "type": "Terrasoft.Common.ItemNotFoundException"}
    return {"error": {"code": "", "message": message, "innererror": inner}}


def creatio_app(site: CreatioSite) -> Starlette:
    """The site's web application."""

    async def login(request: Request) -> Response:
        wish = await request.json()
        site.logins += 1
        if (wish.get("UserName"), wish.get("UserPassword")) != (NAME, PASSWORD):
            return JSONResponse({"Code": 1, "Message": "Invalid username or password specified."})
        response = JSONResponse({"Code": 0, "Message": ""})
        session, csrf = uuid4().hex, uuid4().hex
        site.sessions.add(f"{session}/{csrf}")
        response.set_cookie(".ASPXAUTH", session, httponly=True)
        response.set_cookie("BPMCSRF", csrf)
        return response

    async def token(request: Request) -> Response:
        wish = dict(parse_qsl((await request.body()).decode()))
        site.logins += 1
        right = wish == {"client_id": CLIENT_ID, "client_secret": SECRET, "grant_type": "client_credentials"}
        if not right:
            return JSONResponse({"error": "invalid_client"}, 400)
        bearer = uuid4().hex
        site.sessions.add(bearer)
        return JSONResponse({"access_token": bearer, "expires_in": 3600, "token_type": "Bearer"})

    async def odata(request: Request) -> Response:
        site.calls += 1
        fault = site.faults.next(request.method)
        if (early := _refused(site, request) or before(fault, lambda: Response(status_code=401))) is not None:
            return dated(early, site.clock)
        return dated(await after(fault, _answered(site, request, await request.body())), site.clock)

    methods = ["GET", "POST", "PATCH", "PUT"]
    return Starlette(
        routes=[
            Route("/ServiceModel/AuthService.svc/Login", login, methods=["POST"]),
            Route("/connect/token", token, methods=["POST"]),
            Route("/0/odata/{path:path}", odata, methods=methods),
        ]
    )


def _answered(site: CreatioSite, request: Request, raw: bytes) -> Response:
    """What a call of OData comes to."""
    path = request.path_params["path"]
    if request.method == "PUT":
        row_id = path.partition("(")[2].partition(")")[0]
        site.tables.rows["CaseFile"][row_id]["Data"] = raw
        return Response(status_code=204)
    if path == "$metadata":
        return Response(site.tables.schema(), media_type="application/xml")
    body = json.loads(raw) if raw else {}
    url = f"{path}?{request.url.query}" if request.url.query else path
    status, told = site.batch(body) if path == "$batch" else site.one(request.method, url, body)
    return Response(status_code=204) if told is None else JSONResponse(told, status)


def _refused(site: CreatioSite, request: Request) -> Response | None:
    """A call without a right to it: no or an ended session, or cookies without the header that repeats one."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    csrf = request.cookies.get("BPMCSRF", "")
    session = f"{request.cookies.get('.ASPXAUTH', '')}/{csrf}"
    if not {bearer, session} & site.sessions:
        return Response(status_code=401)
    if not bearer and request.headers.get("bpmcsrf") != csrf:
        return JSONResponse(error_body("The CSRF token is missing."), 403)
    return None
