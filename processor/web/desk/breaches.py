"""The log of breaches on the desk: the list, one breach with its minutes, each deed with its form."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.rendering.desk import breaches as pages
from processor.rendering.desk.breaches import LOG
from processor.services.privacy import breaches
from processor.services.privacy.answers import refuse_unless
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.data_requests import shown
from processor.web.desk.sessions import desk_form, officer_only

BACK = (LOG, "Quay lại sổ sự cố")


@officer_only
async def log_page(request: Request) -> Response:
    wired, session = wired_of(request), request.state.session
    found = await in_thread(breaches.breach_log, wired, session.officer)
    return site_of(request).page(*pages.log_page(wired.catalogue, session, found, wired.clock()))


@officer_only
async def new_page(request: Request) -> Response:
    refuse_unless(request.state.session.officer, wired_of(request).catalogue.privacy.may.enter)
    return shown(request, breaches.ENTER, {}, f"{LOG}/moi", BACK)


@officer_only
async def enter(request: Request) -> Response:
    posted = await desk_form(request)
    typed = posted.typed
    try:
        number = await in_thread(breaches.enter_breach, wired_of(request), request.state.session.officer, typed)
    except InvalidAnswers as refusal:
        return shown(request, breaches.ENTER, typed, f"{LOG}/moi", BACK, refusal.faults)
    return RedirectResponse(f"{LOG}/{number}", 303)


@officer_only
async def breach_page(request: Request) -> Response:
    return await show(request)


async def show(request: Request, notice: str = "") -> Response:
    wired, session = wired_of(request), request.state.session
    found, minutes = await in_thread(breaches.open_breach, wired, session.officer, request.path_params["number"])
    page = pages.breach_page(wired.catalogue, session, found, minutes, wired.clock(), notice)
    return site_of(request).page(*page, 409 if notice else 200)


def place_of(request: Request) -> tuple[str, str, tuple[str, str]]:
    """The form of the deed, its address, the way back. Raises NotFound, Forbidden."""
    number, deed = request.path_params["number"], request.path_params["deed"]
    refuse_unless(request.state.session.officer, wired_of(request).catalogue.privacy.may.enter)
    if deed not in breaches.DEEDS:
        raise NotFound("not_found")
    return breaches.DEEDS[deed][0], f"{LOG}/{number}/{deed}", (f"{LOG}/{number}", "Quay lại sự cố")


@officer_only
async def deed_page(request: Request) -> Response:
    act, action, back = place_of(request)
    number = request.path_params["number"]
    await in_thread(breaches.open_breach, wired_of(request), request.state.session.officer, number)
    return shown(request, act, {}, action, back)


@officer_only
async def do(request: Request) -> Response:
    wired = wired_of(request)
    posted = await desk_form(request)
    act, action, back = place_of(request)
    typed = posted.typed
    number, deed = request.path_params["number"], request.path_params["deed"]
    try:
        await in_thread(breaches.do, wired, request.state.session.officer, number, deed, typed)
    except InvalidAnswers as refusal:
        return shown(request, act, typed, action, back, refusal.faults)
    except Conflict as refusal:
        return await show(request, wired.catalogue.messages.say(refusal.code, **refusal.values))
    return RedirectResponse(back[0], 303)
