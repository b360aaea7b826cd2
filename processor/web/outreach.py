"""Links of channels, and the material that any unit may download without an account."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from processor.rendering.outreach import material_page
from processor.services.outreach.material import chosen_channel, chosen_subject, material_file
from processor.services.outreach.outreach import follow, is_program, link_path, subjects
from processor.web.context import address, in_thread, kept, site_of, visitor, wired_of
from processor.web.visits import fetched_ahead

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    # As text, so that it is read and copied, not shown as a page of this site.
    "html": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


async def follow_link(request: Request) -> Response:
    """Every link leads on, whatever is wrong with it. Nothing about who follows it is kept."""
    path, agent = request.path_params, request.headers.get("user-agent", "")
    by_a_person = request.method == "GET" and not fetched_ahead(request) and not is_program(agent)
    target = follow(wired_of(request), path["channel"], path.get("about", "").strip("/"), by_a_person)
    return RedirectResponse(target, 302, headers={"Cache-Control": "no-store"})


async def choose(request: Request) -> Response:
    wired, asked = wired_of(request), request.query_params
    channel, subject = chosen_channel(wired, asked.get("dung-o", "")), chosen_subject(wired, asked.get("noi-dung", ""))
    link = address(request, link_path(channel.id, subject))
    page = material_page(wired.catalogue, subjects(wired.catalogue), channel, subject, link, wired.today())
    return kept(site_of(request).page(*page), 600)


async def download(request: Request) -> Response:
    path = request.path_params
    name = (path["material"], path["ending"])
    content = await in_thread(
        material_file, wired_of(request), visitor(request), address(request, ""), path["channel"], path["about"], name
    )
    file = f"{path['material']}-{path['about']}-{path['channel']}.{path['ending']}"
    headers = {"Content-Disposition": f'inline; filename="{file}"'}
    return kept(Response(content, media_type=MEDIA_TYPES[path["ending"]], headers=headers), 3600)
