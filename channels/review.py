"""The review pages: runs beside each other, transcripts in plain words, labels, agreement, and live conversations."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from channels.accounts import Role
from channels.errors import ApiError
from channels.feature import Answer
from channels.review_desk import ReviewDesk
from channels.review_grid import grid_rows
from channels.staff_access import DoorsHere, Staff, Who
from channels.staff_pages import show
from evals.agreement import agreement, disputes, pairs
from evals.grid import scenarios_of, summaries, summary
from evals.label import Label, LabelRefused, Verdict, review_questions
from evals.make_scenario import NotMade
from evals.runs import RunBroken, approve, approved_run

router = APIRouter(prefix="/review", include_in_schema=False)
RUNS = 50
LEADS = (Role.SUPERVISOR, Role.ADMIN)
"""Who decides where reviewers disagree."""


def desk_of(request: Request) -> ReviewDesk:
    """What the review pages read and write."""
    desk: ReviewDesk = request.app.state.review
    return desk


@router.get("", response_class=HTMLResponse)
async def grid(request: Request, who: Staff, only: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Runs beside each other, what deviates first."""
    desk = desk_of(request)
    told = summaries(desk.data_dir, newest=RUNS)
    names = scenarios_of(told)
    if only == "deviating":
        names = tuple(n for n in names if any(n in t.cells and t.cells[n].colour != "green" for t in told))
    return show(
        request,
        "review_grid.html",
        who=who,
        runs=told,
        names=names,
        rows=grid_rows(told, names),
        only=only,
        approved=approved_run(desk.data_dir),
    )


@router.get("/runs/{run_id}", response_class=HTMLResponse)
async def one_run(request: Request, who: Staff, run_id: str) -> Response:
    """One run: every trial, what did not pass first, and how far this reviewer has come."""
    desk = desk_of(request)
    run = desk.run(run_id)
    results = sorted(run.results(), key=lambda each: (each.passed, each.id, each.trial))
    labels = await desk.labels.of_run(run.config.run_id)
    mine = {each.item for each in labels if each.reviewer == who.login}
    anybody = {each.item for each in labels}
    return show(
        request,
        "review_run.html",
        who=who,
        run=run.config,
        results=results,
        item=desk.item_of(run.config.run_id),
        mine=mine,
        anybody=anybody,
        told=summary(run),
        approved=approved_run(desk.data_dir),
    )


@router.post("/runs/{run_id}/approve")
async def approve_run(request: Request, who: Staff, doors: DoorsHere, run_id: str) -> Response:
    """Take a run for what is right."""
    approve(desk_of(request).data_dir, run_id)
    await doors.audit.add("run_approved", run_id, by=who.login, role=who.role)
    return RedirectResponse(f"/review/runs/{run_id}", status_code=303)


