"""What holds for every request: known host, own origin, strict headers, one line of metrics."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processor.domain.errors import Forbidden, Malformed, NotFound, Refused
from processor.web.head import refuse_large_head, refuse_two_framings
from processor.web.metrics import REQUESTS, SECONDS
from processor.web.problems import refused

METHODS = {"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"}
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
STANDING_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # With no-referrer Chromium posts same-origin forms with `Origin: null`.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
]
NOT_INDEXED = (b"x-robots-tag", b"noindex")
# The one page that reads a QR code with the camera.
CAMERA_PAGE = "/xac-minh-bien-nhan/"
CAMERA = (b"permissions-policy", b"camera=(self), geolocation=(), microphone=()")


class StrictHeaders:
    """Security headers on every answer, errors included; a route's own policy stands."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.standing = [*STANDING_HEADERS, (b"content-security-policy", policy.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = dict([CAMERA]) if scope.get("path") == CAMERA_PAGE else {}

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"]) | own
                message["headers"] = [*message["headers"], *own.items(), *self.missing(given)]
            await send(message)

        await self.app(scope, receive, send_strict)

    def missing(self, given: dict[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
        for name, value in self.standing:
            if name not in given:
                yield name, value
        if given.get(b"cache-control", b"no-store") == b"no-store":
            yield NOT_INDEXED


class SoundHead:
    """Refuse large heads, foreign hosts, and posts from foreign pages before their body is read."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self.app = app
        self.hosts = LOOPBACK | ({host_name(urlsplit(public_url).netloc)} if public_url else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                refuse_large_head(scope)
                refuse_nul(scope)
                self.check(Headers(scope=scope), scope["method"])
            except Refused as error:
                response = await refused(Request(scope, receive), error)
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def check(self, headers: Headers, method: str) -> None:
        if host_name(headers.get("host", "")) not in self.hosts or len(headers.getlist("host")) != 1:
            raise Malformed("foreign_host")
        refuse_two_framings(headers)
        if method not in ("GET", "HEAD", "OPTIONS"):
            refuse_foreign(headers)


def refuse_nul(scope: Scope) -> None:
    """No address has it, and PostgreSQL takes none in a question."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise NotFound("not_found")


def host_name(netloc: str) -> str:
    return netloc.rsplit(":", 1)[0] if not netloc.endswith("]") else netloc


def refuse_foreign(headers: Headers) -> None:
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers["host"]:
        raise Forbidden("foreign_origin")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("foreign_origin")


class Counted:
    """Requests by method and status class, and how long they took. A method that a stranger makes up is "other"."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = [500]

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_counted)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            REQUESTS.labels(method, f"{status[0] // 100}xx").inc()
            SECONDS.labels(method).observe(time.perf_counter() - started)
