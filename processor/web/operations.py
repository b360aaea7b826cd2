"""For whoever runs it: alive, able to accept, figures."""

import contextlib
import shutil

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor.domain.errors import Unavailable
from processor.services.outbox import figures
from processor.services.parts import Wired
from processor.storage.engine import reading
from processor.storage.schema import current
from processor.web.context import in_thread, wired_of
from processor.web.metrics import MAIL, everything

RESERVE_BYTES = 256 * 1024 * 1024


async def alive(request: Request) -> Response:
    return JSONResponse({"alive": True})


async def ready(request: Request) -> Response:
    """Raises Unavailable when the database does not answer or the disk is nearly full."""
    await in_thread(try_parts, wired_of(request))
    return JSONResponse({"ready": True})


def try_parts(wired: Wired) -> None:
    with reading(wired.engine) as connection:
        current(connection)
    if shutil.disk_usage(wired.settings.data).free < RESERVE_BYTES:
        raise Unavailable("storage_full", 507)


async def metrics(request: Request) -> Response:
    """Without the database the others are told all the same."""
    with contextlib.suppress(Unavailable):
        for state, number in (await in_thread(figures, wired_of(request))).items():
            MAIL.labels(state).set(number)
    return Response(generate_latest(everything()), media_type=CONTENT_TYPE_LATEST)
