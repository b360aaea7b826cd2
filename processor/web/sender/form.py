"""The form on one page: empty, prefilled from an address, or a draft; posting it always makes a draft."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from processor.domain.access.credentials import new_token
from processor.domain.dossier import Draft
from processor.domain.errors import Fault, Malformed, Unavailable
from processor.domain.forms.rows import changed_rows
from processor.domain.forms.submission import Typed, refuse_repeated
from processor.rendering import drafts, pages
from processor.rendering.forms import TRAP
from processor.rendering.questions import whole_form
from processor.services.intake.counting import PROCESSOR, known_outreach, note_check, note_opened
from processor.services.intake.drafts import SavedDraft, open_draft, save_draft
from processor.services.intake.opening import takes
from processor.services.intake.uploads import inspect_files
from processor.services.intake.versions import Held, held_version
from processor.services.limits import Limit, spend, visitor_hash
from processor.services.parts import Wired
from processor.web.context import in_thread, site_of, visitor, wired_of
from processor.web.multipart import PostedForm
from processor.web.problems import said, told_when
from processor.web.receiving import posted_page
from processor.web.sender.saving import (
    ACTION,
    DRAFT,
    OUTREACH,
    ROW_ACTIONS,
    already_sent,
    changed_words,
    check_path,
    count_refusal,
    draft_for_script,
    faults_of_files,
    file_action,
    known_answers,
    wants_json,
)

BEGUN = Limit("begin_drafts_by_a_visitor", 120)


async def form_page(request: Request) -> Response:
    """An empty form, one prefilled from the address, or a draft by its secret link."""
    wired = wired_of(request)
    form = wired.catalogue.form(request.path_params["form_id"])
    token = request.query_params.get(DRAFT)
    if token:
        draft = await in_thread(open_draft, wired, token)
        if draft.sent_reference:
            return await already_sent(request, draft, token)
        held = held_version(wired, draft.form_id, draft.form_version)
        return show_form(request, held, draft.typed, draft=draft, token=token)
    if not takes(wired, form):
        return site_of(request).page(*drafts.closed_page(wired.catalogue, form, wired.today()))
    known = {name.split(".")[0] for name, _ in form.field_names()}
    given = {name: request.query_params.getlist(name) for name in request.query_params if name.split(".")[0] in known}
    outreach = request.query_params.get(OUTREACH, "")
    if request.method == "GET":
        note_opened(wired, form, PROCESSOR, outreach)
    return show_form(request, Held(form), given, outreach=outreach)


async def save_form(request: Request) -> Response:
    """Always makes or updates a draft; goes on to the check page when nothing is left to mend."""
    wired = wired_of(request)
    current = wired.catalogue.form(request.path_params["form_id"])
    async with posted_page(request, current) as (posted, low):
        held = held_version(wired, request.path_params["form_id"], posted.one("_version") or None)
        try:
            if low:
                raise low
            return await stopped_at_door(request, held, posted) or await save_posted(request, held, posted)
        except Unavailable as trouble:
            if wants_json(request):
                raise
            return typed_again(request, held, posted, trouble)


async def save_posted(request: Request, held: Held, posted: PostedForm) -> Response:
    wired = wired_of(request)
    typed: Typed = posted.typed if held.new_names is None else known_answers(held.form, posted.typed)
    refuse_repeated(held.form, typed)
    token, key = posted.one("_draft") or None, posted.one("_key") or None
    action = ACTION.match(posted.one("_action"))
    await inspect_files(wired, held.form, posted.files)
    rows: dict[str, int] = {}
    if action and action[1] in ROW_ACTIONS:
        typed, rows = changed_rows(held.form, typed, action[1], action[2])
    outreach = known_outreach(wired, posted.one("_outreach"))
    saved = await in_thread(save_draft, wired, held.form, typed, posted.files, token, key, outreach)
    wrong = [] if action is None else await in_thread(file_action, wired, saved, action)
    trapped = [trap_filled(wired)] if posted.one(TRAP) else []
    return await after_saving(request, held, saved, posted.one("_action"), rows, [*trapped, *wrong])


def typed_again(request: Request, held: Held, posted: PostedForm, trouble: Unavailable) -> Response:
    """Nothing could be kept here: what was typed stands on the page again, to be sent under the same key."""
    fault = Fault("", trouble.code, said(wired_of(request), trouble))
    token, key = posted.one("_draft") or None, posted.one("_key")
    page = show_form(
        request, held, posted.typed, faults=[fault], token=token, key=key, outreach=posted.one("_outreach")
    )
    return told_when(page, trouble)


def trap_filled(wired: Wired) -> Fault:
    """A machine, or somebody's browser that fills every box: what came is kept, the box is shown to be emptied."""
    return Fault(TRAP, "trap_filled", wired.catalogue.messages.say("trap_filled"))


async def stopped_at_door(request: Request, held: Held, posted: PostedForm) -> Response | None:
    """A page with what was typed when one address begins too many drafts."""
    wired = wired_of(request)
    if posted.one("_draft"):
        return None
    try:
        await in_thread(spend, wired, (BEGUN, visitor_hash(wired, visitor(request))))
    except Malformed as refusal:
        fault = Fault("", refusal.code, wired.catalogue.messages.say(refusal.code, **refusal.values))
        page = show_form(request, held, posted.typed, faults=[fault], outreach=posted.one("_outreach"))
        page.status_code = refusal.status
        return told_when(page, refusal)
    return None


async def after_saving(
    request: Request, held: Held, saved: SavedDraft, action: str, rows: dict[str, int], refused: list[Fault]
) -> Response:
    wired = wired_of(request)
    if wants_json(request):
        return JSONResponse(draft_for_script(await in_thread(open_draft, wired, saved.token), saved.token))
    if not takes(wired, held.form, saved.draft):
        opened = drafts.OpenDraft(held.form, saved.draft, saved.token)
        title, html = drafts.closed_page(wired.catalogue, held.form, wired.today(), opened)
        return site_of(request).page(title, html, 409)
    if action == "save":
        return RedirectResponse(f"/ban-nhap/{saved.token}", 303)
    if action:
        draft = await in_thread(open_draft, wired, saved.token)
        faults = [*refused, *faults_of_files(saved)]
        return show_form(request, held, draft.typed, faults=faults, draft=draft, token=saved.token, rows=rows)
    await in_thread(note_check, wired, held.form, saved.draft, saved.faults)
    if faults := [*refused, *saved.faults]:
        count_refusal(held.form, faults)
        return show_form(request, held, saved.draft.typed, faults=faults, draft=saved.draft, token=saved.token)
    return RedirectResponse(check_path(held.form.id, saved.token), 303)


def show_form(
    request: Request,
    held: Held,
    typed: Typed,
    *,
    faults: Sequence[Fault] = (),
    draft: Draft | None = None,
    token: str | None = None,
    rows: dict[str, int] | None = None,
    outreach: str = "",
    key: str = "",
) -> Response:
    """The whole form on one page. Without a draft it carries a key, so that posting it twice makes one draft."""
    wired = wired_of(request)
    channel = "" if token else known_outreach(wired, outreach) or ""
    title, html = pages.form_page(
        wired.catalogue,
        held.form,
        wired.today(),
        typed,
        limits=wired.limits,
        faults=faults,
        draft=draft,
        token=token,
        rows=rows,
        shown=whole_form(held.form, "" if token else key or new_token(), held.new_names or (), channel),
        changed=changed_words(wired, held),
    )
    return site_of(request).page(f"Lỗi: {title}" if faults else title, html, 422 if faults else 200)
