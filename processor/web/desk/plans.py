"""The plan's board for everybody, and on the desk with the log of activities that any officer fills."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.access.officer import Session
from processor.domain.errors import Fault, InvalidAnswers
from processor.domain.forms.submission import Typed
from processor.rendering.desk import plan_board as pages
from processor.rendering.pages import Page
from processor.services.outreach.activities import (
    activity_form,
    log_activity,
    log_page,
    may_take_back,
    one_activity,
    plan_of,
)
from processor.services.outreach.activities import take_back as take_activity_back
from processor.services.outreach.plan_board import Board, live_board, public_board
from processor.services.parts import Wired
from processor.web.context import in_thread, kept, site_of, wired_of
from processor.web.desk.sessions import desk_form, officer_only

DESK_PLANS = "/can-bo/ke-hoach"


async def public_page(request: Request) -> Response:
    wired = wired_of(request)
    board = await in_thread(public_board, wired, request.path_params["plan"])
    return kept(site_of(request).page(*pages.public_page(wired.catalogue, shown(wired, board))), 60)


def shown(wired: Wired, board: Board) -> pages.ShownBoard:
    tasks = [(one.task, one.state, one.figures) for one in board.tasks]
    return pages.shown_board(wired.catalogue, board.plan, board.made_at, tasks, board.visits, wired.today())


@officer_only
async def newest_plan(request: Request) -> Response:
    plans = sorted(wired_of(request).catalogue.plans.values(), key=lambda plan: plan.year)
    return RedirectResponse(f"{DESK_PLANS}/{plans[-1].id}", 303)


@officer_only
async def desk_page(request: Request) -> Response:
    return await show(request, {})


async def show(request: Request, typed: Typed, refusal: InvalidAnswers | None = None) -> Response:
    wired, plan_id = wired_of(request), request.path_params["plan"]
    asked = request.query_params.get("trang", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    faults = refusal.faults if refusal else ()
    page = await in_thread(made_page, wired, request.state.session, plan_id, number, typed, faults)
    return site_of(request).page(*page, 422 if faults else 200)


def made_page(wired: Wired, session: Session, plan_id: str, number: int, typed: Typed, faults: Sequence[Fault]) -> Page:
    plan, board, log = plan_of(wired.catalogue, plan_id), live_board(wired, plan_id), log_page(wired, plan_id, number)
    rows = [
        pages.activity_row(wired.catalogue, plan, one, may_take_back(session.officer, one)) for one in log.activities
    ]
    shown_log = pages.ShownLog(rows, board.activities, board.people, log.number, log.pages)
    form = activity_form(wired.catalogue, plan)
    return pages.desk_page(wired.catalogue, session, shown(wired, board), shown_log, form, typed, wired.today(), faults)


@officer_only
async def add(request: Request) -> Response:
    posted = await desk_form(request)
    typed = posted.typed
    wired, plan_id = wired_of(request), request.path_params["plan"]
    try:
        await in_thread(log_activity, wired, request.state.session.officer, plan_id, typed)
    except InvalidAnswers as refusal:
        return await show(request, typed, refusal)
    return RedirectResponse(f"{DESK_PLANS}/{plan_id}#nhat-ky", 303)


@officer_only
async def take_back_page(request: Request) -> Response:
    wired, path = wired_of(request), request.path_params
    activity = await in_thread(one_activity, wired, path["plan"], path["activity_id"])
    plan = plan_of(wired.catalogue, path["plan"])
    return site_of(request).page(*pages.question_page(wired.catalogue, request.state.session, plan, activity))


@officer_only
async def take_back(request: Request) -> Response:
    await desk_form(request)
    wired, path = wired_of(request), request.path_params
    await in_thread(take_activity_back, wired, request.state.session.officer, path["plan"], path["activity_id"])
    return RedirectResponse(f"{DESK_PLANS}/{path['plan']}#nhat-ky", 303)
