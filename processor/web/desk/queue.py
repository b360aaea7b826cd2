"""The queue of the desk: standing views, filters in the link, saved views, several dossiers at once."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.access.officer import Session
from processor.domain.errors import Conflict
from processor.rendering.desk import queue as pages
from processor.services.access.accounts import list_officers
from processor.services.appraisal.claims import Handled, claim_several, hand_over_several, may_take
from processor.services.appraisal.filters import NAMES, PAGE_SIZE, asked_in, filter_of
from processor.services.appraisal.sheets import opinions_wanted
from processor.services.appraisal.timing import limit
from processor.services.appraisal.views import (
    drop_saved_view,
    save_view,
    saved_views,
    show_queue,
)
from processor.services.privacy.breaches import breach_words
from processor.services.privacy.requests import near_due_words
from processor.services.scanning.standing import blocked_dossiers
from processor.storage.desk.queue import MOST_COUNTED, page_key
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.sessions import DESK, desk_form, officer_only


async def desk_home(request: Request) -> Response:
    return RedirectResponse(DESK, 303)


@officer_only
async def queue_page(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in NAMES}
    return await show(request, asked)


async def show(
    request: Request,
    asked: dict[str, str],
    told: str = "",
    refused: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    wired = wired_of(request)
    session: Session = request.state.session
    wanted = filter_of(wired, session.officer, asked)
    lines, counted = await in_thread(show_queue, wired, session.officer, wanted)
    after = "~".join(map(str, page_key(wanted, lines[-1]))) if len(lines) == PAGE_SIZE else ""
    query = urlencode({name: value for name, value in asked.items() if value and name != "sau"})
    officers = await in_thread(list_officers, wired)
    shown = pages.Shown(
        asked,
        counted.views,
        counted.here,
        MOST_COUNTED,
        f"{DESK}?{query}{'&' if query else ''}{urlencode({'sau': after})}" if after else "",
        [pages.SavedView(*row) for row in await in_thread(saved_views, wired, session.officer)],
        query,
        [one.name for one in officers if may_take(one)],
        registers(wired.today()),
        told,
        refused,
        await in_thread(near_due_words, wired, session.officer),
        await in_thread(blocked_dossiers, wired),
        await in_thread(breach_words, wired, session.officer),
        await in_thread(opinions_wanted, wired, session.officer),
    )
    internal = limit(wired).internal
    page = pages.queue_page(wired.catalogue, session, lines, wired.today(), shown, internal)
    return site_of(request).page(*page, status)


def registers(today: date) -> list[tuple[str, str]]:
    """This month and the two before."""
    months = [(today.year * 12 + today.month - 1 - back) for back in range(3)]
    return [(f"tháng {m % 12 + 1}/{m // 12}", f"/can-bo/so-theo-doi/{m // 12}-{m % 12 + 1}.pdf") for m in months]


@officer_only
async def act_on_several(request: Request) -> Response:
    """Claim, hand over or decide what was chosen; nothing chosen changes nothing."""
    wired = wired_of(request)
    posted = await desk_form(request)
    officer = request.state.session.officer
    chosen = posted.fields.get("reference", [])
    asked = asked_in(posted.one("ve"))
    if posted.one("_action") == "decide" and chosen:
        return RedirectResponse(f"/can-bo/quyet-dinh?{urlencode([('ma', one) for one in chosen])}", 303)
    try:
        if posted.one("_action") == "hand":
            handled = await in_thread(hand_over_several, wired, officer, chosen, posted.one("to"))
        else:
            handled = await in_thread(claim_several, wired, officer, chosen)
    except Conflict as refusal:
        return await show(request, asked, wired.catalogue.messages.say(refusal.code, **refusal.values), status=409)
    return await show(request, asked, told_of(handled, posted.one("_action")), handled.refused)


def told_of(handled: Handled, action: str) -> str:
    words = "bàn giao" if action == "hand" else "nhận xử lý"
    left = f" Chưa {words} {len(handled.refused)} hồ sơ:" if handled.refused else ""
    return f"Đã {words} {len(handled.done)} hồ sơ.{left}"


@officer_only
async def keep_view(request: Request) -> Response:
    """The filters under a name, or a name that goes."""
    wired = wired_of(request)
    posted = await desk_form(request)
    officer = request.state.session.officer
    drop, query = posted.one("drop"), urlencode({k: v for k, v in asked_in(posted.one("query")).items() if v})
    if drop.isascii() and drop.isdigit():
        await in_thread(drop_saved_view, wired, officer, int(drop))
        return RedirectResponse(DESK, 303)
    if name := posted.one("name").strip()[:80]:
        await in_thread(save_view, wired, officer, name, query)
    return RedirectResponse(f"{DESK}?{query}", 303)
