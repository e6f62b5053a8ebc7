"""Open311 GeoReport v2 at /open311/v2: existing apps can list services and cases, and file cases with a key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from assistant.assistant import hashed
from assistant.switches import SERVICE, Switch
from assistant.usage import Limit
from channels.auth import AssistantHere, bearer
from channels.open311_answers import Open311Error, answer, refusal
from channels.open311_filing import Filing
from channels.open311_form import read_form
from channels.open311_query import read_query
from channels.open311_records import case_record, definition_record, service_record
from tools.case import Case
from tools.case_listing import CaseListing
from tools.case_number import find_case_number
from tools.crm import CaseNotFound, CRMError
from tools.open311_keys import ClientKeys
from tools.open311_xml import Json
from tools.service import Catalogue, Service

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-03-01T00:00:00Z"
"""When the interface itself last changed."""

POSTS = Limit(scope="open311", most=300, seconds=600)
"""Posts of one client key."""

ADDRESS = "/open311/v2"
router = APIRouter(prefix=ADDRESS, tags=["open311"])


@dataclass(frozen=True, eq=False)
class Open311:
    """What the interface needs beside the assistant."""

    keys: ClientKeys
    listing: CaseListing
    filing: Filing
    public_url: str | None = None
    jurisdiction: str = "boston.gov"


def open311_of(request: Request) -> Open311:
    """The interface's parts."""
    found: Open311 = request.app.state.open311
    return found


Here = Annotated[Open311, Depends(open311_of)]


async def answered(form: str, act: Callable[[], Awaitable[Response]]) -> Response:
    """What a method answers, with every fault of a client or of the case system as Open311 tells it."""
    try:
        return await act()
    except Open311Error as error:
        return refusal(error, form)
    except CaseNotFound:
        return refusal(Open311Error(404, "There is no service request of that id."), form)
    except CRMError:
        told = "The case system does not answer just now. Nothing was lost; please try again in a minute."
        return refusal(Open311Error(503, told, retry_after=60), form)


@router.get("/discovery.{form}")
async def discovery(form: str, request: Request, here: Here) -> Response:
    """Where this interface is and what it can."""
    root = (here.public_url or str(request.base_url)).rstrip("/")
    formats: list[Json] = ["text/xml", "application/json"]
    endpoint: Json = {
        "specification": SPECIFICATION,
        "url": f"{root}{ADDRESS}",
        "changeset": CHANGED,
        "type": "production",
        "formats": formats,
    }
    told: Json = {
        "changeset": CHANGED,
        "contact": "Call 311 (617-635-4500) for help with this interface.",
        "key_service": "Ask the City for a key; its staff makes one with `beacon crm key add`.",
        "endpoints": [endpoint],
    }

    async def act() -> Response:
        return answer("discovery", told, form)

    return await answered(form, act)


@router.get("/services.{form}")
async def services(form: str, request: Request, here: Here, assistant: AssistantHere) -> Response:
    """The services that cases can be filed for."""

    async def act() -> Response:
        _in_jurisdiction(request.query_params.get("jurisdiction_id"), here)
        off = await assistant.ports.off()
        public = [each for each in assistant.ports.catalogue.services.values() if each.public]
        lines: list[Json] = [service_record(each) for each in public if f"{SERVICE}:{each.code}" not in off]
        return answer("services", lines, form)

    return await answered(form, act)


@router.get("/services/{code:path}.{form}")
async def definition(code: str, form: str, request: Request, here: Here, assistant: AssistantHere) -> Response:
    """The questions of a service."""

    async def act() -> Response:
        _in_jurisdiction(request.query_params.get("jurisdiction_id"), here)
        return answer("service_definition", definition_record(_service(code, assistant.ports.catalogue)), form)

    return await answered(form, act)


@router.get("/requests.{form}")
async def requests(form: str, request: Request, here: Here, assistant: AssistantHere) -> Response:
    """Cases by number, service, date and status, the newest first."""

    async def act() -> Response:
        _in_jurisdiction(request.query_params.get("jurisdiction_id"), here)
        catalogue = assistant.ports.catalogue
        asked = read_query(request.query_params, codes_of(catalogue), assistant.ports.clock())
        found = await here.listing.page(asked.wanted, number=asked.number, size=asked.size, history=asked.extensions)
        lines: list[Json] = [
            case_record(case, catalogue.services[case.service], catalogue, extensions=asked.extensions)
            for case in found
        ]
        return answer("service_requests", lines, form)

    return await answered(form, act)


