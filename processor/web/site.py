"""The shell of the built site around the processor's own pages."""

import re
from collections.abc import Iterator
from functools import cached_property
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

from processor.rendering.templating import render

ARTICLE = re.compile(r'(<article[^>]*class="[^"]*md-content__inner[^"]*"[^>]*>).*?(</article>)', re.DOTALL)
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
SITE_TITLE = re.compile(r"<title>(?:.* - )?(.*?)</title>", re.DOTALL)
SCRIPT = re.compile(r'(?<=src="/assets/)[a-z-]+\.js(?=")')
NAMED_BY_CONTENT = re.compile(r"\A([a-z-]+)\.[0-9a-f]{8}(\.js)\Z")


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
        self.scripts = dict(scripts(folder / "assets"))

    @cached_property
    def name(self) -> str:
        found = SITE_TITLE.search(self.before)
        return found[1].strip() if found else ""

    def page(self, title: str, content: str, status: int = 200) -> HTMLResponse:
        """The shell with `content` (already safe HTML) as its article."""
        heading = f"<title>{escape(title)} – {self.name}</title>"
        before = TITLE.sub(lambda _: heading, self.before, count=1)
        named = SCRIPT.sub(lambda plain: self.scripts.get(plain[0], plain[0]), str(content))
        return HTMLResponse(before + named + self.after, status, headers={"Cache-Control": "no-store"})


def scripts(assets: Path) -> Iterator[tuple[str, str]]:
    """Each of ours by its plain name, and the name under which browsers may keep it."""
    for path in assets.glob("*.js"):
        if found := NAMED_BY_CONTENT.match(path.name):
            yield found[1] + found[2], path.name
