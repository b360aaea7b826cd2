"""The page on which an admin manages officers. Every act is asked back first."""

from collections.abc import Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.access.officer import ROLES, Officer
from processor.domain.errors import Conflict, NotFound
from processor.rendering.desk import accounts as pages
from processor.services.access.accounts import (
    change_role,
    end_every_session,
    let_in_again,
    list_officers,
    officer_by_id,
    reset_second_factor,
    shut_out,
)
from processor.services.appraisal.claims import hand_over_all, held_of, may_take, refuse_unable
from processor.services.parts import Wired
from processor.web.context import in_thread, wired_of
from processor.web.desk.account import session_of
from processor.web.desk.sessions import admin_only, desk_form
from processor.web.desk.sign_in import shown, words_of

STAFF = "/can-bo/cong-chuc"
ACTS: Mapping[str, Callable[[Wired, Officer], None]] = {
    "khoa": shut_out,
    "mo-khoa": let_in_again,
    "dat-lai-ma": reset_second_factor,
    "ket-thuc-phien": end_every_session,
}
NEW_ROLE, HAND_OVER = "vai-tro", "ban-giao"
LOG = structlog.get_logger("hotro.accounts")


@admin_only
async def officers_page(request: Request) -> Response:
    officers = await in_thread(list_officers, wired_of(request))
    return shown(request, pages.officers_page(session_of(request), officers), None)


@admin_only
async def officer_page(request: Request) -> Response:
    return await show_officer(request, await asked_officer(request))


@admin_only
async def act(request: Request) -> Response:
    name = request.path_params["act"]
    if name not in ACTS and name not in (NEW_ROLE, HAND_OVER):
        raise NotFound("not_found")
    posted = await desk_form(request)
    officer, role, to = await asked_officer(request), posted.one("role"), posted.one("to")
    try:
        await refuse_beforehand(request, name, officer, role, to)
        if posted.one("_action") != "confirm":
            return shown(request, pages.act_page(session_of(request), officer, name, role, to), None)
        await perform(request, name, officer, role, to)
    except Conflict as refusal:
        return await show_officer(request, officer, refusal)
    return RedirectResponse(f"{STAFF}/{officer.id}", 303)


async def refuse_beforehand(request: Request, name: str, officer: Officer, role: str, to: str) -> None:
    """What cannot be done is not asked back. Raises Conflict."""
    if name == NEW_ROLE and role not in ROLES:
        raise Conflict("role_unknown")
    if name == "dat-lai-ma" and officer.id == session_of(request).officer.id:
        raise Conflict("own_second_factor")
    if name == HAND_OVER:
        await in_thread(refuse_unable, wired_of(request), to)


async def perform(request: Request, name: str, officer: Officer, role: str, to: str) -> None:
    wired, admin = wired_of(request), session_of(request).officer
    if name == NEW_ROLE:
        await in_thread(change_role, wired, officer, role)
    elif name == HAND_OVER:
        await in_thread(hand_over_all, wired, admin, officer, to)
    else:
        await in_thread(ACTS[name], wired, officer)
    LOG.info("officer_changed", act=name, role=role or None, to=to or None, officer=officer.name, by=admin.name)


async def asked_officer(request: Request) -> Officer:
    return await in_thread(officer_by_id, wired_of(request), request.path_params["officer_id"])


async def show_officer(request: Request, officer: Officer, refusal: Conflict | None = None) -> Response:
    wired = wired_of(request)
    held = await in_thread(held_of, wired, officer)
    others = [one for one in await in_thread(list_officers, wired) if one.id != officer.id]
    colleagues = [one.name for one in others if may_take(one)]
    page = pages.officer_page(session_of(request), officer, held, colleagues, words_of(request, refusal))
    return shown(request, page, refusal)
