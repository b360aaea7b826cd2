"""Errors become answers, once: problem details for programs, pages for people."""

import re
import secrets
from collections.abc import Sequence

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from processor.domain.errors import (
    Conflict,
    Fault,
    Forbidden,
    HotroError,
    InvalidAnswers,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
)
from processor.rendering.templating import render
from processor.services.limits import visitor_hash
from processor.services.parts import Wired
from processor.storage.files.disk import OF_MACHINE, disk_fault
from processor.web.context import site_of, visitor, wired_of
from processor.web.metrics import REFUSED

RETRY_SECONDS = 120
LOG = structlog.get_logger("hotro")
UPLOADS = re.compile(r"/ban-nhap/[^/]+/tep(/|\Z)")
MACHINE_PATHS = ("/api/", "/openapi.json", "/healthz", "/readyz", "/metrics")


def status_of(error: Exception) -> int:
    match error:
        case InvalidAnswers():
            return 422
        case Malformed() | Unavailable():
            return error.status
        case NotFound():
            return 404
        case Forbidden():
            return 403
        case Conflict():
            return 409
        case HTTPException():
            return error.status_code
    return 400


def status_asking_again(refusal: Refused) -> int:
    """Of a page that asks for the codes once more."""
    return status_of(refusal) if isinstance(refusal, NotFound | Malformed) else 422


def for_program(request: Request) -> bool:
    if request.headers.get("accept", "").startswith("application/json"):
        return True
    path = request.url.path
    return path.startswith(MACHINE_PATHS) or path.endswith(".json") or UPLOADS.match(path) is not None


async def refused(request: Request, error: Exception) -> Response:
    """Any HotroError: a code of the catalogue with its text."""
    assert isinstance(error, HotroError)
    note(request, error)
    messages = wired_of(request).catalogue.messages
    faults: Sequence[Fault] = error.faults if isinstance(error, InvalidAnswers) else ()
    if faults:
        code, text = "invalid_answers", f"Có {len(faults)} chỗ cần sửa"
    elif isinstance(error, Refused):
        code, text = error.code, messages.say(error.code, **error.values)
    elif isinstance(error, Unavailable):
        code, text = error.code, said(wired_of(request), error)
    else:
        raise error
    return told_when(answer(request, status_of(error), code, text, faults), error)


def note(request: Request, error: HotroError) -> None:
    """Who is turned away, for whoever watches the log; what was typed is not told."""
    if isinstance(error, Forbidden) or (isinstance(error, Malformed) and error.status == 429):
        whence = visitor_hash(wired_of(request), visitor(request))[:12]
        LOG.warning("turned_away", code=error.code, method=request.method, place=place_of(request), visitor=whence)


def place_of(request: Request) -> str:
    """The first part of the path: what follows may be a draft's secret."""
    return "/" + request.url.path.split("/")[1]


def said(wired: Wired, trouble: Unavailable) -> str:
    """In words for whoever asked; the log tells whoever runs it what the system said."""
    LOG.error("unavailable", code=trouble.code, because=trouble.because)
    return wired.catalogue.messages.say(trouble.code, minutes=str(RETRY_SECONDS // 60))


async def machine_failed(request: Request, error: Exception) -> Response:
    """A machine that fails where nobody expected it: an answer all the same. Other errors of the system are our own."""
    assert isinstance(error, OSError)
    if error.errno in OF_MACHINE:
        return await refused(request, disk_fault(error))
    return await crashed(request, error)


async def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    messages = wired_of(request).catalogue.messages
    if error.status_code == 405:
        refusal = answer(request, 405, "method_not_allowed", messages.say("method_not_allowed", method=request.method))
        refusal.headers["Allow"] = ", ".join(sorted(taken_methods(request)))
        return refusal
    code = "not_found" if error.status_code == 404 else "body_malformed"
    return answer(request, error.status_code, code, messages.say(code))


def taken_methods(request: Request) -> set[str]:
    """Of all routes of this address: each method has a route of its own."""
    here = [route for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE]
    return {method for route in here for method in route.methods or ()}


async def crashed(request: Request, error: Exception) -> Response:
    incident = secrets.token_hex(4)
    LOG.error("internal_error", incident=incident, place=place_of(request), exc_info=error)
    text = wired_of(request).catalogue.messages.say("internal_error", incident_id=incident)
    return answer(request, 500, "internal_error", text)


async def hung_up(request: Request, error: Exception) -> Response:
    """Nobody is there to read this; nothing was stored."""
    LOG.info("client_disconnected", place=place_of(request))
    return Response(status_code=400)


def answer(request: Request, status: int, code: str, text: str, faults: Sequence[Fault] = ()) -> Response:
    response = (
        problem(request, status, code, text, faults) if for_program(request) else page(request, status, text, code)
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status in (429, 503, 507):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def told_when(response: Response, refusal: HotroError | None) -> Response:
    """Programs read in Retry-After what people read in the text. Each is counted, for whoever watches."""
    if isinstance(refusal, Unavailable):
        response.status_code = refusal.status
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    elif isinstance(refusal, Malformed) and refusal.status == 429:
        response.headers["Retry-After"] = str(int(refusal.values["minutes"]) * 60)
    else:
        return response
    REFUSED.labels(str(refusal.status), refusal.code).inc()
    return response


def problem(request: Request, status: int, code: str, text: str, faults: Sequence[Fault]) -> Response:
    content: dict[str, object] = {
        "type": "about:blank",
        "title": text,
        "status": status,
        "code": code,
        "detail": text,
        "instance": request.url.path,
    }
    if faults:
        content["errors"] = [{"field": f.field, "code": f.code, "message": f.message} for f in faults]
    return JSONResponse(content, status, media_type="application/problem+json")


HEADINGS = {
    404: "Không tìm thấy trang này",
    403: "Chưa được phép làm việc này",
    409: "Chưa làm được việc này",
    413: "Lần gửi này quá nặng",
    500: "Chưa xử lý được yêu cầu",
    503: "Trang đang bận",
    507: "Trang tạm hết chỗ lưu",
}


HEADINGS_OF_CODES = {
    "draft_unavailable": "Không mở được bản nháp",
    "rate_limited": "Đã thử quá nhiều lần",
    "renewal_unavailable": "Không mở được đường dẫn này",
    "session_gone": "Phiên đã kết thúc",
    "code_stands": "Đã có mã xác thực",
}


def page(request: Request, status: int, text: str, code: str = "") -> Response:
    heading = HEADINGS_OF_CODES.get(code) or HEADINGS.get(status, "Chưa nhận được yêu cầu này")
    again = request.method == "POST" and status in (503, 507)
    return site_of(request).page(heading, render("message.html", heading=heading, text=text, again=again), status)


HANDLERS = {
    HotroError: refused,
    HTTPException: http_error,
    OSError: machine_failed,
    ClientDisconnect: hung_up,
    Exception: crashed,
}
