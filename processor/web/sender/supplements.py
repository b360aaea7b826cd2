"""A supplement from both sides: the organisation's pages and the call for programs, the officer's request."""

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from processor.domain.dossier import Draft
from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.domain.forms.absences import Absences
from processor.domain.forms.submission import Typed
from processor.domain.opened import OpenedDossier
from processor.domain.supplement import AskedItem
from processor.domain.vietnamese import end_of_day, iso
from processor.rendering.desk import supplements as pages
from processor.rendering.desk.acts import confirm_page, question_words
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.desk_answers import read_act
from processor.services.appraisal.steps import refuse_early
from processor.services.appraisal.supplements import (
    ASK,
    SUPPLEMENT,
    Answered,
    Answering,
    answer_at_once,
    answering,
    ask,
    refuse_unclear,
    send_answer,
    start_answer,
)
from processor.services.following.looking import look_up
from processor.services.intake.drafts import open_draft
from processor.services.intake.uploads import inspect_files
from processor.web.context import in_thread, site_of, visitor, wired_of
from processor.web.desk.officer import seen_of
from processor.web.desk.sessions import DESK, desk_form, officer_only
from processor.web.programs.api import attachment_for_programs, bearer
from processor.web.receiving import posted_files
from processor.web.sender.viewing import tracked_of, viewing_only


@viewing_only
async def begin(request: Request) -> Response:
    """From the status page to the draft that gathers the answer."""
    token = await in_thread(start_answer, wired_of(request), tracked_of(request))
    return RedirectResponse(f"/ban-nhap/{token}", 303)


async def show(request: Request, draft: Draft, token: str, error: str = "") -> Response:
    wired = wired_of(request)
    assert draft.dossier_id is not None
    asked = await in_thread(answering, wired, draft.dossier_id)
    page = pages.supplement_page(
        wired.catalogue,
        asked.form,
        asked.dossier,
        asked.supplement,
        gathered(request, asked, draft),
        f"/ban-nhap/{token}",
        wired.today(),
        error,
    )
    return site_of(request).page(*page, 422 if error else 200)


def gathered(request: Request, asked: Answering, draft: Draft) -> pages.Gathered:
    wired = wired_of(request)
    reasons = Absences(asked.form, draft.typed, wired.catalogue.messages, wired.today()).reasons
    came = [file for file in asked.dossier.attachments if file.supplement == asked.supplement.number]
    return pages.Gathered([*came, *draft.attachments], reasons)


async def send(request: Request) -> Response:
    wired = wired_of(request)
    token = request.path_params["token"]
    draft = await in_thread(open_draft, wired, token)
    if draft.purpose != SUPPLEMENT:
        raise NotFound("draft_unavailable")
    try:
        taken = await in_thread(send_answer, wired, draft)
    except InvalidAnswers as refusal:
        return await show(request, draft, token, refusal.faults[0].message)
    form = wired.definitions.get(taken.dossier.form_id, taken.dossier.form_version)
    page = pages.sent_page(form, taken.dossier, taken.attachments, taken.explained, taken.left, wired.clock())
    return site_of(request).page(*page, 201)


async def submit(request: Request) -> Response:
    """For programs: the asked items in one call, with the access code."""
    wired = wired_of(request)
    code = bearer(request)
    seen = await in_thread(look_up, wired, visitor(request), request.path_params["reference"], code)
    async with posted_files(request, seen.form) as posted:
        await inspect_files(wired, seen.form, posted.files)
        taken = await in_thread(answer_at_once, wired, seen.dossier.id, posted.typed, posted.files)
    return JSONResponse(answered_for_programs(taken, iso(wired.clock())), 201)


def answered_for_programs(taken: Answered, at: str) -> dict[str, object]:
    return {
        "reference": taken.dossier.reference,
        "number": taken.number,
        "received_at": at,
        "attachments": [attachment_for_programs(file) for file in taken.attachments],
        "explained": list(taken.explained),
        "remaining": [one.item_id for one in taken.left],
    }


@officer_only
async def ask_page(request: Request) -> Response:
    return await show_asking(request, {})


async def show_asking(request: Request, typed: Typed, error: str = "", status: int = 422) -> Response:
    wired = wired_of(request)
    opened = await in_thread(open_dossier, wired, request.path_params["reference"])
    page = pages.ask_page(wired.catalogue, request.state.session, opened, typed, wired.today(), error)
    return site_of(request).page(*page, status if error else 200)


@officer_only
async def ask_for(request: Request) -> Response:
    """Read what is asked, ask back with the count, then ask the organisation."""
    wired = wired_of(request)
    posted = await desk_form(request)
    typed = posted.typed
    if posted.one("_action") == "edit":
        return await show_asking(request, typed)
    reference = request.path_params["reference"]
    opened = await in_thread(open_dossier, wired, reference)
    try:
        asked = asked_of(typed)
        last_day = read_act(wired, ASK, typed).get("answer_by")
        answer_by = end_of_day(last_day) if last_day else None
        if posted.one("_action") != "confirm":
            refuse_unclear(wired, opened.form, asked)
            await in_thread(refuse_early, wired, request.state.session.officer, reference, ASK, seen_of(typed))
            return confirm_asking(request, opened, typed, len(asked))
        await in_thread(ask, wired, request.state.session.officer, reference, asked, answer_by, seen_of(typed))
    except InvalidAnswers as refusal:
        return await show_asking(request, typed, refusal.faults[0].message)
    except Conflict as refusal:
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        return await show_asking(request, typed, text, 409)
    return RedirectResponse(f"{DESK}/{reference}", 303)


def asked_of(typed: Typed) -> list[AskedItem]:
    def one(name: str) -> str:
        return (typed.get(name) or [""])[0].strip()

    return [AskedItem(item, one(f"reason.{item}"), one(f"text.{item}")) for item in typed.get("item", [])]


def confirm_asking(request: Request, opened: OpenedDossier, typed: Typed, count: int) -> Response:
    """The second request makes the dossier late in the national indicator (domain fact H17)."""
    wired = wired_of(request)
    values = {"organisation": opened.dossier.organisation_name, "count": str(count)}
    question = question_words(wired.catalogue, ASK, values)
    number = len(opened.supplements) + 1
    more = "" if number == 1 else f"Đây là lần yêu cầu thứ {number}: hồ sơ sẽ bị tính trễ hạn khi chấm điểm."
    title = wired.catalogue.workflow.transition(ASK).label
    page = confirm_page(request.state.session, opened, "bo-sung", title, question, typed, more)
    return site_of(request).page(*page)
