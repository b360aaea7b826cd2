"""The demand summary of a year on the desk: what stands beside its tables, its closing, the tables as closed."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.access.officer import Session
from processor.domain.desk_forms import CLOSE_DEMAND
from processor.domain.errors import Conflict, Fault, InvalidAnswers
from processor.domain.figures.demand_closing import Closing
from processor.domain.figures.report import Report
from processor.domain.forms.submission import Typed
from processor.domain.vietnamese import moment
from processor.rendering.desk import demand as pages
from processor.rendering.desk.acts import act_fields, act_title
from processor.rendering.documents.report_documents import report_from
from processor.services.parts import Wired
from processor.services.reports.demand_closing import (
    as_closed,
    close_demand,
    may_close,
    refuse_closing,
    standing_closings,
    waiting_to_close,
)
from processor.services.reports.demand_deadline import deadline_words
from processor.services.reports.report_files import ENDINGS, known_ending, write_opened
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.report_answers import made_file, year_asked
from processor.web.desk.sessions import desk_form, officer_only


def beside_demand(wired: Wired, session: Session, year: int) -> Markup:
    known = standing_closings(wired, year)
    return pages.beside(year, deadline_words(wired, year), known, may_close(session.officer))


@officer_only
async def closing_page(request: Request) -> Response:
    return await show(request, {})


async def show(request: Request, typed: Typed, faults: Sequence[Fault] = (), notice: str = "") -> Response:
    wired, year = wired_of(request), year_asked(request)
    waiting = await in_thread(waiting_to_close, wired, year)
    act = act_fields(wired.catalogue, CLOSE_DEMAND, typed, faults, wired.today())
    page = pages.closing_page(request.state.session, waiting, act, deadline_words(wired, year), notice)
    return site_of(request).page(*page, 422 if faults else 409 if notice else 200)


@officer_only
async def close(request: Request) -> Response:
    """After a question that names the count and the document."""
    wired, year, session = wired_of(request), year_asked(request), request.state.session
    posted = await desk_form(request)
    typed = posted.typed
    if posted.one("_action") == "edit":
        return await show(request, typed)
    try:
        if posted.one("_action") != "confirm":
            waiting = await in_thread(refuse_closing, wired, session.officer, year, typed)
            verb = act_title(wired.catalogue, CLOSE_DEMAND)
            return site_of(request).page(*pages.question_page(session, waiting, verb, typed))
        closing = await in_thread(close_demand, wired, session.officer, year, typed)
    except InvalidAnswers as refusal:
        return await show(request, typed, refusal.faults)
    except Conflict as refusal:
        return await show(request, typed, notice=wired.catalogue.messages.say(refusal.code, **refusal.values))
    return RedirectResponse(f"/can-bo/bao-cao/demand/chot/{closing.year}-{closing.number}", 303)


@officer_only
async def closed_page(request: Request) -> Response:
    year, number = request.path_params["year"], request.path_params["number"]
    closing, report = await in_thread(kept, wired_of(request), year, number)
    every = await in_thread(standing_closings, wired_of(request), year)
    others = [one for one in every if one.number != number]
    return site_of(request).page(*pages.closed_page(request.state.session, closing, report, ENDINGS, others))


@officer_only
async def closed_file(request: Request) -> Response:
    year, number, ending = (request.path_params[name] for name in ("year", "number", "ending"))
    known_ending(ending)
    _, report = await in_thread(kept, wired_of(request), year, number)

    def write(path: Path) -> None:
        write_opened(report, ending, path)

    return await made_file(f"demand-{year}-chot-{number}", ending, write)


def kept(wired: Wired, year: int, number: int) -> tuple[Closing, Report]:
    """Raises NotFound."""
    closing, document = as_closed(wired, year, number)
    about = f"Chốt lúc {moment(closing.closed_at)}, văn bản {closing.document}, người chốt {closing.officer}."
    return closing, report_from(document, about)
