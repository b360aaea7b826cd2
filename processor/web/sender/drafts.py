"""Pages of a draft under its secret link: the task list, one section or paper at a time, the link by mail, erasing."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from processor.domain.dossier import Draft
from processor.domain.errors import Fault, InvalidAnswers, NotFound, Refused, Unavailable
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.rows import changed_rows
from processor.domain.forms.submission import Typed, refuse_repeated
from processor.domain.forms.tasks import task_named
from processor.rendering import drafts
from processor.services.appraisal.supplements import SUPPLEMENT, answering
from processor.services.intake.counting import note_check
from processor.services.intake.drafts import SavedDraft, erase_draft, open_draft, review_draft, save_change
from processor.services.intake.opening import takes
from processor.services.intake.resumable import cancel_upload
from processor.services.intake.uploads import inspect_files
from processor.services.intake.versions import Held, held_version
from processor.services.mail.draft_mail import mail_draft_link
from processor.web.context import address, in_thread, site_of, wired_of
from processor.web.multipart import PostedForm, posted_form
from processor.web.problems import said, status_asking_again, told_when
from processor.web.receiving import posted_page
from processor.web.sender import supplements
from processor.web.sender.parts import Part, part_of
from processor.web.sender.saving import (
    ACTION,
    ROW_ACTIONS,
    SMALL,
    already_sent,
    changed_words,
    check_path,
    count_refusal,
    draft_for_script,
    faults_of_files,
    file_action,
    sent_back,
    wants_json,
)


async def task_list(request: Request) -> Response:
    token = request.path_params["token"]
    draft = await in_thread(open_draft, wired_of(request), token)
    if draft.sent_reference:
        return await already_sent(request, draft, token)
    if draft.purpose == SUPPLEMENT:
        return await supplements.show(request, draft, token)
    return await show_tasks(request, draft, token)


async def show_tasks(
    request: Request, draft: Draft, token: str, said: str = "", mailing: drafts.Mailing | None = None
) -> Response:
    wired = wired_of(request)
    held = held_version(wired, draft.form_id, draft.form_version)
    opened = drafts.OpenDraft(held.form, draft, token)
    mailing = mailing or drafts.Mailing(bool(wired.settings.mail_server))
    if not takes(wired, held.form, draft):
        return site_of(request).page(*drafts.closed_page(wired.catalogue, held.form, wired.today(), opened))
    review = await in_thread(review_draft, wired, held.form, draft)
    title, html = drafts.task_list_page(
        wired.catalogue,
        opened,
        review.tasks,
        address(request, opened.link),
        said=said,
        changed=changed_words(wired, held),
        mailing=mailing,
    )
    return site_of(request).page(title, html, 422 if mailing.error else 200)


async def to_draft(request: Request) -> Response:
    """An address that only takes posts, opened again from the history."""
    return RedirectResponse(f"/ban-nhap/{request.path_params['token']}", 303)


async def mail_link(request: Request) -> Response:
    wired = wired_of(request)
    token = request.path_params["token"]
    draft = await in_thread(open_draft, wired, token)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        typed = posted.one("address")
    try:
        mailed_to = await in_thread(mail_draft_link, wired, draft, token, typed)
    except InvalidAnswers as refusal:
        return await show_tasks(request, draft, token, mailing=drafts.Mailing(True, typed, refusal.faults[0].message))
    except Refused as refusal:
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        page = await show_tasks(request, draft, token, mailing=drafts.Mailing(True, typed, text))
        page.status_code = status_asking_again(refusal)
        return told_when(page, refusal)
    return await show_tasks(request, draft, token, said=f"Đường dẫn sẽ được gửi tới {mailed_to}.")


async def part_page(request: Request) -> Response:
    wired = wired_of(request)
    token = request.path_params["token"]
    draft = await in_thread(open_draft, wired, token)
    if draft.sent_reference:
        return await already_sent(request, draft, token)
    held = held_version(wired, draft.form_id, draft.form_version)
    back = drafts.CHECK if request.query_params.get("ve") == drafts.CHECK else ""
    part = part_of(request, held.form)
    await refuse_not_asked(request, draft, part)
    return await show_part(request, held, SavedDraft(token, draft, []), part, back)


def is_mistake(fault: Fault) -> bool:
    """Something was typed that does not hold; what is merely not there yet is no mistake."""
    return not fault.code.endswith(("_required", "_because", "_incomplete", "_too_few"))


async def refuse_not_asked(request: Request, draft: Draft, part: Part) -> None:
    """The draft of a supplement takes only what is asked for. Raises NotFound, Conflict."""
    if draft.purpose == SUPPLEMENT and draft.dossier_id is not None:
        asked = await in_thread(answering, wired_of(request), draft.dossier_id)
        if part.id not in {one.item_id for one in asked.open_items}:
            raise NotFound("not_found")


async def show_part(
    request: Request,
    held: Held,
    saved: SavedDraft,
    part: Part,
    back_to: str,
    faults: list[Fault] | None = None,
    rows: dict[str, int] | None = None,
) -> Response:
    """`faults` are those of what was just posted; without them the mistakes that stand in the draft are shown."""
    wired = wired_of(request)
    review = await in_thread(review_draft, wired, held.form, saved.draft)
    standing = [fault for fault in review.faults if is_mistake(fault) and task_named(held.form, fault.field) == part.id]
    shown = drafts.PartShown(
        saved.draft.typed,
        standing if faults is None else faults,
        rows or {},
        review.checked.answers,
        back_to,
        held.new_names or (),
        await officer_words(request, saved.draft, part),
        changed_words(wired, held),
    )
    opened = drafts.OpenDraft(held.form, saved.draft, saved.token)
    if part.section:
        page = drafts.section_page(wired.catalogue, opened, part.section, shown, wired.limits, wired.today())
    else:
        assert part.item
        page = drafts.paper_page(wired.catalogue, opened, part.item, shown, wired.limits, wired.today())
    return site_of(request).page(*page, 422 if faults and request.method == "POST" else 200)


async def officer_words(request: Request, draft: Draft, part: Part) -> str:
    """Why a paper is asked for in addition; empty in every other draft."""
    if draft.purpose != SUPPLEMENT or draft.dossier_id is None:
        return ""
    asked = await in_thread(answering, wired_of(request), draft.dossier_id)
    one = next(one for one in asked.supplement.asked if one.item_id == part.id)
    return f"{one.reason}: {one.text}"


async def save_part(request: Request) -> Response:
    """Keeps the answers and files of one section or paper; goes back to the tasks, or to where it was asked from."""
    wired = wired_of(request)
    try:
        draft = await in_thread(open_draft, wired, request.path_params["token"])
        held = held_version(wired, draft.form_id, draft.form_version)
        part = part_of(request, held.form)
        await refuse_not_asked(request, draft, part)
    except Unavailable as trouble:
        return await sent_back(request, trouble)
    async with posted_page(request, held.form) as (posted, low):
        refuse_repeated(held.form, posted.typed)
        try:
            if low:
                raise low
            return await save_posted(request, held, part, posted)
        except Unavailable as trouble:
            if wants_json(request):
                raise
            return await part_again(request, held, part, posted, draft, trouble)


async def save_posted(request: Request, held: Held, part: Part, posted: PostedForm) -> Response:
    wired, token = wired_of(request), request.path_params["token"]
    action = ACTION.match(posted.one("_action"))
    typed: Typed = part.mine(posted.typed)
    rows: dict[str, int] = {}
    if action and action[1] in ROW_ACTIONS:
        typed, rows = changed_rows(held.form, typed, action[1], action[2])
    await inspect_files(wired, held.form, posted.files)
    saved = await in_thread(
        save_change, wired, held.form, lambda stored: part.put_into(stored, typed), posted.files, token
    )
    refused = [] if action is None else await in_thread(file_action, wired, saved, action)
    return await after_part(request, held, part, saved, posted, rows, refused)


async def part_again(
    request: Request, held: Held, part: Part, posted: PostedForm, draft: Draft, trouble: Unavailable
) -> Response:
    """Nothing could be kept here: what was typed stands on the page again."""
    fault = Fault("", trouble.code, said(wired_of(request), trouble))
    unsaved = replace(draft, typed=part.put_into(draft.typed, part.mine(posted.typed)))
    token, back_to = request.path_params["token"], drafts.CHECK if posted.one("_back") == drafts.CHECK else ""
    return told_when(await show_part(request, held, SavedDraft(token, unsaved, []), part, back_to, [fault]), trouble)


async def after_part(
    request: Request,
    held: Held,
    part: Part,
    saved: SavedDraft,
    posted: PostedForm,
    rows: dict[str, int],
    refused: list[Fault],
) -> Response:
    wired = wired_of(request)
    action, back_to = posted.one("_action"), drafts.CHECK if posted.one("_back") == drafts.CHECK else ""
    draft = await in_thread(open_draft, wired, saved.token)
    saved = SavedDraft(saved.token, draft, saved.faults)
    if wants_json(request):
        return JSONResponse(draft_for_script(draft, saved.token))
    mine = [fault for fault in saved.faults if task_named(held.form, fault.field) == part.id]
    if action == "save":
        return RedirectResponse(f"/ban-nhap/{saved.token}", 303)
    if action:
        return await show_part(request, held, saved, part, back_to, [*refused, *faults_of_files(saved)], rows)
    await in_thread(note_check, wired, held.form, draft, mine, [part.id])
    if mine:
        count_refusal(held.form, mine)
        return await show_part(request, held, saved, part, back_to, mine)
    return RedirectResponse(next_page(held.form, saved, back_to), 303)


def next_page(form: FormDefinition, saved: SavedDraft, back_to: str) -> str:
    """Back to the check page; but what a change opened comes first."""
    if not back_to:
        return f"/ban-nhap/{saved.token}"
    opened = drafts.OpenDraft(form, saved.draft, saved.token)
    links = opened.part_links
    return next((links[name] for fault in saved.faults if (name := task_named(form, fault.field)) in links), None) or (
        check_path(form.id, saved.token)
    )


async def drop_upload(request: Request) -> Response:
    """A file that is half there is given up; back to the check page, which named it."""
    wired = wired_of(request)
    token = request.path_params["token"]
    draft = await in_thread(open_draft, wired, token)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        upload_id = posted.one("upload")
    await in_thread(cancel_upload, wired, draft, upload_id)
    return RedirectResponse(check_path(draft.form_id, token), 303)


async def erase_page(request: Request) -> Response:
    wired = wired_of(request)
    token = request.path_params["token"]
    draft = await in_thread(open_draft, wired, token)
    form = held_version(wired, draft.form_id, draft.form_version).form
    if draft.sent_reference:
        return await already_sent(request, draft, token)
    return site_of(request).page(*drafts.erase_page(drafts.OpenDraft(form, draft, token)))


async def erase(request: Request) -> Response:
    wired = wired_of(request)
    draft = await in_thread(open_draft, wired, request.path_params["token"])
    await in_thread(erase_draft, wired, draft)
    return site_of(request).page(*drafts.erased_page(wired.catalogue.form(draft.form_id)))
