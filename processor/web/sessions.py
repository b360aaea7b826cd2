"""Officers' sign-in: the cookie, the CSRF token of each post, and `officer_only` around every desk endpoint."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Forbidden
from processor.domain.officer import Session
from processor.rendering import desk
from processor.services.accounts import session_of, sign_in, sign_out
from processor.web.context import in_thread, site_of, wired_of
from processor.web.multipart import FormLimits, PostedForm, read_form

Endpoint = Callable[[Request], Awaitable[Response]]
SIGN_IN = "/can-bo/dang-nhap"
DESK = "/can-bo/ho-so"
SMALL = FormLimits(body=256 * 1024, file=0, files=0)


def secure(request: Request) -> bool:
    public = wired_of(request).settings.public_url
    return public.startswith("https://") if public else request.url.scheme == "https"


def cookie_name(request: Request, purpose: str = "") -> str:
    return f"{'__Host-' if secure(request) else ''}hotro{purpose}"


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=secure(request), httponly=True, samesite="lax")


def officer_only(endpoint: Endpoint) -> Endpoint:
    """The endpoint finds the session in `request.state.session`; without one, the way leads to the sign-in page."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        session = await current_session(request)
        if session is None:
            if request.method == "POST":
                raise Forbidden("sign_in_needed")
            return RedirectResponse(f"{SIGN_IN}?tiep={quote(request.url.path)}", 303)
        request.state.session = session
        return await endpoint(request)

    return guarded


async def current_session(request: Request) -> Session | None:
    token = request.cookies.get(cookie_name(request))
    return await in_thread(session_of, wired_of(request), token) if token else None


async def desk_form(request: Request) -> PostedForm:
    """A post of the desk, its CSRF token checked."""
    posted = await read_form(request, SMALL, wired_of(request).store.receive)
    posted.discard()
    session: Session = request.state.session
    if not hmac.compare_digest(posted.one("csrf").encode(), session.csrf.encode()):
        raise Forbidden("csrf_failed")
    return posted


async def sign_in_page(request: Request) -> Response:
    return show_sign_in(request, request.query_params.get("tiep", DESK))


async def begin_session(request: Request) -> Response:
    wired = wired_of(request)
    posted = await read_form(request, SMALL, wired.store.receive)
    posted.discard()
    nonce = request.cookies.get(cookie_name(request, "-login"), "")
    if not nonce or not hmac.compare_digest(posted.one("csrf"), login_csrf(request, nonce)):
        return show_sign_in(request, posted.one("tiep"), "csrf_failed")
    try:
        token = await in_thread(sign_in, wired, posted.one("name"), posted.one("password"))
    except Forbidden as refusal:
        return show_sign_in(request, posted.one("tiep"), refusal.code, posted.one("name")[:80])
    response = RedirectResponse(local_path(posted.one("tiep")), 303)
    set_cookie(request, response, cookie_name(request), token)
    response.delete_cookie(cookie_name(request, "-login"), path="/", secure=secure(request))
    return response


@officer_only
async def finish_session(request: Request) -> Response:
    await desk_form(request)
    await in_thread(sign_out, wired_of(request), request.cookies[cookie_name(request)])
    response = RedirectResponse(SIGN_IN, 303)
    response.delete_cookie(cookie_name(request), path="/", secure=secure(request))
    return response


def show_sign_in(request: Request, asked: str, refusal: str | None = None, name: str = "") -> Response:
    """`asked` is where the officer wanted to go; `refusal` the code of what went wrong."""
    nonce = request.cookies.get(cookie_name(request, "-login")) or secrets.token_urlsafe(16)
    error = wired_of(request).catalogue.messages.say(refusal) if refusal else ""
    title, html = desk.sign_in_page(login_csrf(request, nonce), local_path(asked), error, name)
    response = site_of(request).page(title, html, 403 if refusal else 200)
    set_cookie(request, response, cookie_name(request, "-login"), nonce)
    return response


def login_csrf(request: Request, nonce: str) -> str:
    return hmac.digest(wired_of(request).server_key, f"login\0{nonce}".encode(), "sha256").hex()


def local_path(asked: str) -> str:
    """Only a path of the desk: never another site."""
    return asked if asked.startswith("/can-bo/") and "//" not in asked and "\\" not in asked else DESK
