"""Several proposals decided together, the draft of the decision, the signed scan."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.domain.forms.submission import Typed
from processor.domain.slips.decision import Decision
from processor.rendering.desk import decisions as pages
from processor.services.appraisal.decision_drafts import draft_docx, draft_pdf
from processor.services.appraisal.decisions import STEPS, decide, decision_to_record, proposals_before
from processor.services.appraisal.money import every_envelope
from processor.services.following.tracking import signed_scan_of
from processor.services.parts import Wired
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.sessions import DESK, desk_form, officer_only
from processor.web.downloads import as_download

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DRAFTS: Mapping[str, tuple[Callable[[Wired, Decision], bytes], str]] = {
    "docx": (draft_docx, DOCX),
    "pdf": (draft_pdf, "application/pdf"),
}


@officer_only
async def choose_page(request: Request) -> Response:
    """What is before the Director, in order of filing; those of the address are ticked."""
    return await show(request, request.query_params.getlist("ma"))


async def show(
    request: Request,
    chosen: list[str],
    typed: Typed | None = None,
    error: str = "",
    asking: str = "",
    status: int = 200,
) -> Response:
    wired = wired_of(request)
    waiting = await in_thread(proposals_before, wired)
    envelopes = await in_thread(every_envelope, wired)
    session = request.state.session
    page = pages.choose_page(wired.catalogue, session, waiting, envelopes, chosen, typed or {}, error, asking)
    return site_of(request).page(*page, status)


@officer_only
async def decide_several(request: Request) -> Response:
    """All or none, after a question that names the count and the sum."""
    wired = wired_of(request)
    posted = await desk_form(request)
    chosen, typed = posted.fields.get("reference", []), posted.typed
    step, action = posted.one("step"), posted.one("_action")
    if step not in STEPS:
        raise NotFound("not_found")
    if action == "edit":
        return await show(request, chosen, typed)
    seen = {one: number_of(posted.one(f"seen.{one}")) for one in chosen}
    try:
        if action != "confirm" and chosen:
            return await show(request, chosen, typed, asking=step)
        await in_thread(decide, wired, request.state.session.officer, step, seen, posted.one("reason"))
    except InvalidAnswers as refusal:
        return await show(request, chosen, typed, refusal.faults[0].message, status=422)
    except Conflict as refusal:
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        return await show(request, chosen, typed, text, status=409)
    return RedirectResponse(f"{DESK}/{chosen[0]}", 303)


def number_of(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


@officer_only
async def draft(request: Request) -> Response:
    """The draft for the records office; number, day and signer are left to it."""
    wired, reference, ending = wired_of(request), request.path_params["reference"], request.path_params["ending"]
    if ending not in DRAFTS:
        raise NotFound("not_found")
    make, media_type = DRAFTS[ending]
    decision = await in_thread(decision_to_record, wired, reference)
    content = await in_thread(make, wired, decision)
    name = f"du-thao-{decision.outcome}-{reference}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


@officer_only
async def signed(request: Request) -> Response:
    decision = await in_thread(decision_to_record, wired_of(request), request.path_params["reference"])
    return await as_download(wired_of(request), signed_scan_of(decision))
