"""Resumable uploads into a draft: the tus protocol 1.0.0 (creation, checksum, expiration, termination)."""

import base64
import functools
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from processor.domain.dossier import Draft
from processor.domain.errors import Conflict, HotroError, InvalidAnswers, Malformed
from processor.domain.files import size_words
from processor.services.intake.counting import note_check
from processor.services.intake.drafts import open_draft
from processor.services.intake.pieces import ALGORITHMS, Piece, piece_of
from processor.services.intake.resumable import (
    State,
    begin_upload,
    cancel_upload,
    finish,
    refuse_sent,
    state_of,
    touch,
)
from processor.services.intake.versions import form_of
from processor.services.room import refuse_when_low
from processor.storage.dossiers.uploads import Upload
from processor.web.context import address, in_thread, wired_of
from processor.web.deadline import BodyTooSlow
from processor.web.metrics import FAULTS
from processor.web.problems import answer, refused

VERSION = "1.0.0"
EXTENSIONS = ("creation", "checksum", "expiration", "termination")
PIECE_TYPE = "application/offset+octet-stream"
NUMBER = re.compile(r"[0-9]{1,15}\Z")
Endpoint = Callable[[Request], Awaitable[Response]]


def tus(endpoint: Endpoint) -> Endpoint:
    """Every answer names the version of the protocol; one to a client of another version names ours."""

    @functools.wraps(endpoint)
    async def answered(request: Request) -> Response:
        response = await refusals_answered(request, endpoint)
        response.headers["Tus-Resumable"] = VERSION
        if response.status_code == 412:
            response.headers["Tus-Version"] = VERSION
        return response

    return answered


async def refusals_answered(request: Request, endpoint: Endpoint) -> Response:
    try:
        if request.headers.get("tus-resumable") != VERSION:
            raise Malformed("upload_malformed", 412, what="Tus-Resumable")
        return await endpoint(request)
    except InvalidAnswers as refusal:
        first = refusal.faults[0]
        return answer(request, 422, first.code, first.message, refusal.faults)
    except HotroError as error:
        return await refused(request, error)


async def describe(request: Request) -> Response:
    headers = {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(wired_of(request).limits.file_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return Response(status_code=204, headers=headers)


@tus
async def create(request: Request) -> Response:
    wired, draft = wired_of(request), await draft_of(request)
    await in_thread(refuse_when_low, wired)
    length = number(request, "Upload-Length")
    told = metadata(request)
    try:
        upload = await in_thread(begin_upload, wired, draft, told.get("item", ""), told.get("filename", ""), length)
    except InvalidAnswers as refusal:
        await count(request, draft, refusal)
        raise
    where = address(request, f"{request.url.path}/{upload.id}")
    return Response(status_code=201, headers={"Location": where, "Upload-Expires": moment(upload.expires_at)})


@tus
async def tell(request: Request) -> Response:
    """A file that came whole while nobody heard the answer is finished first: what is told as whole is in the draft."""
    draft = await draft_of(request)
    refuse_sent(draft)
    state = await in_thread(state_of, wired_of(request), draft, request.path_params["attachment_id"])
    state = await finished_when_whole(request, draft, state)
    return Response(status_code=200, headers=progress(state) | {"Upload-Length": str(state.length)} | described(state))


@tus
async def append(request: Request) -> Response:
    wired, draft = wired_of(request), await draft_of(request)
    refuse_sent(draft)
    state = await in_thread(state_of, wired, draft, request.path_params["attachment_id"])
    offset = number(request, "Upload-Offset")
    refuse_other_type(request)
    await in_thread(refuse_when_low, wired)
    if offset != state.offset:
        raise Conflict("upload_offset", file=name_of(state))
    if state.upload:
        state = await received(request, draft, await in_thread(touch, wired, state.upload), offset)
    return Response(status_code=204, headers=progress(state))


@tus
async def cancel(request: Request) -> Response:
    draft = await draft_of(request)
    await in_thread(cancel_upload, wired_of(request), draft, request.path_params["attachment_id"])
    return Response(status_code=204)


async def received(request: Request, draft: Draft, upload: Upload, offset: int) -> State:
    declared = request.headers.get("content-length", "0")
    if NUMBER.match(declared) and offset + int(declared) > upload.length:
        raise Malformed("body_too_large", 413, max=size_words(upload.length))
    piece = piece_of(wired_of(request), upload, offset, request.headers.get("upload-checksum"))
    try:
        await read_piece(request, piece)
    finally:
        piece.discard()
    return await finished_when_whole(request, draft, State(piece.end, upload.length, upload))


async def read_piece(request: Request, piece: Piece) -> None:
    """In blocks, each in the store before the next is read."""
    block = bytearray()
    try:
        async for data in request.stream():
            block += data
            if len(block) >= piece.block:
                await in_thread(piece.add, block)
                block = bytearray()
    except (ClientDisconnect, BodyTooSlow):
        await in_thread(piece.add, block)
        await in_thread(piece.cut)
        raise
    await in_thread(piece.add, block)
    await in_thread(piece.finish)


async def finished_when_whole(request: Request, draft: Draft, state: State) -> State:
    if state.upload is None or state.offset < state.length:
        return state
    try:
        joined = await finish(wired_of(request), draft, state.upload)
    except InvalidAnswers as refusal:
        await count(request, draft, refusal)
        raise
    return State(joined.size, joined.size, attachment=joined)


async def draft_of(request: Request) -> Draft:
    return await in_thread(open_draft, wired_of(request), request.path_params["token"])


async def count(request: Request, draft: Draft, refusal: InvalidAnswers) -> None:
    for fault in refusal.faults:
        FAULTS.labels(draft.form_id, fault.code).inc()
    wired = wired_of(request)
    await in_thread(note_check, wired, form_of(wired, draft), draft, refusal.faults, ())


def number(request: Request, header: str) -> int:
    told = request.headers.get(header, "")
    if not NUMBER.match(told):
        raise Malformed("upload_malformed", what=header)
    return int(told)


def refuse_other_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PIECE_TYPE or request.headers.get("content-encoding", "identity") != "identity":
        raise Malformed("upload_malformed", 415, what="Content-Type")


def metadata(request: Request) -> dict[str, str]:
    """`Upload-Metadata: filename BASE64,item BASE64`."""
    pairs = [pair.strip().partition(" ") for pair in request.headers.get("upload-metadata", "").split(",")]
    try:
        return {name: base64.b64decode(value.strip(), validate=True).decode() for name, _, value in pairs if name}
    except ValueError:
        raise Malformed("upload_malformed", what="Upload-Metadata") from None


def progress(state: State) -> dict[str, str]:
    if state.attachment:
        return {"Upload-Offset": str(state.offset), "Hotro-Attachment": state.attachment.id}
    assert state.upload
    return {"Upload-Offset": str(state.offset), "Upload-Expires": moment(state.upload.expires_at)}


def described(state: State) -> dict[str, str]:
    told = state.upload or state.attachment
    assert told
    pairs = (("filename", told.name), ("item", told.item_id))
    return {"Upload-Metadata": ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs)}


def name_of(state: State) -> str:
    told = state.upload or state.attachment
    assert told
    return told.name


def moment(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
