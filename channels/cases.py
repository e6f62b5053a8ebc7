"""The public status of a case over HTTP."""

from fastapi import APIRouter, Request

from channels.auth import AssistantHere, bearer, call_taker
from channels.wire import CaseResponse
from tools.crm import CaseNotFound

router = APIRouter(prefix="/api/cases", tags=["cases"])


@router.get("/{case_id}")
async def case_status(case_id: str, request: Request, assistant: AssistantHere) -> CaseResponse:
    """How a case stands. A case of a service that is not public is told to the desk only."""
    case = await assistant.ports.crm.get(case_id)
    service = assistant.ports.catalogue.services.get(case.service)
    if (service is None or not service.public) and not _is_desk(request):
        raise CaseNotFound(case_id)
    return CaseResponse.of(case)


def _is_desk(request: Request) -> bool:
    return bearer(request) is not None and bool(call_taker(request))
