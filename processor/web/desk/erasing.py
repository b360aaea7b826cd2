"""Erasing a dossier's data on the desk: what and on what ground, a question that names it, the deed; the tombstones."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Conflict, InvalidAnswers
from processor.domain.forms.submission import Typed
from processor.domain.vietnamese import day
from processor.rendering.desk import data_requests as pages
from processor.rendering.desk.acts import act_title
from processor.services.appraisal.appraisal import open_dossier
from processor.services.parts import Wired
from processor.services.privacy import erasure
from processor.services.privacy.answers import read_privacy, refuse_unless
from processor.services.privacy.erasure import Order
from processor.services.privacy.requests import open_request
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.data_requests import REGISTER, shown
from processor.web.desk.sessions import DESK, desk_form, officer_only

ACT = "erase_data"
OF_REQUEST = "yeu-cau"


@officer_only
async def erase_page(request: Request) -> Response:
    refuse_others(request)
    return await form(request, {})


def refuse_others(request: Request) -> None:
    refuse_unless(request.state.session.officer, wired_of(request).catalogue.privacy.may.handle)


def request_number(request: Request) -> int | None:
    """The request that led here."""
    asked = request.query_params.get(OF_REQUEST, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def action_of(request: Request) -> str:
    number = request_number(request)
    return f"{DESK}/{request.path_params['reference']}/xoa-du-lieu" + (f"?{OF_REQUEST}={number}" if number else "")


async def form(request: Request, typed: Typed, refusal: InvalidAnswers | Conflict | None = None) -> Response:
    wired, reference = wired_of(request), request.path_params["reference"]
    dossier = (await in_thread(open_dossier, wired, reference)).dossier
    rule = erasure.rule_of(wired, dossier)
    status = wired.catalogue.status(dossier.kind, dossier.status).label
    about = [f"Hồ sơ {dossier.reference}, trạng thái “{status}”. {rule.why}"]
    faults = refusal.faults if isinstance(refusal, InvalidAnswers) else ()
    notice = wired.catalogue.messages.say(refusal.code, **refusal.values) if isinstance(refusal, Conflict) else ""
    back = (f"{DESK}/{dossier.reference}", "Quay lại hồ sơ")
    return shown(request, ACT, typed, action_of(request), back, faults, notice, about)


@officer_only
async def erase(request: Request) -> Response:
    wired, reference = wired_of(request), request.path_params["reference"]
    posted = await desk_form(request)
    refuse_others(request)
    typed = posted.typed
    if posted.one("_action") == "edit":
        return await form(request, typed)
    if number := request_number(request):
        await in_thread(open_request, wired, request.state.session.officer, number)
    try:
        order = ordered(wired, request, typed)
        if posted.one("_action") != "confirm":
            return await question(request, typed, order)
        await in_thread(erasure.erase, wired, reference, order)
    except (InvalidAnswers, Conflict) as refusal:
        return await form(request, typed, refusal)
    return RedirectResponse(f"{REGISTER}/da-xoa", 303)


def ordered(wired: Wired, request: Request, typed: Typed) -> Order:
    answers = read_privacy(wired, ACT, typed)
    actor = f"officer:{request.state.session.officer.name}"
    return Order(answers["scope"], answers["ground"], actor, answers["reason"] or "", request_number(request))


async def question(request: Request, typed: Typed, order: Order) -> Response:
    """What the deed itself would refuse is not asked back. Raises Conflict."""
    wired, reference = wired_of(request), request.path_params["reference"]
    dossier = (await in_thread(open_dossier, wired, reference)).dossier
    erasure.refuse_kept(wired, dossier, order)
    retention = wired.catalogue.retention
    until = erasure.tombstone_of(wired, order, 0).backups_until
    lines = [
        f"{retention.scopes[order.scope]}, căn cứ: {retention.grounds[order.ground].lower()}.",
        f"Không lấy lại được. Bản sao lưu còn giữ chậm nhất đến ngày {day(until)}.",
    ]
    asked = f"Xóa dữ liệu của hồ sơ {dossier.reference}?"
    title = act_title(wired.catalogue, ACT)
    page = pages.question_page(request.state.session, title, asked, lines, action_of(request), typed)
    return site_of(request).page(*page)


@officer_only
async def erased_page(request: Request) -> Response:
    wired, session = wired_of(request), request.state.session
    refuse_unless(session.officer, wired.catalogue.privacy.may.enter)
    found = await in_thread(erasure.tombstones, wired)
    return site_of(request).page(*pages.erased_page(wired.catalogue, session, found))
