"""The pass of a sender in a cookie, and `viewing_only` around every page that it opens."""

from collections.abc import Mapping
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from processor.domain.access.viewing_pass import read_pass
from processor.domain.dossier import Dossier
from processor.domain.errors import Forbidden
from processor.domain.tracked import Tracked
from processor.rendering import status
from processor.services.following.tracking import pass_for, track_by_pass
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.sessions import Endpoint, cookie_name, secure, set_cookie
from processor.web.multipart import FormLimits, posted_form

PURPOSE = "-xem"
THEN = "_then"
HERE = "/tra-cuu/ho-so"
SMALL = FormLimits(body=256 * 1024, file=0, files=0)


def viewing_only(endpoint: Endpoint) -> Endpoint:
    """The endpoint finds the dossier in `request.state.tracked`. Without a pass both codes are asked for.

    Every page that is shown lengthens the pass.
    """

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        try:
            seen = await in_thread(track_by_pass, wired_of(request), given_pass(request))
        except Forbidden as refusal:
            return await ask_for_codes(request, refusal.code)
        request.state.tracked = seen
        response = await endpoint(request)
        give_pass(request, response, seen.dossier)
        return response

    return guarded


def tracked_of(request: Request) -> Tracked:
    seen: Tracked = request.state.tracked
    return seen


def given_pass(request: Request) -> str:
    return request.cookies.get(cookie_name(request, PURPOSE), "")


def give_pass(request: Request, response: Response, dossier: Dossier) -> None:
    set_cookie(request, response, cookie_name(request, PURPOSE), pass_for(wired_of(request), dossier))


def take_pass(request: Request, response: Response) -> None:
    response.delete_cookie(
        cookie_name(request, PURPOSE), path="/", secure=secure(request), httponly=True, samesite="lax"
    )


async def ask_for_codes(request: Request, why: str) -> Response:
    """The page that asks for both codes; what was being typed goes along and is there again afterwards."""
    claimed = read_pass(given_pass(request))
    typed = await typed_meanwhile(request)
    # What is posted without text has no page of its own to come back to.
    then = request.url.path if typed or request.method in ("GET", "HEAD") else HERE
    kept = {THEN: then, **typed}
    return codes_asked(request, 403, claimed.reference if claimed else "", told=said(request, why), kept=kept)


async def typed_meanwhile(request: Request) -> dict[str, str]:
    """Of a page of text alone; a page with files keeps them in its draft."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    wired = wired_of(request)
    async with posted_form(request, SMALL, wired.store.receive) as posted:
        return {name: values[-1] for name, values in posted.typed.items()}


def codes_asked(
    request: Request,
    code: int,
    reference: str = "",
    error: str = "",
    told: str = "",
    kept: Mapping[str, str] | None = None,
) -> Response:
    title, html = status.tracking_page(wired_of(request).catalogue, reference[:40], error, told, kept)
    return site_of(request).page(title, html, code)


def said(request: Request, message: str) -> str:
    return wired_of(request).catalogue.messages.say(message)
