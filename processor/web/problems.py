"""Errors become answers, once: problem details for programs, pages for people."""

import re
import secrets
from collections.abc import Sequence

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

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
from processor.web.context import site_of, wired_of

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
    messages = wired_of(request).catalogue.messages
    faults: Sequence[Fault] = error.faults if isinstance(error, InvalidAnswers) else ()
    if faults:
        code, text = "invalid_answers", f"Có {len(faults)} chỗ cần sửa"
    elif isinstance(error, Refused):
        code, text = error.code, messages.say(error.code, **error.values)
    elif isinstance(error, Unavailable):
        code, text = error.code, messages.say(error.code, minutes=str(RETRY_SECONDS // 60))
    else:
        raise error
    return answer(request, status_of(error), code, text, faults)


async def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    messages = wired_of(request).catalogue.messages
    if error.status_code == 405:
        return answer(request, 405, "method_not_allowed", messages.say("method_not_allowed", method=request.method))
    code = "not_found" if error.status_code == 404 else "body_malformed"
    return answer(request, error.status_code, code, messages.say(code))


async def crashed(request: Request, error: Exception) -> Response:
    incident = secrets.token_hex(4)
    LOG.error("internal_error", incident=incident, path=request.url.path, exc_info=error)
    text = wired_of(request).catalogue.messages.say("internal_error", incident_id=incident)
    return answer(request, 500, "internal_error", text)


async def hung_up(request: Request, error: Exception) -> Response:
    """Nobody is there to read this; nothing was stored."""
    LOG.info("client_disconnected", path=request.url.path)
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
    return site_of(request).page(heading, render("message.html", heading=heading, text=text), status)


HANDLERS = {
    HotroError: refused,
    HTTPException: http_error,
    ClientDisconnect: hung_up,
    Exception: crashed,
}
