"""The process as a picture, the mail that waits, and how the system stands."""

from starlette.requests import Request
from starlette.responses import Response

from processor.rendering.desk import overview as pages
from processor.services.backup.age import backup_age
from processor.services.exchange.webhooks import list_webhooks
from processor.services.mail.outbox import backlog, figures
from processor.services.room import free
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.sessions import admin_only, officer_only


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


@admin_only
async def state_page(request: Request) -> Response:
    wired = wired_of(request)
    backup, told = await in_thread(backup_age, wired), await in_thread(figures, wired)
    standing = pages.Standing(backup.taken_at, backup.late, free(wired), told)
    return site_of(request).page(*pages.state_page(request.state.session, wired.settings, standing))
