"""Nothing is asked twice: what was registered can be changed, what was said about the organisation is taken again."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Refused
from processor.rendering import drafts
from processor.services.following.taking_again import applicant_of
from processor.services.intake.changes import start_change
from processor.services.intake.drafts import save_change, start_draft
from processor.services.intake.versions import form_version
from processor.web.context import in_thread, site_of, visitor, wired_of
from processor.web.multipart import posted_form
from processor.web.problems import status_asking_again, told_when
from processor.web.sender.viewing import SMALL, tracked_of, viewing_only


@viewing_only
async def begin_change(request: Request) -> Response:
    seen = tracked_of(request)
    token = await in_thread(start_change, wired_of(request), seen)
    return RedirectResponse(f"/nop/{seen.form.id}?ban-nhap={token}", 303)


async def take_again_page(request: Request) -> Response:
    form = wired_of(request).catalogue.form(request.path_params["form_id"])
    token = request.query_params.get("ban-nhap", "")
    return site_of(request).page(*drafts.take_again_page(form, token))


async def take_again(request: Request) -> Response:
    """What an earlier dossier says about the organisation, put into a draft. Nothing else of it is shown."""
    wired = wired_of(request)
    form = wired.catalogue.form(request.path_params["form_id"])
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        reference, code, token = posted.one("reference"), posted.one("access_code"), posted.one("_draft")
    try:
        typed = await in_thread(applicant_of, wired, form, visitor(request), reference, code)
    except Refused as refusal:
        if refusal.code == "draft_unavailable":
            raise
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        page = drafts.take_again_page(form, token, reference[:40], text)
        return told_when(site_of(request).page(*page, status_asking_again(refusal)), refusal)
    if token:
        held = form_version(wired, form.id, None)
        await in_thread(save_change, wired, held, lambda stored: {**stored, **typed}, [], token)
    else:
        token = await in_thread(start_draft, wired, form, typed)
    one_page = form.kind != "dossier"
    return RedirectResponse(f"/nop/{form.id}?ban-nhap={token}" if one_page else f"/ban-nhap/{token}", 303)
