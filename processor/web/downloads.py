"""A kept file as a download that no browser will run. A sender's file leaves here only when it may be opened."""

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from processor.domain.dossier import Attachment
from processor.domain.scanning import refuse_closed
from processor.services.parts import Wired
from processor.storage.files.attachments import CHUNK
from processor.web.context import in_thread


async def as_download(wired: Wired, file: Attachment) -> Response:
    """What somebody sent or signed. Raises Conflict for a file that may not be opened."""
    refuse_closed(file, wired.settings.without_scanner)
    return await made_download(wired, file)


async def made_download(wired: Wired, file: Attachment) -> Response:
    """What was made here needs no scan."""
    content = chunks(await in_thread(wired.store.open, file.id))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Length": str(file.size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(content, media_type=file.media_type, headers=headers)


def chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
