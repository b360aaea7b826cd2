"""Slips: made on request, and shown as they were made."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.services.appraisal.register import register_pdf
from processor.services.appraisal.slips import made_slip_pdf, print_slip
from processor.web.context import in_thread, wired_of
from processor.web.desk.sessions import DESK, desk_form, officer_only

SHOWN_NOT_RUN = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


@officer_only
async def make(request: Request) -> Response:
    wired, reference = wired_of(request), request.path_params["reference"]
    await desk_form(request)
    officer, kind = request.state.session.officer, request.path_params["kind"]
    made = await in_thread(print_slip, wired, officer, reference, kind)
    return RedirectResponse(f"{DESK}/{reference}/phieu-in/{made}.pdf" if made else f"{DESK}/{reference}", 303)


@officer_only
async def pdf(request: Request) -> Response:
    wired, reference = wired_of(request), request.path_params["reference"]
    slip, content = await in_thread(made_slip_pdf, wired, reference, request.path_params["slip"])
    name = f"{slip.kind}-{reference}-{slip.id}.pdf"
    headers = {**SHOWN_NOT_RUN, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)


@officer_only
async def register(request: Request) -> Response:
    """One month of the register."""
    year, month = request.path_params["year"], request.path_params["month"]
    content = await in_thread(register_pdf, wired_of(request), year, month)
    headers = {**SHOWN_NOT_RUN, "Content-Disposition": f'inline; filename="so-theo-doi-{year}-{month:02}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
