"""Lists of dossiers as files: asked for on the queue, followed on a page of their own, fetched by whoever asked."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.dossier import Attachment
from processor.domain.errors import NotFound
from processor.domain.vietnamese import VIETNAM
from processor.rendering.desk.dossier_lists import list_page as page_of
from processor.services.appraisal.filters import asked_in
from processor.services.exchange.dossier_lists import ask_for_list, begin, own_list, try_again
from processor.services.reports.report_files import MEDIA_TYPES
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.sessions import desk_form, officer_only
from processor.web.downloads import made_download

LISTS = "/can-bo/xuat"
AGAIN_SECONDS = "3"


@officer_only
async def ask(request: Request) -> Response:
    wired = wired_of(request)
    posted = await desk_form(request)
    filters = {name: value for name, value in asked_in(posted.one("query")).items() if value and name != "sau"}
    officer = request.state.session.officer
    made = await in_thread(ask_for_list, wired, officer, urlencode(filters), posted.one("ending"))
    begin(wired, made)
    return RedirectResponse(f"{LISTS}/{made}", 303)


@officer_only
async def list_page(request: Request) -> Response:
    """Loads itself again while the list is being made, script or not."""
    session = request.state.session
    asked = await in_thread(own_list, wired_of(request), session.officer, request.path_params["list_id"])
    response = site_of(request).page(*page_of(session, asked))
    if asked.state == "waiting":
        response.headers["Refresh"] = AGAIN_SECONDS
    return response


@officer_only
async def again(request: Request) -> Response:
    wired, list_id = wired_of(request), request.path_params["list_id"]
    await desk_form(request)
    await in_thread(try_again, wired, request.state.session.officer, list_id)
    begin(wired, list_id)
    return RedirectResponse(f"{LISTS}/{list_id}", 303)


@officer_only
async def fetch(request: Request) -> Response:
    wired = wired_of(request)
    asked = await in_thread(own_list, wired, request.state.session.officer, request.path_params["list_id"])
    if asked.state != "ready" or asked.finished_at is None:
        raise NotFound("not_found")
    name = f"danh-sach-ho-so-{asked.finished_at.astimezone(VIETNAM):%Y%m%d-%H%M}.{asked.ending}"
    assert asked.file_id and asked.file_size is not None
    file = Attachment(asked.file_id, "", name, asked.file_size, "", MEDIA_TYPES[asked.ending], asked.finished_at)
    return await made_download(wired, file)
