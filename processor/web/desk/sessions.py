"""Officers' sessions: the cookie, the CSRF token of each post, and who may come to which endpoint of the desk."""

import contextlib
import hmac
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import wraps
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.access.officer import ADMIN, READER, ROLES, Officer, Session
from processor.domain.errors import Forbidden
from processor.domain.vietnamese import listed
from processor.services.access.sign_in import must_set_up, session_of, sign_out
from processor.services.scanning.standing import desk_notice
from processor.web.context import in_thread, wired_of
from processor.web.multipart import FormLimits, PostedForm, posted_form, read_form

Endpoint = Callable[[Request], Awaitable[Response]]
SIGN_IN = "/can-bo/dang-nhap"
DESK = "/can-bo/ho-so"
DESK_PATH = re.compile(r"/can-bo(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+", re.ASCII)
SET_UP, NEW_PASSWORD = "/can-bo/tai-khoan/ma-xac-thuc", "/can-bo/tai-khoan/mat-khau"
# What belongs to the officer alone, and the log of activities: also who may change nothing else changes this.
OWN = ("/can-bo/tai-khoan", "/can-bo/dang-xuat", "/can-bo/cach-xem", "/can-bo/xuat", "/can-bo/ke-hoach")
SMALL = FormLimits(body=256 * 1024, file=0, files=0)


def secure(request: Request) -> bool:
    public = wired_of(request).settings.public_url
    return public.startswith("https://") if public else request.url.scheme == "https"


def cookie_name(request: Request, purpose: str = "") -> str:
    return f"{'__Host-' if secure(request) else ''}hotro{purpose}"


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """For as long as the browser is open, or for so many seconds."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure(request), httponly=True, samesite="lax")


def drop_cookie(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=secure(request), httponly=True, samesite="lax")


def signed_in(endpoint: Endpoint) -> Endpoint:
    """The endpoint finds the session in `request.state.session`; without one, the way leads to the sign-in page."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        session = await current_session(request)
        if session is None:
            if request.method == "POST":
                raise Forbidden("sign_in_needed")
            return RedirectResponse(f"{SIGN_IN}?tiep={quote(request.url.path)}", 303)
        request.state.session = replace(session, notice=await in_thread(desk_notice, wired_of(request)))
        return await endpoint(request)

    return guarded


def officer_only(endpoint: Endpoint) -> Endpoint:
    """The same; and who must do something first is led there."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        first = page_before_all(request)
        if first not in ("", request.url.path):
            return RedirectResponse(first, 303)
        return await endpoint(request)

    return signed_in(guarded)


def page_before_all(request: Request) -> str:
    """Where a password is to be chosen, or a second factor to be set up, before anything else."""
    officer: Officer = request.state.session.officer
    if officer.password_given:
        return NEW_PASSWORD
    return SET_UP if must_set_up(wired_of(request), officer) else ""


def admin_only(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        if request.state.session.officer.role != ADMIN:
            raise Forbidden("role_missing", role=ROLES[ADMIN])
        return await endpoint(request)

    return officer_only(guarded)


async def current_session(request: Request) -> Session | None:
    token = request.cookies.get(cookie_name(request))
    return await in_thread(session_of, wired_of(request), token) if token else None


async def desk_form(request: Request) -> PostedForm:
    """A post of the desk, its CSRF token checked."""
    posted = await read_form(request, SMALL, wired_of(request).store.receive)
    posted.discard()
    refuse_forged(request, posted)
    return posted


@contextlib.asynccontextmanager
async def desk_files(request: Request, limits: FormLimits) -> AsyncIterator[PostedForm]:
    """The same with files, which are gone when the block ends unless they were kept."""
    async with posted_form(request, limits, wired_of(request).store.receive) as posted:
        refuse_forged(request, posted)
        yield posted


def refuse_forged(request: Request, posted: PostedForm) -> None:
    """Takes the token out: the rest is what was typed.

    Raises Forbidden: the post comes from no page of this session, or from somebody who only reads.
    """
    session: Session = request.state.session
    if not hmac.compare_digest(posted.one("csrf").encode(), session.csrf.encode()):
        raise Forbidden("csrf_failed")
    posted.fields.pop("csrf")
    if session.officer.role == READER and not request.url.path.startswith(OWN):
        raise Forbidden("role_missing", role=listed([words for role, words in ROLES.items() if role != READER]))


@signed_in
async def finish_session(request: Request) -> Response:
    await desk_form(request)
    await in_thread(sign_out, wired_of(request), request.cookies[cookie_name(request)])
    response = RedirectResponse(SIGN_IN, 303)
    drop_cookie(request, response, cookie_name(request))
    return response


def local_path(asked: str) -> str:
    """Only a path of the desk, plainly written: never another site."""
    return asked if DESK_PATH.fullmatch(asked) else DESK
