"""For whoever runs it: alive, able to accept, figures."""

import contextlib

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor.domain.errors import Unavailable
from processor.domain.files import MB
from processor.services.parts import Wired
from processor.services.room import free, refuse_when_low
from processor.services.scanning.standing import standing
from processor.services.vitals import Vitals, vitals
from processor.storage.closing import refuse_closed
from processor.storage.engine import reading
from processor.storage.schema import suits
from processor.web.context import in_thread, wired_of
from processor.web.metrics import (
    BACKUP,
    DUE,
    FILES,
    FREE,
    MAIL,
    MAIL_AGE,
    MISMATCHES,
    RESERVE,
    SCANNER,
    VERIFIED,
    everything,
)


async def alive(request: Request) -> Response:
    return JSONResponse({"alive": True})


async def ready(request: Request) -> Response:
    """Raises Unavailable when the database or the store of files does not answer or takes nothing, or the disk is full.

    A scanner that is down is told and hinders nothing: files are taken in and wait.
    """
    wired = wired_of(request)
    await in_thread(try_parts, wired)
    return JSONResponse({"ready": True, "scanner": (await in_thread(standing, wired)).state})


def try_parts(wired: Wired) -> None:
    with reading(wired.engine) as connection:
        if not suits(connection):
            raise Unavailable(because="the database is of another program's age")
        refuse_closed(connection)
    refuse_when_low(wired)
    wired.store.reach()


async def metrics(request: Request) -> Response:
    """Without the database the others are told all the same."""
    wired = wired_of(request)
    FREE.set(free(wired))
    RESERVE.set(wired.settings.disk_reserve * MB)
    SCANNER.set(wired.settings.scanner is not None)
    with contextlib.suppress(Unavailable):
        show(await in_thread(vitals, wired))
    return Response(generate_latest(everything()), media_type=CONTENT_TYPE_LATEST)


def show(told: Vitals) -> None:
    for gauge, figures in ((MAIL, told.mail), (FILES, told.files), (DUE, told.due)):
        for label, number in figures.items():
            gauge.labels(label).set(number)
    MAIL_AGE.set(told.mail_age)
    BACKUP.set(told.backup_at.timestamp() if told.backup_at else 0)
    VERIFIED.set(told.look.at.timestamp() if told.look else 0)
    MISMATCHES.set(told.look.mismatches if told.look else 0)
