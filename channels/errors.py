"""Every error a caller sees over HTTP: a status, a code, and one calm sentence."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime
from starlette.exceptions import HTTPException

from assistant.drafts import DraftNotFound
from assistant.editing import EditRefused
from assistant.store import ConversationNotFound
from channels.text import storable
from tools.crm import CaseNotFound, CRMError

MOST_TOLD = 5
MOST_OF_A_NAME = 100
MOST_OF_A_SENTENCE = 300
SENTENCES = {
    400: "The body cannot be read. Please send a JSON object in UTF-8.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}

log = logging.getLogger(__name__)


class ApiError(Exception):
    """An error to tell the caller: `code` is for programs, the message for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def body(code: str, message: str) -> dict[str, dict[str, str]]:
    """The shape of every error."""
    return {"error": {"code": code, "message": message}}


def answer_errors(app: FastAPI) -> None:
    """Give the app its one way of answering errors."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ConversationNotFound, _no_conversation)
    app.add_exception_handler(CaseNotFound, _no_case)
    app.add_exception_handler(DraftNotFound, _no_draft)
    app.add_exception_handler(EditRefused, _edit)
    app.add_exception_handler(CRMError, _crm)
    for lost in (OperationalError, InterfaceError, NoConnectionInTime):
        app.add_exception_handler(lost, _database)
    app.add_exception_handler(Exception, _unexpected)


async def _api_error(_: Request, error: Exception) -> JSONResponse:
    status, code = (error.status, error.code) if isinstance(error, ApiError) else (500, "error")
    return JSONResponse(body(code, str(error)), status)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    if any(problem["type"] == "json_invalid" for problem in problems):
        return JSONResponse(body("not_json", "The body is not valid JSON. Please send a JSON object."), 400)
    told = "; ".join(_problem(problem["loc"], problem["msg"]) for problem in problems[:MOST_TOLD])
    return JSONResponse(body("invalid", f"Something in the request is not as expected: {told}."), 422)


def _problem(where: tuple[str | int, ...], what: str) -> str:
    """What is wrong with one key. The key is the caller's own text, so it is shortened and made safe to send."""
    name = ".".join(str(part) for part in where if part not in ("body", "query", "path")) or "the body"
    return f"{storable(name[:MOST_OF_A_NAME])}: {what[:1].lower()}{what[1:]}"


async def _http(_: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = HTTPStatus(status).phrase
    code = phrase.lower().replace(" ", "_")
    headers = error.headers if isinstance(error, HTTPException) else None
    return JSONResponse(body(code, SENTENCES.get(status, f"{phrase}.")), status, headers)


async def _no_conversation(_: Request, error: Exception) -> JSONResponse:
    del error
    return JSONResponse(body("conversation_not_found", NO_CONVERSATION), 404)


async def _no_case(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse(body("case_not_found", _short(error)), 404)


async def _no_draft(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse(body("draft_not_found", _short(error)), 404)


def _short(error: Exception) -> str:
    """The error's sentence, unless it repeats something of the caller's that is far too long."""
    sentence = str(error)
    return sentence if len(sentence) <= MOST_OF_A_SENTENCE else "There is nothing by that long a name."


async def _edit(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse(body("edit_refused", str(error)), 422)


async def _crm(_: Request, error: Exception) -> JSONResponse:
    log.warning("The case system failed.", extra={"event": "crm_failed", "error": type(error).__name__})
    message = "The city's case system does not answer just now. Nothing was lost; please try again in a minute."
    return JSONResponse(body("crm_unavailable", message), 503)


async def _database(request: Request, error: Exception) -> JSONResponse:
    """The database is away, full or too busy; whoever sends again finds it as it was."""
    told = {"event": "database_unavailable", "path": request.url.path, "error": type(error).__name__}
    log.error("A request failed because the database did.", extra=told, exc_info=error)
    message = "This could not be kept just now, so nothing was changed. Please send it again in a minute."
    return JSONResponse(body("database_unavailable", message), 503, {"Retry-After": "60"})


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("A request failed.", extra={"event": "request_failed", "path": request.url.path}, exc_info=error)
    told = body("failed", "Something went wrong on our side. Please try again.")
    page: Response | None = request.app.state.page_of_error(request, 500, told["error"])
    return page or JSONResponse(told, 500)


NO_CONVERSATION = "This conversation is not known, or its token does not fit. Please start a new one."
