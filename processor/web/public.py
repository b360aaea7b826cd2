"""What everybody may read of what is stored: figures, open data, questions that were answered."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor.domain.errors import NotFound
from processor.domain.figures.report import Report
from processor.rendering import public as pages
from processor.rendering.documents.comma_file import comma_lines
from processor.rendering.reports import as_document, document_schema
from processor.services.appraisal.feedback import public_answers
from processor.services.reports.statistics import NAME, published_statistics
from processor.web.context import in_thread, site_of, wired_of

KEPT = {"Cache-Control": "public, max-age=600"}


async def statistics_page(request: Request) -> Response:
    wired = wired_of(request)
    report = await in_thread(published_statistics, wired)
    return site_of(request).page(*pages.statistics_page(wired.catalogue.reports[NAME], report))


async def statistics_json(request: Request) -> Response:
    return JSONResponse(as_document(await made(request)), headers=KEPT)


async def statistics_csv(request: Request) -> Response:
    """The main table, or the one that is asked for."""
    report = await made(request)
    asked = request.query_params.get("bang") or report.text.main
    table = next((one for one in report.tables if one.text.id == asked), None)
    if table is None:
        raise NotFound("not_found")
    return Response("".join(comma_lines(table)), media_type="text/csv; charset=utf-8", headers=KEPT)


async def statistics_schema(request: Request) -> Response:
    return JSONResponse(document_schema(wired_of(request).catalogue.reports[NAME]), headers=KEPT)


async def made(request: Request) -> Report:
    """Raises NotFound before the figures were made for the first time."""
    report = await in_thread(published_statistics, wired_of(request))
    if report is None:
        raise NotFound("not_found")
    return report


async def answers_page(request: Request) -> Response:
    answers = await in_thread(public_answers, wired_of(request))
    return site_of(request).page(*pages.answers_page(answers))
