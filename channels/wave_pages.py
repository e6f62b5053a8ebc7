"""The page of the waves: which services move from one case system to the other and when, and both systems' numbers."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from channels.auth import AssistantHere
from channels.crosswalk_view import Called, called
from channels.staff_access import Staff
from channels.staff_pages import show
from tools.clock import city_time
from tools.crm import CaseNotFound, CRMError
from tools.service import Service
from tools.waves import WavePlan, next_move

router = APIRouter(prefix="/desk/waves", include_in_schema=False)
SYSTEMS = {"creatio": "Creatio", "legacy": "the legacy system"}


@router.get("", response_class=HTMLResponse)
async def waves(
    request: Request, who: Staff, assistant: AssistantHere, name: Annotated[str, Query(max_length=120)] = ""
) -> Response:
    """The plan, where each service's new cases go today, and what a number or code is called in the other system."""
    plan: WavePlan = request.app.state.waves
    catalogue = assistant.ports.catalogue
    today = city_time(assistant.ports.clock()).date()
    services = sorted(catalogue.services.values(), key=lambda each: each.name())
    rows = [(each, plan.system(each, today), next_move(plan, each.code, today)) for each in services]
    found, wrong = await _looked_up(name, assistant)
    return show(
        request,
        "waves.html",
        status=404 if wrong else 200,
        who=who,
        waves=[
            (each, each.state(today), [_name(code, catalogue.services) for code in each.services])
            for each in plan.waves
        ],
        rows=rows,
        counts=[(word, sum(system == code for _, system, _ in rows)) for code, word in SYSTEMS.items()],
        systems=SYSTEMS,
        name=name,
        found=found,
        wrong=wrong,
    )


def _name(code: str, services: Mapping[str, Service]) -> str:
    return services[code].name()


async def _looked_up(name: str, assistant: AssistantHere) -> tuple[Called, str]:
    """What was asked for and, where nothing was found, a sentence."""
    if not name.strip():
        return (), ""
    try:
        return await called(name, assistant.ports.crm, assistant.ports.catalogue), ""
    except CaseNotFound:
        return (), "No case and no service of either system is called so."
    except CRMError as error:
        return (), f"It cannot be looked up just now: {error}"
