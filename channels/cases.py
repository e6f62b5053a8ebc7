"""The public status of a case over HTTP."""

from time import monotonic

from fastapi import APIRouter, Request

from assistant.assistant import Assistant
from assistant.look_ups import as_long
from channels.auth import AssistantHere
from channels.staff_access import is_staff
from channels.web_limits import may_look_up
from channels.wire import CaseResponse, Text
from tools.crm import CaseNotFound

router = APIRouter(prefix="/api/cases", tags=["cases"])


@router.get("/{case_id}")
async def case_status(case_id: Text, request: Request, assistant: AssistantHere) -> CaseResponse:
    """How a case stands. A case of a service that is not public is told to the desk only."""
    await may_look_up(case_id, request, assistant)
    began = monotonic()
    try:
        return await _told(case_id, request, assistant)
    except CaseNotFound:
        await as_long(began)
        raise


async def _told(case_id: str, request: Request, assistant: Assistant) -> CaseResponse:
    case = await assistant.ports.crm.get(case_id)
    service = assistant.ports.catalogue.services.get(case.service)
    if (service is None or not service.public) and not await is_staff(request):
        raise CaseNotFound(case_id)
    return CaseResponse.of(case)
