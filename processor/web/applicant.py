"""Pages for businesses: form, check your answers, receipt, status. All work without script."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.definition import FormDefinition
from processor.domain.dossier import Draft
from processor.domain.errors import InvalidAnswers, NotFound, Refused
from processor.domain.submission import Typed, refuse_repeated
from processor.rendering import pages
from processor.services.drafts import SavedDraft, drop_file, open_draft, save_draft
from processor.services.intake import Receipt, form_version, send_draft
from processor.services.parts import Wired
from processor.services.tracking import receipt_at, track
from processor.services.uploads import inspect_files
from processor.web.context import address, form_limits, in_thread, site_of, wired_of
from processor.web.metrics import FAULTS, SUBMISSIONS
from processor.web.multipart import FormLimits, PostedForm, posted_form

DRAFT = "ban-nhap"
ACTION = re.compile(r"^(add|remove|drop):([a-z0-9_.]+)\Z")
SMALL = FormLimits(body=256 * 1024, file=0, files=0)


async def form_page(request: Request) -> Response:
    """An empty form, one prefilled from the address, or a draft by its secret link."""
    wired = wired_of(request)
    form = wired.catalogue.form(request.path_params["form_id"])
    token = request.query_params.get(DRAFT)
    if token:
        draft = await in_thread(open_draft, wired, token)
        if draft.sent_reference:
            return await already_sent(request, draft, token)
        shown = form_version(wired, draft.form_id, draft.form_version)
        return show_form(request, shown, draft.typed, token, draft)
    known = {name.split(".")[0] for name, _ in form.field_names()}
    given = {name: request.query_params.getlist(name) for name in request.query_params if name.split(".")[0] in known}
    return show_form(request, form, given, None, None)


async def save_form(request: Request) -> Response:
    """Always makes or updates a draft; goes on to the check page when nothing is left to mend."""
    wired = wired_of(request)
    wired.catalogue.form(request.path_params["form_id"])
    async with posted_form(request, form_limits(wired), wired.store.receive) as posted:
        form = form_version(wired, request.path_params["form_id"], posted.one("_version") or None)
        refuse_repeated(form, posted.typed)
        token = posted.one("_draft") or None
        action = ACTION.match(posted.one("_action"))
        await inspect_files(wired, form, posted.files)
        if action:
            return await change_form(request, form, posted, token, action)
        saved = await in_thread(save_draft, wired, form, posted.typed, posted.files, token)
    if saved.faults:
        SUBMISSIONS.labels(form.id, "refused").inc()
        for fault in saved.faults:
            FAULTS.labels(form.id, fault.code).inc()
        return show_refused(request, form, posted.typed, saved)
    return RedirectResponse(check_path(form.id, saved.token), 303)


async def change_form(
    request: Request, form: FormDefinition, posted: PostedForm, token: str | None, action: re.Match[str]
) -> Response:
    """Add or remove a row, drop a file: the same page again, everything typed and uploaded kept."""
    wired = wired_of(request)
    typed, rows = pages.changed_rows(form, posted.typed, action[1], action[2])
    saved = await in_thread(save_draft, wired, form, typed, posted.files, token)
    if action[1] == "drop":
        await in_thread(drop_file, wired, saved.draft, action[2])
        saved = SavedDraft(saved.token, await in_thread(open_draft, wired, saved.token), saved.faults)
    of_files = [fault for fault in saved.faults if fault.code.startswith("file") and fault.code != "file_required"]
    title, html = pages.form_page(
        wired.catalogue,
        form,
        wired.today(),
        typed,
        limits=wired.limits,
        faults=of_files,
        draft=saved.draft,
        token=saved.token,
        rows=rows,
    )
    return site_of(request).page(title, html, 422 if of_files else 200)


async def check_page(request: Request) -> Response:
    wired = wired_of(request)
    token = request.query_params.get(DRAFT, "")
    draft = await draft_of_form(request, token)
    if draft.sent_reference:
        return await already_sent(request, draft, token)
    form = form_version(wired, draft.form_id, draft.form_version)
    return site_of(request).page(*pages.check_page(wired.catalogue, form, wired.today(), draft, token))


async def send(request: Request) -> Response:
    """The draft becomes a dossier. Answers the receipt itself: the access code may stand in no address."""
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        token = posted.one("_draft")
    draft = await draft_of_form(request, token)
    try:
        receipt = await in_thread(send_draft, wired, draft, token)
    except InvalidAnswers as refusal:
        form = form_version(wired, draft.form_id, draft.form_version)
        return show_refused(request, form, draft.typed, SavedDraft(token, draft, refusal.faults))
    SUBMISSIONS.labels(draft.form_id, "repeated" if receipt.repeated else "kept").inc()
    return show_receipt(request, wired, receipt)


async def receipt_page(request: Request) -> Response:
    wired = wired_of(request)
    token = request.path_params["token"]
    found = await in_thread(receipt_at, wired, token)
    where = address(request, f"/bien-nhan/{token}")
    return site_of(request).page(*pages.receipt_page(wired.catalogue, found.form, found.dossier, where, None))


async def tracking_page(request: Request) -> Response:
    reference = request.query_params.get("ma", "")[:40]
    return site_of(request).page(*pages.tracking_page(wired_of(request).catalogue, reference))


async def show_status(request: Request) -> Response:
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        reference, code = posted.one("reference"), posted.one("access_code")
    try:
        found = await in_thread(track, wired, reference, code)
    except Refused as refusal:
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        title, html = pages.tracking_page(wired.catalogue, reference[:40], text)
        return site_of(request).page(title, html, 404 if isinstance(refusal, NotFound) else 422)
    return site_of(request).page(*pages.status_page(wired.catalogue, found.form, found.dossier, found.events))


async def draft_of_form(request: Request, token: str) -> Draft:
    draft = await in_thread(open_draft, wired_of(request), token)
    if draft.form_id != request.path_params["form_id"]:
        raise NotFound("draft_unavailable")
    return draft


async def already_sent(request: Request, draft: Draft, token: str) -> Response:
    """Back after sending: the notice and the way to the receipt, never a second dossier."""
    wired = wired_of(request)
    receipt = await in_thread(send_draft, wired, draft, token)
    where = address(request, f"/bien-nhan/{receipt.receipt_token}")
    return site_of(request).page(*pages.sent_page(wired.catalogue, receipt.dossier, where))


def check_path(form_id: str, token: str) -> str:
    return f"/nop/{form_id}/kiem-tra?{DRAFT}={token}"


def show_form(request: Request, form: FormDefinition, typed: Typed, token: str | None, draft: Draft | None) -> Response:
    wired = wired_of(request)
    return site_of(request).page(
        *pages.form_page(wired.catalogue, form, wired.today(), typed, limits=wired.limits, draft=draft, token=token)
    )


def show_refused(request: Request, form: FormDefinition, typed: Typed, saved: SavedDraft) -> Response:
    wired = wired_of(request)
    title, html = pages.form_page(
        wired.catalogue,
        form,
        wired.today(),
        typed,
        limits=wired.limits,
        faults=saved.faults,
        draft=saved.draft,
        token=saved.token,
    )
    return site_of(request).page(f"Lỗi: {title}", html, 422)


def show_receipt(request: Request, wired: Wired, receipt: Receipt) -> Response:
    form = wired.definitions.get(receipt.dossier.form_id, receipt.dossier.form_version)
    where = address(request, f"/bien-nhan/{receipt.receipt_token}")
    title, html = pages.receipt_page(wired.catalogue, form, receipt.dossier, where, receipt.access_code)
    return site_of(request).page(title, html, 201 if not receipt.repeated else 200)
