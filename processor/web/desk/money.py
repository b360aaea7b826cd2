"""The money of a year, for officers."""

from starlette.requests import Request
from starlette.responses import Response

from processor.rendering.desk import money as pages
from processor.services.appraisal.money import entries, every_envelope
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.sessions import officer_only


@officer_only
async def budget_page(request: Request) -> Response:
    wired = wired_of(request)
    asked = request.query_params.get("nam", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else wired.today().year
    envelopes = await in_thread(every_envelope, wired)
    moves = await in_thread(entries, wired, year)
    return site_of(request).page(*pages.budget_page(request.state.session, envelopes, year, moves))
