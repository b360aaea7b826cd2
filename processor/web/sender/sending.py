"""Check your answers, send once: the draft becomes a dossier and the answer is its receipt."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.dossier import Draft
from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.rendering import drafts, pages
from processor.services.appraisal.supplements import SUPPLEMENT
from processor.services.challenge import challenge_for, refuse_unproven
from processor.services.intake.changes import CHANGE
from processor.services.intake.drafts import open_draft
from processor.services.intake.opening import takes
from processor.services.intake.sending import before_sending, send_change, send_draft
from processor.services.intake.versions import held_version
from processor.web.context import in_thread, site_of, visitor, wired_of
from processor.web.metrics import SUBMISSIONS
from processor.web.multipart import posted_form
from processor.web.sender.form import show_form
from processor.web.sender.receipts import show_new_receipt
from processor.web.sender.saving import DRAFT, SMALL, already_sent, changed_words


async def check_page(request: Request) -> Response:
    token = request.query_params.get(DRAFT, "")
    if not token:  # the address of a receipt that was answered to a post, opened again
        return RedirectResponse("/tra-cuu/", 303)
    draft = await draft_of_form(request, token)
    if draft.sent_reference:
        return await already_sent(request, draft, token)
    return await show_check(request, draft, token)


async def show_check(request: Request, draft: Draft, token: str, status: int = 200, refused: str = "") -> Response:
    """`refused` is the code of why it was not sent just now."""
    wired = wired_of(request)
    held = held_version(wired, draft.form_id, draft.form_version)
    if not takes(wired, held.form, draft):
        opened = drafts.OpenDraft(held.form, draft, token)
        page = drafts.closed_page(wired.catalogue, held.form, wired.today(), opened)
        return site_of(request).page(*page, status)
    before = await in_thread(before_sending, wired, draft)
    challenge = await in_thread(challenge_for, wired, visitor(request), draft)
    told = pages.ToldBeforeSending(
        wired.catalogue.messages.say("duplicate_suspected") if before.duplicate else "",
        [pages.HalfThere(file.id, file.name, file.percent) for file in before.unfinished],
        changed_words(wired, held),
        wired.catalogue.messages.say(refused) if refused else "",
        challenge.stamp,
        challenge.work,
    )
    opened = drafts.OpenDraft(held.form, draft, token)
    title, html = pages.check_page(
        wired.catalogue, opened, before.review.checked, before.review.complete, wired.today(), told
    )
    return site_of(request).page(title, html, status)


async def send(request: Request) -> Response:
    """The draft becomes a dossier. Answers the receipt itself: the access code may stand in no address."""
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        token, trap = posted.one("_draft"), posted.one("_website")
        shown, solution = posted.one("_shown"), posted.one("_work")
        # Our page carries `_shown`; whoever posts without it was never on the page that tells.
        warned = posted.one("_duplicate") == "1" or not shown
    draft = await draft_of_form(request, token)
    if draft.purpose and draft.sent_reference:
        return await already_sent(request, draft, token)
    if trap:
        return await show_check(request, draft, token, 422, "trap_filled")
    try:
        if not draft.sent_reference:
            await in_thread(refuse_unproven, wired, visitor(request), draft, shown, solution)
        if draft.purpose == CHANGE:
            changed = await in_thread(send_change, wired, draft)
            form = wired.catalogue.form(draft.form_id)
            return site_of(request).page(*pages.changed_page(wired.catalogue, form, changed))
        if not draft.sent_reference:
            wired.crowd.refuse_when_full()
        with wired.crowd.entered():
            receipt = await in_thread(send_draft, wired, draft, token, warned)
    except InvalidAnswers as refusal:
        held = held_version(wired, draft.form_id, draft.form_version)
        return show_form(request, held, draft.typed, faults=refusal.faults, draft=draft, token=token)
    except Conflict as refusal:
        if refusal.code not in ("duplicate_suspected", "form_closed", "proof_needed"):
            raise
        told = refusal.code if refusal.code == "proof_needed" else ""
        return await show_check(request, draft, token, 409, told)
    SUBMISSIONS.labels(draft.form_id, "repeated" if receipt.repeated else "kept").inc()
    return await show_new_receipt(request, receipt)


async def draft_of_form(request: Request, token: str) -> Draft:
    draft = await in_thread(open_draft, wired_of(request), token)
    if draft.form_id != request.path_params["form_id"] or draft.purpose == SUPPLEMENT:
        raise NotFound("draft_unavailable")
    return draft
