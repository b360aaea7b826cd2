"""An applicant's file on an officer's screen: pictures of its pages, drawn here; no browser opens the original."""

from starlette.requests import Request
from starlette.responses import Response

from processor.domain.errors import Conflict, NotFound
from processor.domain.files import FileFault
from processor.inspection.preview import PREVIEW_TYPE
from processor.rendering.desk.viewer import FITTING, LARGE, SMALL, Leaves, viewer_page
from processor.rendering.templating import render
from processor.services.appraisal.appraisal import find_attachment
from processor.services.appraisal.previews import file_of_dossier, page_count, preview
from processor.web.context import file_words_of, in_thread, site_of, wired_of
from processor.web.desk.sessions import officer_only

WIDTHS = {str(width): width for width in (SMALL, FITTING, LARGE)}
LOOK = "page_viewed"
HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@officer_only
async def page_image(request: Request) -> Response:
    """One page as a picture; turning pages is one look in the log."""
    wired, asked = wired_of(request), request.path_params
    width = WIDTHS.get(request.query_params.get("rong", str(FITTING)))
    if width is None:
        raise NotFound("not_found")
    officer = request.state.session.officer
    file = await in_thread(find_attachment, wired, officer, asked["reference"], asked["attachment_id"], LOOK)
    try:
        drawn = await preview(wired, file, asked["number"], width)
    except FileFault as refusal:
        return no_picture(request, refusal)
    return Response(drawn.image, media_type=PREVIEW_TYPE, headers=HEADERS)


def no_picture(request: Request, refusal: FileFault) -> Response:
    heading = "Không xem trước được tệp này"
    text = wired_of(request).catalogue.messages.say(refusal.code, **refusal.values)
    return site_of(request).page(heading, render("message.html", heading=heading, text=text, again=False), 422)


@officer_only
async def viewer(request: Request) -> Response:
    """All pages one below the other. The look counts here too: the browser keeps the pictures for an hour."""
    wired, session, asked = wired_of(request), request.state.session, request.path_params
    seen = await in_thread(file_of_dossier, wired, asked["reference"], asked["attachment_id"])
    try:
        count = await page_count(wired, seen.file)
    except (FileFault, Conflict) as refusal:
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        status = 409 if isinstance(refusal, Conflict) else 200
        return site_of(request).page(*viewer_page(file_words_of(wired), session, seen, Leaves(0), text), status)
    await in_thread(find_attachment, wired, session.officer, seen.reference, seen.file.id, LOOK)
    leaves = Leaves(count, first_of(request), request.query_params.get("co") == "lon")
    if leaves.first > count:
        raise NotFound("not_found")
    return site_of(request).page(*viewer_page(file_words_of(wired), session, seen, leaves))


def first_of(request: Request) -> int:
    """The page that the view begins with."""
    told = request.query_params.get("tu", "1")
    if not (told.isascii() and told.isdigit() and 0 < len(told) < 10) or int(told) == 0:
        raise NotFound("not_found")
    return int(told)
