"""A whole dossier as one download."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from processor.domain.package import file_of_package
from processor.domain.vietnamese import VIETNAM
from processor.services.exchange.packages import pack_for, zipped
from processor.web.context import in_thread, wired_of
from processor.web.desk.sessions import officer_only

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@officer_only
async def package(request: Request) -> Response:
    """Noted in the log before the first byte. A file that fails on the way breaks the download off."""
    wired = wired_of(request)
    packed = await in_thread(pack_for, wired, request.state.session.officer, request.path_params["reference"])
    name = file_of_package(packed.reference, wired.clock().astimezone(VIETNAM))
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(zipped(wired, packed), media_type="application/zip", headers=headers)
