"""What the pages of reports share: the year of the address, and a file that is made for one answer."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse

from processor.domain.errors import Malformed
from processor.services.reports.report_files import MEDIA_TYPES
from processor.services.reports.reports import FIRST_YEAR, LAST_YEAR
from processor.web.context import in_thread, wired_of


async def made_file(name: str, ending: str, write: Callable[[Path], None]) -> FileResponse:
    """What `write` makes, gone again once it is sent."""
    folder = await in_thread(tempfile.TemporaryDirectory, prefix="hotro-report-")
    path = Path(folder.name) / f"{name}.{ending}"
    try:
        await in_thread(write, path)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[ending],
        filename=path.name,
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(folder.cleanup),
    )


def year_asked(request: Request, name: str = "nam") -> int:
    """This year when none is asked for. Raises Malformed naming the years."""
    asked = request.query_params.get(name, "")
    if not asked:
        return wired_of(request).today().year
    if asked.isascii() and asked.isdigit() and len(asked) == 4:
        return int(asked)
    raise Malformed("report_year_unknown", 404, value=asked[:20], min=str(FIRST_YEAR), max=str(LAST_YEAR))
