"""The eligibility wizard for those without script, and for programs. Nothing is stored."""

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from processor.domain.errors import InvalidAnswers
from processor.domain.submission import Typed
from processor.rendering.eligibility import result_for_programs, result_page
from processor.services.eligibility import judge_typed
from processor.web.context import address, site_of, wired_of


async def show_result(request: Request) -> Response:
    wired, typed = wired_of(request), typed_of(request)
    if not typed:
        return RedirectResponse("/kiem-tra-dieu-kien/", 303)
    judged = judge_typed(wired.catalogue, typed, wired.today())
    title, html = result_page(wired.catalogue, wired.today(), typed, judged.answers, judged.outcome, judged.faults)
    return site_of(request).page(title, html, 422 if judged.faults else 200)


async def judge(request: Request) -> Response:
    """Raises InvalidAnswers."""
    wired = wired_of(request)
    judged = judge_typed(wired.catalogue, typed_of(request), wired.today())
    if judged.faults:
        raise InvalidAnswers(judged.faults)
    told = result_for_programs(wired.catalogue, wired.today(), judged.answers, judged.outcome)
    told["next_steps"] = [{**step, "url": address(request, step["url"])} for step in told["next_steps"]]
    return JSONResponse(told)


def typed_of(request: Request) -> Typed:
    return {name: request.query_params.getlist(name) for name in request.query_params}
