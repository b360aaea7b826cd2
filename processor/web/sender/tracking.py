"""A sender looks at what was sent, fetches it, corrects whom to reach, withdraws it. All works without script."""

import re
from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Conflict, Fault, InvalidAnswers, Refused
from processor.domain.forms.contact import contact_form
from processor.domain.forms.submission import Typed
from processor.domain.forms.typed_again import typed_again
from processor.domain.tracked import Tracked
from processor.rendering import status
from processor.rendering.pages import Page
from processor.services.appraisal.decisions import give_account, may_give_account
from processor.services.appraisal.withdrawal import closed_to_withdrawal, may_withdraw, withdraw
from processor.services.following.corrections import correct_contact, may_correct, refuse_without_contact
from processor.services.following.looking import look_up
from processor.services.following.tracking import sent_file, signed_scan_of
from processor.services.intake.changes import may_change
from processor.web.context import file_words_of, in_thread, site_of, visitor, wired_of
from processor.web.downloads import as_download
from processor.web.multipart import posted_form
from processor.web.problems import status_asking_again, told_when
from processor.web.sender.viewing import (
    HERE,
    SMALL,
    THEN,
    codes_asked,
    give_pass,
    said,
    take_pass,
    tracked_of,
    viewing_only,
)

OWN_PATH = re.compile(r"^/tra-cuu(/[a-z0-9-]+)+\Z")


async def tracking_page(request: Request) -> Response:
    return codes_asked(request, 200, request.query_params.get("ma", ""))


async def begin_viewing(request: Request) -> Response:
    """Both codes open the dossier: the page itself, for programs read it, and a pass for the others."""
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        reference, code, then = posted.one("reference"), posted.one("access_code"), posted.one(THEN)
        typed = {name: values for name, values in posted.typed.items() if name not in ("reference", "access_code")}
    try:
        seen = await in_thread(look_up, wired, visitor(request), reference, code)
    except Refused as refusal:
        text = wired.catalogue.messages.say(refusal.code, **refusal.values)
        kept = {THEN: then, **{name: values[-1] for name, values in typed.items()}} if then else {}
        return told_when(codes_asked(request, status_asking_again(refusal), reference, text, kept=kept), refusal)
    response = gone_on(request, seen, then, typed)
    give_pass(request, response, seen.dossier)
    return response


def gone_on(request: Request, seen: Tracked, then: str, typed: Typed) -> Response:
    """Where the sender was when the pass lapsed, with what was typed there."""
    if then in TYPED_PAGES and typed:
        return TYPED_PAGES[then](request, seen, typed)
    if OWN_PATH.match(then) and then != HERE:
        return RedirectResponse(then, 303)
    return show_status(request, seen)


@viewing_only
async def status_page(request: Request) -> Response:
    return show_status(request, tracked_of(request))


@viewing_only
async def content_page(request: Request) -> Response:
    seen = tracked_of(request)
    return shown(request, status.content_page(seen, viewing(request, seen)))


@viewing_only
async def download(request: Request) -> Response:
    file = sent_file(tracked_of(request).dossier, request.path_params["attachment_id"])
    return await as_download(wired_of(request), file)


@viewing_only
async def signed_decision(request: Request) -> Response:
    """The result, as the records office signed it."""
    return await as_download(wired_of(request), signed_scan_of(tracked_of(request).decision))


@viewing_only
async def account_page(request: Request) -> Response:
    seen = tracked_of(request)
    if not may_give_account(seen.dossier):
        raise Conflict("account_not_open")
    return show_account(request, seen, account_typed(seen))


@viewing_only
async def keep_account(request: Request) -> Response:
    wired, seen = wired_of(request), tracked_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        typed = posted.typed
    try:
        await in_thread(give_account, wired, seen, typed)
    except InvalidAnswers as refusal:
        return show_account(request, seen, typed, refusal.faults)
    return RedirectResponse(HERE, 303)


def account_typed(seen: Tracked) -> Typed:
    payee = seen.payee
    return {name: [str(value)] for name, value in vars(payee).items()} if payee else {}


