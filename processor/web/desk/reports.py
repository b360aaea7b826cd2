"""The Department's reports on the desk: pages, and files of them."""

from collections.abc import Callable, Mapping

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from processor.domain.access.officer import Session
from processor.rendering import reports as pages
from processor.rendering.desk.friction import link_to_before_after
from processor.rendering.pages import Page
from processor.rendering.reports import NOTHING
from processor.services.parts import Wired
from processor.services.reports.report_files import ENDINGS, write_report
from processor.services.reports.reports import FIRST_YEAR, MAKERS, opened_report
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.demand import beside_demand
from processor.web.desk.report_answers import made_file, year_asked
from processor.web.desk.sessions import officer_only

Beside = Callable[[Wired, Session, int], Markup]
BESIDE: Mapping[str, Beside] = {
    "demand": beside_demand,
    "friction": lambda wired, session, year: link_to_before_after(year),
}
"""What stands on a report's page besides its tables."""


@officer_only
async def reports_page(request: Request) -> Response:
    wired = wired_of(request)
    known = {name: text for name, text in wired.catalogue.reports.items() if name in MAKERS}
    return site_of(request).page(*pages.reports_page(request.state.session, known, year_asked(request)))


@officer_only
async def report_page(request: Request) -> Response:
    name, year = request.path_params["name"], year_asked(request)
    page = await in_thread(shown, wired_of(request), request.state.session, name, year)
    return site_of(request).page(*page)


def shown(wired: Wired, session: Session, name: str, year: int) -> Page:
    years = range(wired.today().year + 1, FIRST_YEAR - 1, -1)
    with opened_report(wired, name, year) as report:
        extra = BESIDE[name](wired, session, year) if name in BESIDE else NOTHING
        return pages.report_page(session, report, years, ENDINGS, extra)


@officer_only
async def report_file(request: Request) -> Response:
    name, ending, year = request.path_params["name"], request.path_params["ending"], year_asked(request)
    table = request.query_params.get("bang", "")
    return await made_file(
        f"{name}-{year}", ending, lambda path: write_report(wired_of(request), name, year, ending, path, table)
    )
