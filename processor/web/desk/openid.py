"""Signing in by the agency's own accounts: away to its provider, and back."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import Forbidden, Unavailable
from processor.rendering.desk import accounts as pages
from processor.services.access.openid import begin, finish
from processor.web.context import address, in_thread, wired_of
from processor.web.desk.sessions import DESK, SIGN_IN, cookie_name, drop_cookie, local_path, set_cookie
from processor.web.desk.sign_in import caller, show_sign_in, shown, signed_in_as, words_of

AWAY = f"{SIGN_IN}/co-quan"
BACK = f"{AWAY}/ve"
SEED = "-co-quan"
# Nothing to type again: these get a page of their own.
FINAL = ("oidc_no_role", "account_disabled")


async def go(request: Request) -> Response:
    going_on = local_path(request.query_params.get("tiep", DESK))
    try:
        where, way = await in_thread(begin, wired_of(request), address(request, BACK), going_on)
    except (Forbidden, Unavailable) as refusal:
        return show_sign_in(request, going_on, refusal)
    response = RedirectResponse(where, 303)
    set_cookie(request, response, cookie_name(request, SEED), way.seed)
    return response


async def come_back(request: Request) -> Response:
    response = await received(request)
    drop_cookie(request, response, cookie_name(request, SEED))
    return response


async def received(request: Request) -> Response:
    wired, answer = wired_of(request), dict(request.query_params)
    seed = request.cookies.get(cookie_name(request, SEED), "")
    try:
        opened, way = await in_thread(finish, wired, address(request, BACK), seed, answer, caller(request))
    except (Forbidden, Unavailable) as refusal:
        if refusal.code in FINAL:
            return shown(request, pages.refused_page(words_of(request, refusal)), refusal)
        return show_sign_in(request, DESK, refusal)
    return signed_in_as(request, opened, local_path(way.going_on))
