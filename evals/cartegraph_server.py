"""A Cartegraph to test against: tasks by REST with Basic or cookie login, strict about filters and fields that are
asked for, silent about unknown fields that are written (as the product is), and failing on demand by `evals.faults`."""

import base64
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from evals.faults import Faults, after, before, dated
from tools.cartegraph import FIELDS, TASKS
from tools.clock import Clock

USER, PASSWORD = "beacon", "let-me-in"
_FILTER = re.compile(r'\(\[(\w+)\] is (equal to|greater than or equal to) "([^"]*)"\)')


@dataclass(eq=False)
class CartegraphSite:
    """The site: its tasks, its sessions, what is to fail, and the fields it lacks or drops."""

    clock: Clock
    faults: Faults = field(default_factory=Faults)
    lacks: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()
    tasks: list[dict[str, Any]] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    logins: int = 0

    @property
    def fields(self) -> set[str]:
        """The fields of a task."""
        return {*FIELDS, "CgShape", "Oid"} - self.lacks

    def now(self) -> str:
        """The time as Cartegraph writes it."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def add(self, task: dict[str, Any]) -> dict[str, Any]:
        """A new task; fields that the site lacks are dropped without a word."""
        number = len(self.tasks) + 1
        kept = {name: value for name, value in task.items() if name in self.fields - self.drops}
        kept |= {"Oid": number, "IDField": f"T-{number}", "cgLastModifiedField": self.now()}
        self.tasks.append(kept)
        return kept

    def set(self, number: str, **values: str) -> None:
        """What a crew does on its screens."""
        task = next(task for task in self.tasks if task["IDField"] == number)
        task |= values | {"cgLastModifiedField": self.now()}

    def get(self, options: dict[str, str]) -> Response:
        """Tasks as asked for."""
        match = _FILTER.fullmatch(options.get("filter", ""))
        asked = options.get("fields", "").split(",")
        unknown = sorted({*asked, match[1] if match else ""} - self.fields - {""})
        if match is None or unknown:
            errors = [{"GUID": str(uuid4()), "FieldName": name, "Message": "Unknown field"} for name in unknown]
            return JSONResponse({"Message": "The request is invalid.", "Errors": errors}, 400)
        equal = match[2] == "equal to"
        found = [
            task
            for task in self.tasks
            if (task.get(match[1]) == match[3] if equal else str(task.get(match[1], "")) >= match[3])
        ]
        first = int(options.get("offset", "0"))
        page = found[first : first + int(options.get("limit", "1000"))]
        about = {"totalCount": len(found), "limit": len(page), "offset": first}
        shown = [{name: task.get(name) for name in asked} for task in page]
        return JSONResponse({"_metadata": about, TASKS: shown})


def cartegraph_app(site: CartegraphSite) -> Starlette:
    """The site's web application."""

    async def authenticate(request: Request) -> Response:
        wish = await request.json()
        site.logins += 1
        right = (wish.get("userName"), wish.get("password")) == (USER, PASSWORD)
        response = JSONResponse({"LogOnStatus": "Success" if right else "InvalidCredentials", "Expires": ""})
        if right:
            session = uuid4().hex
            site.sessions.add(session)
            response.set_cookie("cgSession", session)
        return response

    async def tasks(request: Request) -> Response:
        fault = site.faults.next(request.method)
        early = before(fault, _denied) if _may(site, request) else _denied()
        if early is not None:
            return dated(early, site.clock)
        if request.method == "GET":
            answer = site.get(dict(request.query_params))
        else:
            answer = JSONResponse({TASKS: [site.add(task) for task in (await request.json())[TASKS]]}, 201)
        return dated(await after(fault, answer), site.clock)

    return Starlette(
        routes=[
            Route("/api/v1/authenticate", authenticate, methods=["POST"]),
            Route(f"/api/v1/classes/{TASKS}", tasks, methods=["GET", "POST"]),
        ]
    )


def _denied() -> Response:
    return JSONResponse({"Message": "Authorization has been denied for this request."}, 401)


def _may(site: CartegraphSite, request: Request) -> bool:
    basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    return request.headers.get("authorization") == basic or request.cookies.get("cgSession") in site.sessions
