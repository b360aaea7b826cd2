"""Taking out a file that was sent by mistake: the reason, a question that names the file, the deed."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.domain.errors import InvalidAnswers
from processor.domain.files import size_words
from processor.domain.forms.submission import Typed
from processor.rendering.desk import data_requests as pages
from processor.rendering.desk.acts import act_title
from processor.services.privacy.answers import read_privacy
from processor.services.privacy.removal import REMOVE, file_to_remove, remove_file
from processor.web.context import in_thread, site_of, wired_of
from processor.web.desk.data_requests import shown
from processor.web.desk.sessions import DESK, desk_form, officer_only


@officer_only
async def removal_page(request: Request) -> Response:
    return await form(request, {})


def place_of(request: Request) -> tuple[str, str]:
    """The dossier's address, and that of the removal."""
    path = request.path_params
    return f"{DESK}/{path['reference']}", f"{DESK}/{path['reference']}/tep/{path['attachment_id']}/go"


async def form(request: Request, typed: Typed, refusal: InvalidAnswers | None = None) -> Response:
    wired, path = wired_of(request), request.path_params
    dossier, file = await in_thread(
        file_to_remove, wired, request.state.session.officer, path["reference"], path["attachment_id"]
    )
    back, action = place_of(request)
    about = [f"{file.name} ({size_words(file.size)}), hồ sơ {dossier.reference}."]
    faults = refusal.faults if refusal else ()
    return shown(request, REMOVE, typed, action, (back, "Quay lại hồ sơ"), faults, about=about)


@officer_only
async def remove(request: Request) -> Response:
    wired, path, officer = wired_of(request), request.path_params, request.state.session.officer
    posted = await desk_form(request)
    typed = posted.typed
    place = (path["reference"], path["attachment_id"])
    _, file = await in_thread(file_to_remove, wired, officer, *place)
    back, action = place_of(request)
    if posted.one("_action") == "edit":
        return await form(request, typed)
    try:
        if posted.one("_action") != "confirm":
            read_privacy(wired, REMOVE, typed)
            lines = ["Tệp bị xóa khỏi máy chủ, không lấy lại được. Việc gỡ và lý do ở lại nhật ký; tổ chức đọc được."]
            title, asked = act_title(wired.catalogue, REMOVE), f"Gỡ tệp “{file.name}”?"
            return site_of(request).page(
                *pages.question_page(request.state.session, title, asked, lines, action, typed)
            )
        await in_thread(remove_file, wired, officer, *place, typed)
    except InvalidAnswers as refusal:
        return await form(request, typed, refusal)
    return RedirectResponse(back, 303)
