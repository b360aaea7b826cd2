"""The eligibility wizard for those without script, and for programs. Nothing is stored."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from processor.domain.errors import InvalidAnswers
from processor.domain.forms.submission import Typed
from processor.rendering.eligibility import result_for_programs, result_page
from processor.services.eligibility import judge_typed
from processor.services.intake.counting import note_wizard
from processor.services.parts import Wired
from processor.web.context import address, site_of, wired_of
from processor.web.multipart import posted_form
from processor.web.sender.saving import OUTREACH, SMALL


async def show_result(request: Request) -> Response:
    wired, typed = wired_of(request), typed_of(request)
    if not typed:
        return RedirectResponse("/kiem-tra-dieu-kien/", 303)
    judged = judge_typed(wired.catalogue, typed, wired.today())
    if judged.outcome.verdict and not judged.faults:
        note_wizard(wired, judged.outcome.verdict, support_type_of(wired, judged.answers), outreach_of(request))
    title, html = result_page(wired.catalogue, wired.today(), typed, judged.answers, judged.outcome, judged.faults)
    return site_of(request).page(title, html, 422 if judged.faults else 200)


async def count_result(request: Request) -> Response:
    """The verdict that a page reached by itself, with the support type; nothing else of what was answered."""
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        note_wizard(wired, posted.one("ket_qua"), posted.one("noi_dung"), posted.one(OUTREACH))
    return Response(status_code=204)


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
    return {name: request.query_params.getlist(name) for name in request.query_params if name != OUTREACH}


def outreach_of(request: Request) -> str:
    return request.query_params.get(OUTREACH, "")


def support_type_of(wired: Wired, answers: Mapping[str, Any]) -> str:
    return str(answers.get(wired.catalogue.eligibility.estimate.support_type, ""))
