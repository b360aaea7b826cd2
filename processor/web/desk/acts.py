"""Acts of the desk: a form where something is asked for, a question where something cannot be taken back, the deed."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.access.officer import Officer
from processor.domain.desk_forms import CLOSE_DEMAND, LOG_ACTIVITY, ON_PRIVACY
from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.domain.forms.submission import Typed
from processor.domain.opened import OpenedDossier
from processor.domain.vietnamese import money
from processor.rendering.desk import acts as pages
from processor.rendering.desk.dossier import allowed_steps, budget_words, next_name
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.decisions import STEPS, decide, record_decision, record_official_code, record_payment
from processor.services.appraisal.desk_answers import read_act
from processor.services.appraisal.feedback import ANSWER, FORWARD, answer_feedback, answer_so_far, forward_feedback
from processor.services.appraisal.proposals import propose
from processor.services.appraisal.steps import Given, known_transition, refuse_early, take_step
from processor.services.intake.uploads import inspect_files
from processor.services.parts import Wired
from processor.web.context import form_limits, in_thread, site_of, wired_of
from processor.web.desk.officer import refused, seen_of
from processor.web.desk.sessions import DESK, desk_files, desk_form, officer_only

Plain = Callable[[Wired, Officer, str, Typed], None]
PLAIN: Mapping[str, Plain] = {
    "record_official_code": record_official_code,
    "record_payment": record_payment,
    ANSWER: lambda wired, by, reference, typed: answer_feedback(wired, by, reference, typed, seen_of(typed)),
    FORWARD: lambda wired, by, reference, typed: forward_feedback(wired, by, reference, typed, seen_of(typed)),
}
ELSEWHERE = ("give_account", CLOSE_DEMAND, LOG_ACTIVITY, *ON_PRIVACY)


@officer_only
async def act_page(request: Request) -> Response:
    """The form of an act; one that asks for nothing has no page."""
    wired, name = wired_of(request), request.path_params["act"]
    if wired.catalogue.desk.form(name) is None or name in ELSEWHERE:
        raise NotFound("not_found")
    typed = await in_thread(answer_so_far, wired, request.path_params["reference"]) if name == ANSWER else {}
    return await show(request, name, typed)


async def show(request: Request, name: str, typed: Typed, refusal: Conflict | InvalidAnswers | None = None) -> Response:
    wired = wired_of(request)
    opened = await in_thread(open_dossier, wired, request.path_params["reference"])
    on_page = next_name(opened, allowed_steps(wired.catalogue, request.state.session, opened), request.state.session)
    if refusal is not None and (name == on_page or wired.catalogue.desk.form(name) is None):
        return await refused(request, refusal, typed, act=name)
    faults = refusal.faults if isinstance(refusal, InvalidAnswers) else ()
    notice = "" if refusal is None or faults else wired.catalogue.messages.say(refusal.code, **refusal.values)
    page = pages.act_page(
        wired.catalogue, request.state.session, opened, name, typed, wired.today(), wired.limits, faults, notice
    )
    return site_of(request).page(*page, 200 if refusal is None else 422 if faults else 409)


@officer_only
async def do(request: Request) -> Response:
    """Read what was typed, ask back where the step says so, then do it."""
    wired, name = wired_of(request), request.path_params["act"]
    if name == "record_decision":
        return await do_record(request)
    posted = await desk_form(request)
    typed = posted.typed
    if posted.one("_action") == "edit":
        return await again(request, name, typed)
    try:
        answers = read_act(wired, name, typed)
        if name not in PLAIN and known_transition(wired, name).confirm and posted.one("_action") != "confirm":
            return await confirm(request, name, typed, answers)
        await in_thread(carry_out, wired, request.state.session.officer, request.path_params["reference"], name, typed)
    except (Conflict, InvalidAnswers) as refusal:
        return await show(request, name, typed, refusal)
    return RedirectResponse(f"{DESK}/{request.path_params['reference']}", 303)


async def again(request: Request, name: str, typed: Typed) -> Response:
    """Back from the question, with what was typed."""
    if wired_of(request).catalogue.desk.form(name) is None:
        return RedirectResponse(f"{DESK}/{request.path_params['reference']}", 303)
    return await show(request, name, typed)


def carry_out(wired: Wired, officer: Officer, reference: str, name: str, typed: Typed) -> None:
    if name in PLAIN:
        PLAIN[name](wired, officer, reference, typed)
        return
    if name == "propose":
        propose(wired, officer, reference, typed, seen_of(typed))
        return
    answers = read_act(wired, name, typed)
    reason = answers.get("reason") or ""
    if name in STEPS:
        decide(wired, officer, name, {reference: seen_of(typed)}, reason)
        return
    take_step(wired, officer, reference, name, Given(reason=reason, days=answers.get("days") or 0, seen=seen_of(typed)))


async def confirm(request: Request, name: str, typed: Typed, answers: Mapping[str, object]) -> Response:
    """The question with its object and effect. Raises Forbidden, Conflict."""
    wired, reference = wired_of(request), request.path_params["reference"]
    await in_thread(refuse_early, wired, request.state.session.officer, reference, name, seen_of(typed))
    opened = await in_thread(open_dossier, wired, reference)
    question = pages.question_words(wired.catalogue, name, words_of(opened, answers))
    more = budget_words(opened) if name in ("propose", *STEPS) else ""
    title = wired.catalogue.workflow.transition(name).label
    page = pages.confirm_page(request.state.session, opened, f"viec/{name}", title, question, typed, more)
    return site_of(request).page(*page)


def words_of(opened: OpenedDossier, answers: Mapping[str, object]) -> dict[str, str]:
    amount = answers.get("amount") or (opened.proposal.amount if opened.proposal else 0)
    assert isinstance(amount, int)
    return {
        "reference": opened.dossier.reference,
        "organisation": opened.dossier.organisation_name,
        "reason": str(answers.get("reason") or ""),
        "days": str(answers.get("days") or ""),
        "amount": money(amount),
    }


async def do_record(request: Request) -> Response:
    """With the signed scan, which is checked as any file is."""
    wired, reference = wired_of(request), request.path_params["reference"]
    form = wired.catalogue.desk.form("record_decision")
    assert form
    async with desk_files(request, form_limits(wired, form)) as posted:
        typed = posted.typed
        files = [file for file in posted.files if file.raw_name]
        await inspect_files(wired, form, files)
        try:
            await in_thread(record_decision, wired, request.state.session.officer, reference, typed, files)
        except (Conflict, InvalidAnswers) as refusal:
            return await show(request, "record_decision", typed, refusal)
    return RedirectResponse(f"{DESK}/{reference}", 303)
