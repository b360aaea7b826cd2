"""The pages on which an officer signs in: the password, then the code where there is one."""

import hmac
import secrets
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import HotroError, Refused, Unavailable
from processor.rendering.desk import accounts as pages
from processor.rendering.pages import Page
from processor.services.access.agreement import agreed
from processor.services.access.sign_in import Caller, HalfOpened, Opened, finish_sign_in, half_way, sign_in
from processor.web.context import in_thread, site_of, visitor, wired_of
from processor.web.desk.sessions import DESK, SIGN_IN, SMALL, cookie_name, drop_cookie, local_path, set_cookie
from processor.web.multipart import posted_form
from processor.web.problems import RETRY_SECONDS, status_of, told_when

CODE = f"{SIGN_IN}/ma"
# What each cookie beside the session's is for.
NONCE, HALF, KNOWN = "-login", "-ma", "-may"
KNOWN_SECONDS = 180 * 24 * 3600


async def sign_in_page(request: Request) -> Response:
    return show_sign_in(request, request.query_params.get("tiep", DESK))


async def begin_session(request: Request) -> Response:
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        csrf, going_on = posted.one("csrf"), local_path(posted.one("tiep"))
        name, password = posted.one("name"), posted.one("password")
    nonce = request.cookies.get(cookie_name(request, NONCE), "")
    if not nonce or not hmac.compare_digest(csrf.encode(), login_csrf(request, nonce).encode()):
        return show_sign_in(request, going_on, Refused("csrf_failed"), name)
    try:
        opened = await in_thread(sign_in, wired, name, password, caller(request))
    except Refused as refusal:
        return show_sign_in(request, going_on, refusal, name)
    if isinstance(opened, HalfOpened):
        response = RedirectResponse(f"{CODE}?tiep={quote(going_on)}", 303)
        set_cookie(request, response, cookie_name(request, HALF), opened.half)
        return response
    return signed_in_as(request, opened, going_on)


async def code_page(request: Request) -> Response:
    going_on = local_path(request.query_params.get("tiep", DESK))
    try:
        await in_thread(half_way, wired_of(request), half_of(request))
    except Refused as refusal:
        return show_sign_in(request, going_on, refusal)
    return show_code(request, going_on)


async def finish_with_code(request: Request) -> Response:
    wired, half = wired_of(request), half_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        csrf, going_on, typed = posted.one("csrf"), local_path(posted.one("tiep")), posted.one("code")
    if not hmac.compare_digest(csrf.encode(), login_csrf(request, half).encode()):
        return show_sign_in(request, going_on, Refused("csrf_failed"))
    try:
        opened = await in_thread(finish_sign_in, wired, half, typed, caller(request))
    except Refused as refusal:
        if refusal.code == "sign_in_lapsed":
            return show_sign_in(request, going_on, refusal)
        return show_code(request, going_on, refusal)
    return signed_in_as(request, opened, going_on)


def caller(request: Request) -> Caller:
    known, session = (request.cookies.get(cookie_name(request, purpose), "") for purpose in (KNOWN, ""))
    return Caller(visitor(request), request.headers.get("user-agent", ""), known, session)


def half_of(request: Request) -> str:
    return request.cookies.get(cookie_name(request, HALF), "")


def signed_in_as(request: Request, opened: Opened, going_on: str) -> Response:
    response = RedirectResponse(going_on, 303)
    set_cookie(request, response, cookie_name(request), opened.token)
    set_cookie(request, response, cookie_name(request, KNOWN), opened.browser, KNOWN_SECONDS)
    for purpose in (NONCE, HALF):
        drop_cookie(request, response, cookie_name(request, purpose))
    return response


def show_sign_in(request: Request, asked: str, refusal: HotroError | None = None, name: str = "") -> Response:
    """`asked` is where the officer wanted to go; `refusal` what went wrong."""
    nonce = request.cookies.get(cookie_name(request, NONCE)) or secrets.token_urlsafe(16)
    agency = agreed(wired_of(request).settings) is not None
    csrf = login_csrf(request, nonce)
    page = pages.sign_in_page(csrf, local_path(asked), words_of(request, refusal), name[:80], agency)
    response = shown(request, page, refusal)
    set_cookie(request, response, cookie_name(request, NONCE), nonce)
    return response


def show_code(request: Request, going_on: str, refusal: Refused | None = None) -> Response:
    csrf = login_csrf(request, half_of(request))
    return shown(request, pages.code_page(csrf, going_on, words_of(request, refusal)), refusal)


def shown(request: Request, page: Page, refusal: HotroError | None) -> Response:
    """A refusal without a status of its own forbids."""
    code = 200 if refusal is None else status_of(refusal)
    return told_when(site_of(request).page(*page, 403 if code == 400 else code), refusal)


def words_of(request: Request, refusal: HotroError | None) -> str:
    messages = wired_of(request).catalogue.messages
    if isinstance(refusal, Refused):
        return messages.say(refusal.code, **refusal.values)
    if isinstance(refusal, Unavailable):
        return messages.say(refusal.code, minutes=str(RETRY_SECONDS // 60))
    return ""


def login_csrf(request: Request, nonce: str) -> str:
    return hmac.digest(wired_of(request).server_key, f"login\0{nonce}".encode(), "sha256").hex()
