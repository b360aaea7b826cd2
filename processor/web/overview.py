"""The process as a picture, and the mail that waits."""

from starlette.requests import Request
from starlette.responses import Response

from processor.rendering import overview as pages
from processor.services.outbox import backlog, figures
from processor.services.webhooks import list_webhooks
from processor.web.context import in_thread, site_of, wired_of
from processor.web.sessions import officer_only


@officer_only
async def workflow_page(request: Request) -> Response:
    return site_of(request).page(*pages.workflow_page(wired_of(request).catalogue, request.state.session))


@officer_only
async def mail_page(request: Request) -> Response:
    wired = wired_of(request)
    waiting = await in_thread(backlog, wired)
    told = await in_thread(figures, wired)
    systems = await in_thread(list_webhooks, wired)
    possible = bool(wired.settings.mail_server)
    page = pages.mail_page(wired.catalogue, request.state.session, waiting, told, possible, systems)
    return site_of(request).page(*page)
