"""What a change of a form did, on the desk."""

from starlette.requests import Request
from starlette.responses import Response

from processor.rendering.desk.friction import before_after_page
from processor.services.reports.friction import comparisons
from processor.services.reports.reports import FIRST_YEAR
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.report_answers import year_asked
from processor.web.desk.sessions import officer_only


@officer_only
async def before_after(request: Request) -> Response:
    wired, year = wired_of(request), year_asked(request)
    found = await in_thread(comparisons, wired, year)
    years = range(wired.today().year + 1, FIRST_YEAR - 1, -1)
    return site_of(request).page(*before_after_page(request.state.session, found, year, years))
