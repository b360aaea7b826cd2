"""The built site: its files as they are, its shell around the processor's own pages."""

import re
from functools import cached_property
from html import escape
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from processor.rendering.templating import render

ARTICLE = re.compile(r'(<article[^>]*class="[^"]*md-content__inner[^"]*"[^>]*>).*?(</article>)', re.DOTALL)
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
SITE_TITLE = re.compile(r"<title>(?:.* - )?(.*?)</title>", re.DOTALL)
HASHED = re.compile(r"\.[0-9a-f]{8}\.min\.(?:js|css)\Z")
IMMUTABLE = "public, max-age=31536000, immutable"


class SiteMissing(Exception):
    """The site has not been built, or its 404 page has no article to put content in."""


class Site:
    """The folder that `hotro build` made, read as it was when this process started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            page = (folder / "404.html").read_text(encoding="utf-8")
            self.policy = (folder / "csp.txt").read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SiteMissing(f"Chưa có trang đã dựng ở {folder}. Chạy: hotro build.") from error
        if not (found := ARTICLE.search(page)) or not TITLE.search(page):
            raise SiteMissing(f"Trang {folder / '404.html'} không có chỗ đặt nội dung. Dựng lại: hotro build.")
        self.before = page[: found.end(1)]
        self.after = str(render("late_search.html")) + page[found.start(2) :]

    @cached_property
    def name(self) -> str:
        found = SITE_TITLE.search(self.before)
        return found[1].strip() if found else ""

    def page(self, title: str, content: str, status: int = 200) -> HTMLResponse:
        """The shell with `content` (already safe HTML) as its article."""
        heading = f"<title>{escape(title)} – {self.name}</title>"
        before = TITLE.sub(lambda _: heading, self.before, count=1)
        return HTMLResponse(before + str(content) + self.after, status, headers={"Cache-Control": "no-store"})


class StaticSite:
    """The files, compressed; hashed names are cached for ever, the rest is asked for again."""

    def __init__(self, folder: Path) -> None:
        self.files: ASGIApp = GZipMiddleware(CachedFiles(directory=folder, html=True), minimum_size=500)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.files(scope, receive, send)


class CachedFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 404:
            raise HTTPException(404)  # the theme's own page speaks English
        response.headers["Cache-Control"] = IMMUTABLE if HASHED.search(path) else "no-cache"
        return response

    def lookup_path(self, path: str):  # type: ignore[no-untyped-def]
        if path.rsplit("/", 1)[-1] == "csp.txt":
            return "", None
        return super().lookup_path(path)