def show_account(request: Request, seen: Tracked, typed: Typed, faults: Sequence[Fault] = ()) -> Response:
    wired = wired_of(request)
    page = status.account_page(wired.catalogue, seen, typed, wired.today(), viewing(request, seen), faults, "")
    return shown(request, page, 422 if faults else 200)


async def end_viewing(request: Request) -> Response:
    response = codes_asked(request, 200, told=said(request, "viewing_ended"))
    take_pass(request, response)
    return response


@viewing_only
async def withdrawal_page(request: Request) -> Response:
    return show_withdrawal(request, tracked_of(request), {})


@viewing_only
async def withdraw_dossier(request: Request) -> Response:
    wired, seen = wired_of(request), tracked_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        reason = posted.one("reason")
    try:
        await in_thread(withdraw, wired, seen, reason)
    except InvalidAnswers as refusal:
        page = status.withdrawal_page(seen, viewing(request, seen), reason, refusal.faults[0].message)
        return shown(request, page, 422)
    except Conflict as refusal:
        return show_closed(request, seen, refusal)
    return RedirectResponse(HERE, 303)


@viewing_only
async def correction_page(request: Request) -> Response:
    seen = tracked_of(request)
    refuse_without_contact(seen)
    return show_correction(request, seen, {})


@viewing_only
async def correct(request: Request) -> Response:
    wired, seen = wired_of(request), tracked_of(request)
    refuse_without_contact(seen)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        typed, revision = posted.typed, posted.one("revision")
    today, view = wired.today(), viewing(request, seen)
    try:
        await in_thread(correct_contact, wired, seen, typed, number(revision))
    except InvalidAnswers as refusal:
        page = status.correction_page(seen, typed, number(revision), today, view, refusal.faults)
        return shown(request, page, 422)
    except Conflict as refusal:
        # The newest revision: whoever has read what happened may save over it.
        page = status.correction_page(seen, typed, seen.dossier.revision, today, view, told=words_of(request, refusal))
        return shown(request, page, 409)
    return RedirectResponse(HERE, 303)


def show_status(request: Request, seen: Tracked) -> Response:
    wired = wired_of(request)
    return shown(request, status.status_page(wired.catalogue, seen, wired.today(), viewing(request, seen)))


def show_withdrawal(request: Request, seen: Tracked, typed: Typed) -> Response:
    if not may_withdraw(seen.dossier):
        return show_closed(request, seen, closed_to_withdrawal(wired_of(request), seen, seen.dossier))
    reason = (typed.get("reason") or [""])[-1]
    return shown(request, status.withdrawal_page(seen, viewing(request, seen), reason))


def show_closed(request: Request, seen: Tracked, refusal: Conflict) -> Response:
    return shown(request, status.not_possible_page(seen, words_of(request, refusal), viewing(request, seen)), 409)


def show_correction(request: Request, seen: Tracked, typed: Typed) -> Response:
    """With what stands now, or with what was typed before the pass lapsed."""
    told = typed or typed_again(contact_form(seen.form), seen.dossier.answers)
    revision = number((typed.get("revision") or [""])[-1]) or seen.dossier.revision
    page = status.correction_page(seen, told, revision, wired_of(request).today(), viewing(request, seen))
    return shown(request, page)


TYPED_PAGES: Mapping[str, Callable[[Request, Tracked, Typed], Response]] = {
    "/tra-cuu/rut": show_withdrawal,
    "/tra-cuu/lien-he": show_correction,
}


def viewing(request: Request, seen: Tracked) -> status.Viewing:
    wired = wired_of(request)
    return status.Viewing(
        wired.settings.view_minutes,
        file_words_of(wired),
        may_withdraw=may_withdraw(seen.dossier),
        may_correct=may_correct(seen),
        may_change=seen.form.id in wired.catalogue.forms and may_change(wired, seen),
    )


def words_of(request: Request, refusal: Refused) -> str:
    return wired_of(request).catalogue.messages.say(refusal.code, **refusal.values)


def number(typed: str) -> int:
    """0, which is no revision, for anything that is no number."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def shown(request: Request, page: Page, code: int = 200) -> Response:
    return site_of(request).page(*page, code)