@router.get("/requests/{case_id:path}.{form}")
async def one_request(case_id: str, form: str, request: Request, here: Here, assistant: AssistantHere) -> Response:
    """One case."""

    async def act() -> Response:
        _in_jurisdiction(request.query_params.get("jurisdiction_id"), here)
        catalogue = assistant.ports.catalogue
        case, service = await _public_case(case_id, assistant)
        extended = request.query_params.get("extensions", "").casefold() in ("true", "1")
        return answer("service_requests", [case_record(case, service, catalogue, extensions=extended)], form)

    return await answered(form, act)


@router.get("/tokens/{token:path}.{form}")
async def token(token: str, form: str, request: Request, here: Here) -> Response:
    """The number of a case that was posted while the case system did not answer; empty while it still waits."""

    async def act() -> Response:
        _in_jurisdiction(request.query_params.get("jurisdiction_id"), here)
        post = await here.filing.posts.get(token)
        if post is None:
            raise Open311Error(404, "There is no such token.")
        post = await here.filing.again(post)
        return answer("service_requests", [{"service_request_id": post.case_id, "token": post.token}], form)

    return await answered(form, act)


@router.post("/requests.{form}")
async def post_request(form: str, request: Request, here: Here, assistant: AssistantHere) -> Response:
    """File a case. The same form again within a day, under the same key, is the same case."""

    async def act() -> Response:
        sent = read_form((await _form(request)).multi_items())
        client = await _client(sent.get("api_key") or request.query_params.get("api_key") or bearer(request), here)
        if await assistant.usage.count(POSTS, hashed(client)) > POSTS.most:
            raise Open311Error(429, "This key has posted a lot. Please go on in ten minutes.", retry_after=600)
        _in_jurisdiction(sent.get("jurisdiction_id") or request.query_params.get("jurisdiction_id"), here)
        code = sent.get("service_code")
        if code is None:
            raise Open311Error(400, "service_code is required.")
        service = _service(code, assistant.ports.catalogue)
        off = await assistant.ports.off()
        if off & {Switch.WEB, f"{SERVICE}:{service.code}"}:
            raise Open311Error(503, "This is switched off just now. Please call 311 (617-635-4500).", retry_after=600)
        post, notice = await here.filing.file(sent, service, client=client)
        number: dict[str, Json] = (
            {"token": post.token} if post.case_id is None else {"service_request_id": post.case_id}
        )
        return answer("service_requests", [{**number, "service_notice": notice, "account_id": None}], form)

    return await answered(form, act)


@router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
async def nothing_here(rest: str) -> Response:
    """Everything else: there is nothing, or it does not take that method."""
    form = rest.rpartition(".")[2]
    return refusal(Open311Error(404, "There is nothing at this address for that method."), form)


def codes_of(catalogue: Catalogue) -> dict[str, str]:
    """The public services by our codes and by those of both systems of the City."""
    public = [each for each in catalogue.services.values() if each.public]
    theirs = {code: each.code for each in public for code in (each.legacy_code, each.creatio_code) if code}
    return theirs | {each.code: each.code for each in public}


def _service(code: str, catalogue: Catalogue) -> Service:
    ours = codes_of(catalogue).get(code)
    if ours is None:
        raise Open311Error(404, "There is no such service_code.")
    return catalogue.services[ours]


async def _public_case(case_id: str, assistant: AssistantHere) -> tuple[Case, Service]:
    case = await assistant.ports.crm.get(find_case_number(case_id) or case_id)
    service = assistant.ports.catalogue.services.get(case.service)
    if service is None or not service.public:
        raise CaseNotFound(case_id)
    return case, service


def _in_jurisdiction(given: str | None, here: Open311) -> None:
    if given and given.casefold() != here.jurisdiction.casefold():
        raise Open311Error(404, "There is no such jurisdiction_id here.")


async def _client(key: str | None, here: Open311) -> str:
    client = await here.keys.client_of(key) if key else None
    if client is None:
        raise Open311Error(403, "api_key is wrong." if key else "api_key is required.")
    return client


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=5, max_fields=300)
    except HTTPException as error:
        raise Open311Error(400, "The form cannot be read.") from error
