"""The page of one dossier: its sheet, who holds it, comments, files, the clock explained."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Conflict, Fault, InvalidAnswers, NotFound
from processor.domain.events import Event
from processor.domain.forms.submission import Typed
from processor.domain.opened import OpenedDossier
from processor.rendering.desk import dossier as desk
from processor.rendering.desk.acts import COMMENT
from processor.rendering.desk.clock import explanation_html
from processor.services.access.accounts import list_officers
from processor.services.appraisal.appraisal import find_attachment, open_dossier, view_dossier
from processor.services.appraisal.claims import MAY_HANDLE, claim_dossier, hand_over, release_dossier
from processor.services.appraisal.desk_answers import read_act
from processor.services.appraisal.proposals import computed
from processor.services.appraisal.sheets import Marked, comment, save_sheet
from processor.services.appraisal.steps import changes_since
from processor.services.appraisal.timing import limit, reckoned
from processor.services.following.revisions import changes_of
from processor.services.parts import Wired
from processor.web.context import file_words_of, in_thread, site_of, wired_of
from processor.web.desk.sessions import DESK, desk_form, officer_only
from processor.web.downloads import as_download

MARK, NOTE = "mark.", "note."


@officer_only
async def dossier_page(request: Request) -> Response:
    wired = wired_of(request)
    opened = await in_thread(view_dossier, wired, request.state.session.officer, request.path_params["reference"])
    return await show(request, opened)


async def show(
    request: Request,
    opened: OpenedDossier | None = None,
    *,
    notice: str = "",
    typed: Typed | None = None,
    faults: Sequence[Fault] = (),
    act: str = "",
    seen: int | None = None,
    status: int = 200,
) -> Response:
    """`seen`, `typed` and `faults` are of what was refused just now: nothing of it is lost."""
    wired = wired_of(request)
    if opened is None:
        opened = await in_thread(open_dossier, wired, request.path_params["reference"])
    newer: Sequence[Event] = [] if seen is None else changes_since(opened.events, seen)
    told = await in_thread(of_desk, wired, opened, notice, typed, faults, act, newer)
    page = desk.dossier_page(wired.catalogue, request.state.session, opened, wired.today(), told)
    return site_of(request).page(*page, status)


def of_desk(
    wired: Wired,
    opened: OpenedDossier,
    notice: str,
    typed: Typed | None,
    faults: Sequence[Fault],
    act: str,
    newer: Sequence[Event],
) -> desk.OfDesk:
    known = computed(wired, opened.dossier, opened.form)
    return desk.OfDesk(
        computed=known.amount,
        steps=opened.proposal.steps if opened.proposal else known.steps,
        colleagues=[
            one.name for one in list_officers(wired) if not one.disabled and one.role in (*MAY_HANDLE, "leader")
        ],
        internal_limit=limit(wired).internal,
        words=file_words_of(wired),
        notice=notice,
        typed=typed,
        faults=faults,
        act=act,
        newer=newer,
        changes=changes_of(wired, opened.dossier, opened.form),
    )


async def refused(request: Request, refusal: Conflict | InvalidAnswers, typed: Typed, act: str = "") -> Response:
    """The same page again with everything that was typed, the reason, and what happened meanwhile."""
    if isinstance(refusal, InvalidAnswers):
        return await show(request, typed=typed, faults=refusal.faults, act=act, status=422)
    text = wired_of(request).catalogue.messages.say(refusal.code, **refusal.values)
    seen = seen_of(typed) if refusal.code == "dossier_changed" else None
    return await show(request, notice=text, typed=typed, act=act, seen=seen, status=409)


def seen_of(typed: Typed) -> int | None:
    """The number of the last event its page showed; None when the page told none."""
    told = (typed.get("seen") or [""])[0]
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


@officer_only
async def hold(request: Request) -> Response:
    """Claim, release. Who was slower is told who holds the dossier."""
    wired = wired_of(request)
    step = {"nhan": claim_dossier, "tra-ve": release_dossier}.get(request.path_params["act"])
    if step is None:
        raise NotFound("not_found")
    await desk_form(request)
    reference = request.path_params["reference"]
    try:
        await in_thread(step, wired, request.state.session.officer, reference)
    except Conflict as refusal:
        return await refused(request, refusal, {})
    return RedirectResponse(f"{DESK}/{reference}", 303)


@officer_only
async def hand(request: Request) -> Response:
    wired = wired_of(request)
    posted = await desk_form(request)
    reference = request.path_params["reference"]
    try:
        await in_thread(hand_over, wired, request.state.session.officer, reference, posted.one("to"))
    except Conflict as refusal:
        return await refused(request, refusal, {})
    return RedirectResponse(f"{DESK}/{reference}", 303)


@officer_only
async def keep_sheet(request: Request) -> Response:
    wired = wired_of(request)
    posted = await desk_form(request)
    typed, reference = posted.fields, request.path_params["reference"]
    items = {name.removeprefix(MARK).removeprefix(NOTE) for name in typed if name.startswith((MARK, NOTE))}
    marked = {item: Marked(posted.one(f"{MARK}{item}"), posted.one(f"{NOTE}{item}").strip()) for item in items}
    try:
        await in_thread(save_sheet, wired, request.state.session.officer, reference, marked, seen_of(typed))
    except (Conflict, InvalidAnswers) as refusal:
        return await refused(request, refusal, typed)
    return RedirectResponse(f"{DESK}/{reference}#phieu", 303)


@officer_only
async def say(request: Request) -> Response:
    """A comment, or a question to a colleague."""
    wired = wired_of(request)
    posted = await desk_form(request)
    reference = request.path_params["reference"]
    try:
        text = read_act(wired, COMMENT, posted.fields)["text"]
        await in_thread(comment, wired, request.state.session.officer, reference, text, posted.one("ask"))
    except (Conflict, InvalidAnswers) as refusal:
        return await refused(request, refusal, posted.fields, act=COMMENT)
    return RedirectResponse(f"{DESK}/{reference}#y-kien", 303)


@officer_only
async def due_page(request: Request) -> Response:
    """Why this day: every day that was counted or skipped."""
    wired = wired_of(request)
    opened = await in_thread(open_dossier, wired, request.path_params["reference"])
    if opened.clock is None:
        raise NotFound("not_found")
    explained = explanation_html(wired.catalogue.calendar, reckoned(wired, opened.clock), opened=True)
    page = desk.due_page(request.state.session, opened, explained, limit(wired).internal)
    return site_of(request).page(*page)


@officer_only
async def download(request: Request) -> Response:
    """A file as a download that no browser will run."""
    wired = wired_of(request)
    reference, attachment_id = request.path_params["reference"], request.path_params["attachment_id"]
    found = await in_thread(find_attachment, wired, request.state.session.officer, reference, attachment_id)
    return await as_download(wired, found)
