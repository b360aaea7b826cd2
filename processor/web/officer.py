"""The officers' desk: the queue, a dossier, its files, and the steps at intake."""

from datetime import timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.dossier import OPEN_STATUSES
from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.domain.officer import Session
from processor.rendering import desk
from processor.services.appraisal import (
    accept,
    claim_dossier,
    find_attachment,
    list_queue,
    open_dossier,
    refuse,
    release_dossier,
)
from processor.storage.queue import QueueFilter
from processor.web.context import in_thread, site_of, wired_of
from processor.web.downloads import as_download
from processor.web.sessions import DESK, desk_form, officer_only

AGES = {"": None, "3": 3, "7": 7, "15": 15, "30": 30}
PAGE_SIZE = 50
STEPS = {"nhan": claim_dossier, "tra-ve": release_dossier, "tiep-nhan": accept}


async def desk_home(request: Request) -> Response:
    return RedirectResponse(DESK, 303)


@officer_only
async def queue_page(request: Request) -> Response:
    wired = wired_of(request)
    session: Session = request.state.session
    asked = {name: request.query_params.get(name, "") for name in ("bieu-mau", "trang-thai", "cho", "ai", "sau")}
    wanted = queue_filter(request, asked, session)
    lines, total = await in_thread(list_queue, wired, wanted)
    more = len(lines) == PAGE_SIZE
    after = f"{lines[-1].received_at.isoformat()}~{lines[-1].dossier_id}" if more else ""
    next_page = f"{DESK}?{urlencode({**asked, 'sau': after})}" if after else ""
    title, html = desk.queue_page(wired.catalogue, session, lines, total, asked, next_page, wired.clock())
    return site_of(request).page(title, html)


def queue_filter(request: Request, asked: dict[str, str], session: Session) -> QueueFilter:
    """From the address; what is not understood is as if not asked."""
    wired = wired_of(request)
    days = AGES.get(asked["cho"])
    holder = {"chua": "none", "toi": session.officer.name}.get(asked["ai"])
    statuses = {"mo": OPEN_STATUSES, "": OPEN_STATUSES, "tat-ca": ()}
    return QueueFilter(
        form_id=asked["bieu-mau"] if asked["bieu-mau"] in wired.catalogue.forms else None,
        statuses=statuses.get(asked["trang-thai"], (asked["trang-thai"],)),
        received_before=wired.clock() - timedelta(days=days) if days else None,
        holder=holder,
        after=desk.page_key(asked["sau"]),
        limit=PAGE_SIZE,
    )


@officer_only
async def dossier_page(request: Request) -> Response:
    return await show_dossier(request)


async def show_dossier(
    request: Request, notice: str = "", reason: str = "", reason_error: str = "", status: int = 200
) -> Response:
    wired = wired_of(request)
    opened = await in_thread(open_dossier, wired, request.path_params["reference"])
    title, html = desk.dossier_page(
        wired.catalogue,
        request.state.session,
        opened.dossier,
        opened.form,
        opened.events,
        wired.today(),
        others=opened.others,
        supplements=opened.supplements,
        notice=notice,
        reason=reason,
        reason_error=reason_error,
    )
    return site_of(request).page(f"Lỗi: {title}" if reason_error else title, html, status)


@officer_only
async def take_step(request: Request) -> Response:
    """Claim, release, accept. Who was slower is told who holds the dossier."""
    step = STEPS.get(request.path_params["step"])
    if step is None:
        raise NotFound("not_found")
    await desk_form(request)
    return await stepped(request, step)


async def stepped(request: Request, step) -> Response:  # type: ignore[no-untyped-def]
    wired = wired_of(request)
    reference = request.path_params["reference"]
    try:
        await in_thread(step, wired, request.state.session.officer, reference)
    except Conflict as refusal:
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        return await show_dossier(request, notice=text, status=409)
    return RedirectResponse(f"{DESK}/{reference}", 303)


@officer_only
async def refuse_dossier(request: Request) -> Response:
    """First asks to confirm with the reason in view, then refuses."""
    wired = wired_of(request)
    posted = await desk_form(request)
    reason, reference = posted.one("reason"), request.path_params["reference"]
    officer = request.state.session.officer
    if posted.one("_action") == "edit":
        return await show_dossier(request, reason=reason)
    if posted.one("_action") != "confirm" and reason.strip():
        opened = await in_thread(open_dossier, wired, reference)
        title, html = desk.refusal_page(request.state.session, opened.dossier, reason)
        return site_of(request).page(title, html)
    try:
        await in_thread(refuse, wired, officer, reference, reason)
    except InvalidAnswers as refusal:
        return await show_dossier(request, reason=reason, reason_error=refusal.faults[0].message, status=422)
    except Conflict as refusal_by_state:
        text = wired.catalogue.messages.say(refusal_by_state.code, **refusal_by_state.values)
        return await show_dossier(request, notice=text, reason=reason, status=409)
    return RedirectResponse(f"{DESK}/{reference}", 303)


@officer_only
async def download(request: Request) -> Response:
    """A file as a download that no browser will run."""
    wired = wired_of(request)
    reference, attachment_id = request.path_params["reference"], request.path_params["attachment_id"]
    found = await in_thread(find_attachment, wired, request.state.session.officer, reference, attachment_id)
    return await as_download(wired, found)
