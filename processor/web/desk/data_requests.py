"""The register of requests about personal data on the desk: the list, one request, each deed with its form."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from processor.domain.errors import Conflict, Fault, InvalidAnswers, NotFound
from processor.domain.forms.submission import Typed
from processor.rendering.desk import data_requests as pages
from processor.services.exchange.packages import zipped
from processor.services.parts import Wired
from processor.services.privacy import export as exports
from processor.services.privacy import requests
from processor.services.privacy.answers import privacy_form, refuse_unless
from processor.services.privacy.requests import DEEDS, Standing
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.packages import HEADERS
from processor.web.desk.sessions import desk_form, officer_only

REGISTER = pages.REGISTER
BACK = (REGISTER, "Quay lại sổ yêu cầu")


@officer_only
async def register_page(request: Request) -> Response:
    wired, session = wired_of(request), request.state.session
    found = await in_thread(requests.register, wired, session.officer)
    rows = [row_of(wired, one) for one in found.standings]
    counts = {"open": found.count("open", "near", "late"), "near": found.count("near"), "late": found.count("late")}
    return site_of(request).page(*pages.register_page(session, rows, counts, found.closed, True))


def row_of(wired: Wired, one: Standing) -> pages.Row:
    return pages.row_of(wired.catalogue, one.request, one.dues, one.urgency, wired.today())


@officer_only
async def new_page(request: Request) -> Response:
    refuse_unless(request.state.session.officer, wired_of(request).catalogue.privacy.may.enter)
    return shown(request, requests.ENTER, {}, f"{REGISTER}/moi", BACK)


def shown(
    request: Request,
    act: str,
    typed: Typed,
    action: str,
    back: tuple[str, str],
    faults: Sequence[Fault] = (),
    notice: str = "",
    about: Sequence[str] = (),
) -> Response:
    catalogue, today = wired_of(request).catalogue, wired_of(request).today()
    form = privacy_form(catalogue, act)
    page = pages.form_page(
        catalogue, request.state.session, act, form, typed, today, action, back, faults, notice, about
    )
    return site_of(request).page(*page, 422 if faults else 409 if notice else 200)


@officer_only
async def enter(request: Request) -> Response:
    posted = await desk_form(request)
    typed = posted.typed
    try:
        number = await in_thread(requests.enter_request, wired_of(request), request.state.session.officer, typed)
    except InvalidAnswers as refusal:
        return shown(request, requests.ENTER, typed, f"{REGISTER}/moi", BACK, refusal.faults)
    return RedirectResponse(f"{REGISTER}/{number}", 303)


@officer_only
async def request_page(request: Request) -> Response:
    return await show(request)


async def show(request: Request, notice: str = "") -> Response:
    wired, session = wired_of(request), request.state.session
    found, entries = await in_thread(requests.open_request, wired, session.officer, request.path_params["number"])
    may_handle = session.officer.role in wired.catalogue.privacy.may.handle
    row = row_of(wired, found)
    page = pages.request_page(wired.catalogue, session, row, found.dues, entries, may_handle, notice)
    return site_of(request).page(*page, 409 if notice else 200)


def place_of(request: Request) -> tuple[str, str, str]:
    """The form of the deed, its address, and that of the request. Raises NotFound."""
    number, deed = request.path_params["number"], request.path_params["deed"]
    if deed not in DEEDS:
        raise NotFound("not_found")
    return DEEDS[deed][0], f"{REGISTER}/{number}/{deed}", f"{REGISTER}/{number}"


@officer_only
async def deed_page(request: Request) -> Response:
    wired, session = wired_of(request), request.state.session
    refuse_unless(session.officer, wired.catalogue.privacy.may.handle)
    act, action, back = place_of(request)
    await in_thread(requests.open_request, wired, session.officer, request.path_params["number"])
    return shown(request, act, {}, action, (back, "Quay lại yêu cầu"))


@officer_only
async def do(request: Request) -> Response:
    wired, session = wired_of(request), request.state.session
    posted = await desk_form(request)
    refuse_unless(session.officer, wired.catalogue.privacy.may.handle)
    act, action, back = place_of(request)
    typed = posted.typed
    number, deed = request.path_params["number"], request.path_params["deed"]
    try:
        await in_thread(requests.do, wired, session.officer, number, deed, typed)
    except InvalidAnswers as refusal:
        return shown(request, act, typed, action, (back, "Quay lại yêu cầu"), refusal.faults)
    except Conflict as refusal:
        return await show(request, wired.catalogue.messages.say(refusal.code, **refusal.values))
    return RedirectResponse(back, 303)


@officer_only
async def access_log_page(request: Request) -> Response:
    """Who looked at the dossiers of a request."""
    wired, session = wired_of(request), request.state.session
    asked, kept = await in_thread(exports.access_log, wired, session.officer, request.path_params["number"])
    looks = [(one.opened.dossier, one.looks) for one in kept]
    return site_of(request).page(*pages.access_log_page(wired.catalogue, session, asked, looks))


@officer_only
async def export(request: Request) -> Response:
    """Noted before the first byte."""
    wired, number = wired_of(request), request.path_params["number"]
    package = await in_thread(exports.export_of, wired, request.state.session.officer, number)
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="du-lieu-yeu-cau-{number}.zip"'}
    return StreamingResponse(zipped(wired, package), media_type="application/zip", headers=headers)
