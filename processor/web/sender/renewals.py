"""The access code was lost: ask for a link by mail, open it, see a new code once. All work without script."""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from processor.domain.errors import Malformed, Refused
from processor.rendering import renewals as pages
from processor.services.following.renewals import asked_reference, offer_renewal, renew, renewable
from processor.web.context import in_thread, site_of, visitor, wired_of
from processor.web.multipart import FormLimits, posted_form
from processor.web.problems import told_when

SMALL = FormLimits(body=64 * 1024, file=0, files=0)


async def request_page(request: Request) -> Response:
    return show_request(request)


async def request_link(request: Request) -> Response:
    """One answer, whether there is such a dossier or not; only then is it looked for."""
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        typed = posted.one("reference")
    if not wired.settings.mail_server:
        return show_request(request)
    try:
        reference = await in_thread(asked_reference, wired, typed, visitor(request))
    except Refused as refusal:
        return show_request(request, typed[:40], refusal)
    answer = site_of(request).page(*pages.requested_page(wired.catalogue, wired.settings.renewal_hours))
    answer.background = BackgroundTask(offer_renewal, wired, reference)
    return answer


async def confirm_page(request: Request) -> Response:
    token = request.path_params["token"]
    reference = await in_thread(renewable, wired_of(request), token)
    return site_of(request).page(*pages.confirm_page(reference, token))


async def show_new_code(request: Request) -> Response:
    new = await in_thread(renew, wired_of(request), request.path_params["token"])
    return site_of(request).page(*pages.renewed_page(new.reference, new.access_code))


def show_request(request: Request, typed: str = "", refusal: Refused | None = None) -> Response:
    wired = wired_of(request)
    said = wired.catalogue.messages.say(refusal.code, **refusal.values) if refusal else ""
    title, html = pages.request_page(wired.catalogue, wired.settings.mail_server is not None, typed, said)
    return told_when(site_of(request).page(title, html, status_of(refusal)), refusal)


def status_of(refusal: Refused | None) -> int:
    match refusal:
        case None:
            return 200
        case Malformed():
            return refusal.status
    return 422
