"""What came on paper is typed in by an officer, on the very pages that organisations use."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.dossier import ONLINE
from processor.domain.errors import InvalidAnswers
from processor.rendering.desk import paper as pages
from processor.services.appraisal.paper import begin_paper
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.sessions import desk_form, officer_only


@officer_only
async def begin_page(request: Request) -> Response:
    return show(request)


def show(request: Request, error: str = "") -> Response:
    page = pages.paper_page(wired_of(request).catalogue, request.state.session, ONLINE, error)
    return site_of(request).page(*page, 422 if error else 200)


@officer_only
async def begin(request: Request) -> Response:
    """A draft under its own link, which remembers who types and how the paper came."""
    posted = await desk_form(request)
    officer, wired = request.state.session.officer, wired_of(request)
    try:
        token = await in_thread(begin_paper, wired, officer, posted.one("form"), posted.one("channel"))
    except InvalidAnswers as refusal:
        return show(request, refusal.faults[0].message)
    return RedirectResponse(f"/ban-nhap/{token}", 303)
