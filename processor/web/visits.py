"""Visits to the pages of forms, where this process serves the site itself; behind a server of files none is seen."""

import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from processor.services.intake.counting import SITE, note_opened
from processor.services.parts import Wired
from processor.web.sender.saving import OUTREACH

FORM_PAGE = re.compile(r"^/bieu-mau/([a-z0-9-]+)/\Z")


class Visited:
    """Counts without a cookie and without an address; what a browser fetches ahead is no visit."""

    def __init__(self, app: ASGIApp, wired: Wired) -> None:
        self.app = app
        self.wired = wired

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            self.count(Request(scope))
        await self.app(scope, receive, send)

    def count(self, request: Request) -> None:
        found = FORM_PAGE.match(request.url.path)
        form = self.wired.catalogue.forms.get(found[1]) if found else None
        if form and not fetched_ahead(request):
            note_opened(self.wired, form, SITE, request.query_params.get(OUTREACH, ""))


def fetched_ahead(request: Request) -> bool:
    return "prefetch" in request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