@router.get("/runs/{run_id}/{scenario}/{trial}", response_class=HTMLResponse)
async def one_trial(
    request: Request,
    who: Staff,
    run_id: str,
    scenario: str,
    trial: int,
    against: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """One transcript with the questions about it, beside the same trial of another run if one is named."""
    desk = desk_of(request)
    view = await desk.trial(run_id, scenario, trial, login=who.login, against=against)
    return show(request, "review_trial.html", who=who, questions=review_questions(), verdicts=Verdict, **view)


@router.post("/labels")
async def save(request: Request, who: Staff, doors: DoorsHere) -> Response:
    """Keep the labels of a form. A script gets 204; a plain form goes on to the page it names."""
    form = await request.form()
    given = list(_labels({name: str(value) for name, value in form.items()}, who))
    if any(each.resolves for each in given) and who.role not in LEADS:
        raise ApiError(403, "not_allowed", "Only a supervisor decides between reviewers.")
    try:
        await desk_of(request).check(str(form.get("item", "")))
        await desk_of(request).labels.put(given)
    except LabelRefused as error:
        raise ApiError(422, "label_refused", str(error)) from error
    if any(each.resolves for each in given):
        await doors.audit.add("label_decided", given[0].item, by=who.login, role=who.role)
    after = str(form.get("next", ""))
    if request.headers.get("x-requested-with") == "fetch":
        return Response(status_code=204)
    return RedirectResponse(after if after.startswith("/review") else "/review", status_code=303)


@router.get("/agreement", response_class=HTMLResponse)
async def agreeing(request: Request, who: Staff, run_id: Annotated[str, Query(max_length=80)] = "") -> Response:
    """How far reviewers agree, and what they do not agree on."""
    desk = desk_of(request)
    labels = await (desk.labels.of_run(run_id) if run_id else desk.labels.of_all())
    return show(
        request,
        "review_agreement.html",
        who=who,
        run_id=run_id,
        questions={each.code: each for each in review_questions()},
        agreements=agreement(labels),
        pairs=pairs(labels),
        disputes=disputes(labels),
        address=desk.address_of,
        verdicts=Verdict,
    )


@router.get("/live", response_class=HTMLResponse)
async def live(request: Request, who: Staff) -> Response:
    """Live conversations that were drawn, and the rates over all of them."""
    return show(request, "review_live.html", who=who, **await desk_of(request).live(who.login))


@router.post("/live/draw")
async def draw(request: Request, _: Staff) -> Response:
    """Draw what was not considered yet."""
    await desk_of(request).draw()
    return RedirectResponse("/review/live", status_code=303)


@router.get("/live/{conversation_id}", response_class=HTMLResponse)
async def one_live(request: Request, who: Staff, doors: DoorsHere, conversation_id: str) -> Response:
    """One live conversation with the questions about it. That it was read is on record."""
    view = await desk_of(request).live_one(conversation_id, login=who.login)
    await doors.audit.add("conversation_read", conversation_id, by=who.login, role=who.role)
    return show(request, "review_trial.html", who=who, questions=review_questions(), verdicts=Verdict, **view)


@router.get("/test", response_class=HTMLResponse)
async def make_test(
    request: Request, who: Staff, doors: DoorsHere, item: Annotated[str, Query(max_length=200)]
) -> Response:
    """A test made of a conversation, for a person to read, correct and sign. That a live one was read is on record."""
    try:
        name, text = await desk_of(request).test_of(item)
    except NotMade as error:
        raise ApiError(409, "not_made", str(error)) from error
    if item.startswith("live/"):
        await doors.audit.add("conversation_read", item.removeprefix("live/"), by=who.login, role=who.role)
    return show(request, "review_test.html", who=who, item=item, name=name, text=text, kept=None)


@router.post("/test", response_class=HTMLResponse)
async def keep_test(
    request: Request,
    who: Staff,
    doors: DoorsHere,
    name: Annotated[str, Form(max_length=100)],
    text: Annotated[str, Form(max_length=40_000)],
    item: Annotated[str, Form(max_length=200)] = "",
    signed: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Keep a test that was read and signed."""
    if not signed:
        raise ApiError(422, "not_signed", "Please confirm that you have read the text and that it names nobody.")
    try:
        path = desk_of(request).keep_test(name, text, by=who.name)
    except NotMade as error:
        raise ApiError(422, "not_made", str(error)) from error
    await doors.audit.add("test_signed", path.name, by=who.login, role=who.role)
    return show(request, "review_test.html", who=who, item=item, name=name, text=text, kept=path.name)


async def no_run(_: Request, error: Exception) -> Response:
    """Says that a run is not there, or cannot be read."""
    return HTMLResponse(f"<!doctype html><title>No such run</title><p>{escape(str(error))}</p>", 404)


def _labels(form: dict[str, str], who: Who) -> list[Label]:
    """The labels of a form: fields `<turn>.<question>` with verdicts, and `<turn>.<question>.comment`."""
    now = datetime.now(UTC)
    given = []
    for name, value in form.items():
        turn, _, question = name.partition(".")
        if turn.isdigit() and question and "." not in question and value:
            if value not in set(Verdict):
                raise ApiError(
                    422, "label_refused", "This answer is not one of those offered. Please load the page again."
                )
            given.append(
                Label(
                    item=form.get("item", "")[:200],
                    turn=int(turn),
                    question=question,
                    verdict=Verdict(value),
                    comment=form.get(f"{name}.comment", "")[:2_000],
                    reviewer=who.login,
                    resolves=form.get("resolves") == "yes",
                    at=now,
                )
            )
    return given


FAULTS: Mapping[type[Exception], Answer] = {RunBroken: no_run}
"""What the application answers to these pages' own errors."""
