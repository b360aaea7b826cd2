"""An officer's own account: the second factor, the recovery codes, the sessions."""

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.access.officer import Officer, Session
from processor.domain.errors import Refused
from processor.rendering.desk import accounts as pages
from processor.services.access.own_password import change_own_password
from processor.services.access.passwords import SHORTEST_PASSWORD
from processor.services.access.second_factor import codes_left, confirm, offered_secret, remove, renew_recovery_codes
from processor.services.access.sign_in import end_other_sessions, end_own_session, living_sessions, must_set_up
from processor.services.exchange.programs import drop_own_token, own_tokens
from processor.services.parts import Wired
from processor.web.context import in_thread, wired_of
from processor.web.desk.sessions import SET_UP, desk_form, officer_only
from processor.web.desk.sign_in import shown, words_of

ACCOUNT = "/can-bo/tai-khoan"
OF_THE_OLD_ONE = ("password_wrong", "rate_limited")
T = TypeVar("T")


@officer_only
async def account_page(request: Request) -> Response:
    wired, session = wired_of(request), session_of(request)
    sessions = await in_thread(living_sessions, wired, session.officer)
    left = await in_thread(codes_left, wired, session.officer)
    tokens = await in_thread(own_tokens, wired, session.officer)
    return shown(request, pages.account_page(session, sessions, left, tokens), None)


@officer_only
async def drop_token(request: Request) -> Response:
    """One of the officer's own; what is no number takes nothing back."""
    posted = await desk_form(request)
    told = posted.one("token")
    if told.isascii() and told.isdigit() and len(told) < 19:
        await in_thread(drop_own_token, wired_of(request), session_of(request).officer, int(told))
    return RedirectResponse(ACCOUNT, 303)


@officer_only
async def end_sessions(request: Request) -> Response:
    """One of the officer's own, or all but this one."""
    wired, session = wired_of(request), session_of(request)
    posted = await desk_form(request)
    if posted.one("_action") == "others":
        await in_thread(end_other_sessions, wired, session)
    else:
        await in_thread(end_own_session, wired, session.officer, posted.one("session"))
    return RedirectResponse(ACCOUNT, 303)


@officer_only
async def new_password_page(request: Request) -> Response:
    """An account of the agency has its password there."""
    session = session_of(request)
    if session.officer.from_agency:
        return RedirectResponse(ACCOUNT, 303)
    return shown(request, pages.new_password_page(session, SHORTEST_PASSWORD, "", "", False), None)


@officer_only
async def set_new_password(request: Request) -> Response:
    session = session_of(request)
    posted = await desk_form(request)
    typed = (posted.one("old_password"), posted.one("new_password"), posted.one("new_password_again"))
    try:
        await in_thread(change_own_password, wired_of(request), session, *typed)
    except Refused as refusal:
        words, of_old = words_of(request, refusal), refusal.code in OF_THE_OLD_ONE
        page = pages.new_password_page(
            session, SHORTEST_PASSWORD, words if of_old else "", "" if of_old else words, False
        )
        return shown(request, page, refusal)
    return shown(request, pages.new_password_page(session, SHORTEST_PASSWORD, "", "", True), None)


@officer_only
async def set_up_page(request: Request) -> Response:
    officer = session_of(request).officer
    if officer.second_factor or officer.from_agency:
        return RedirectResponse(ACCOUNT, 303)
    return await show_set_up(request)


@officer_only
async def set_up(request: Request) -> Response:
    wired, session = wired_of(request), session_of(request)
    posted = await desk_form(request)
    try:
        codes = await in_thread(confirm, wired, session.officer, posted.one("code"))
    except Refused as refusal:
        if refusal.code == "code_stands":
            raise
        return await show_set_up(request, refusal)
    return shown(request, pages.recovery_codes_page(session, codes), None)


async def show_set_up(request: Request, refusal: Refused | None = None) -> Response:
    wired, session = wired_of(request), session_of(request)
    secret = await in_thread(offered_secret, wired, session.officer)
    obliged = must_set_up(wired, session.officer)
    return shown(request, pages.set_up_page(session, secret, obliged, words_of(request, refusal)), refusal)


@officer_only
async def recovery_page(request: Request) -> Response:
    return show_password(request, "recovery")


@officer_only
async def new_recovery_codes(request: Request) -> Response:
    """Shown in this answer and never again."""
    codes = await with_password(request, "recovery", renew_recovery_codes)
    if isinstance(codes, Response):
        return codes
    return shown(request, pages.recovery_codes_page(session_of(request), codes), None)


@officer_only
async def removal_page(request: Request) -> Response:
    return show_password(request, "removal")


@officer_only
async def remove_second_factor(request: Request) -> Response:
    refused = await with_password(request, "removal", remove)
    return refused or RedirectResponse(ACCOUNT, 303)


async def with_password(request: Request, purpose: str, act: Callable[[Wired, Officer, str], T]) -> T | Response:
    """What `act` gives for the right password; otherwise the page that asks for it again."""
    posted = await desk_form(request)
    try:
        return await in_thread(act, wired_of(request), session_of(request).officer, posted.one("password"))
    except Refused as refusal:
        if refusal.code == "code_missing":
            raise
        return show_password(request, purpose, refusal)


def show_password(request: Request, purpose: str, refusal: Refused | None = None) -> Response:
    """Who has no second factor has nothing to do here."""
    session = session_of(request)
    if not session.officer.second_factor:
        return RedirectResponse(SET_UP, 303)
    return shown(request, pages.password_page(session, purpose, words_of(request, refusal)), refusal)


def session_of(request: Request) -> Session:
    session: Session = request.state.session
    return session
