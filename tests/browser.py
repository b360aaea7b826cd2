"""A real Chromium on a real server. A foreign request, a policy violation or a script error fails the test."""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields, example_items
from tests.inspection.makers import a_pdf
from tests.served import Served, served

CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
NOSCRIPT = re.compile(r"</?noscript>")
OFFICER, PASSWORD = "can-bo-vi-du", "mat-khau-vi-du-dai"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        raise RuntimeError("Chromium is missing: apt-get install --no-install-recommends chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Served]:
    """A server with one officer and no dossier."""
    with served(tmp_path_factory.mktemp("live") / "data", built_site) as server:
        added = server.run("staff", "add", OFFICER, "--role", "intake", "--password-stdin", text=f"{PASSWORD}\n")
        assert added.returncode == 0, added.stderr
        yield server


@pytest.fixture
def a_dossier_sent(live: Served, catalogue: Catalogue, tmp_path: Path) -> str:
    """The reference of an example dossier in the queue of the live server."""
    form = catalogue.form("ho-so-tieu-chuan")
    paper = a_pdf(tmp_path / "example.pdf").read_bytes()
    files = [(item, ("vi-du.pdf", paper, "application/pdf")) for item in example_items(form)]
    url = f"{live.url}/api/v1/forms/{form.id}/dossiers"
    answer = httpx2.post(url, data=example_fields(form, date.today()), files=files)
    assert answer.status_code == 201, answer.text
    reference: str = answer.json()["reference"]
    return reference


@dataclass
class Visit:
    """One visitor: `troubles` must stay empty."""

    context: BrowserContext
    page: Page
    url: str
    troubles: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def violations(self) -> list[str]:
        """What axe finds in the page as it stands."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found = self.page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        return [f"{hit['id']}: {node['html'][:150]}" for hit in found["violations"] for node in hit["nodes"]]

    def too_wide(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


Visitor = Callable[..., Visit]


@pytest.fixture
def visitor(chromium: Browser, live: Served) -> Iterator[Visitor]:
    visits: list[Visit] = []

    def come(script: bool = True, width: int = 1280, dark: bool = False, scripts_served: bool = True) -> Visit:
        context = chromium.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="vi-VN",
        )
        visit = Visit(context, context.new_page(), live.url, [])
        watch(visit, live.port)
        if not scripts_served:
            without_scripts(visit)
        visits.append(visit)
        return visit

    yield come
    for visit in visits:
        visit.context.close()
        assert visit.troubles == []


def without_scripts(visit: Visit) -> None:
    """Pages as a browser without script shows them, in one where axe can run: answers come without their scripts."""
    session = visit.context.new_cdp_session(visit.page)

    def strip(paused: dict[str, Any]) -> None:
        asked = {"requestId": paused["requestId"]}
        status, headers = paused["responseStatusCode"], paused["responseHeaders"]
        if 300 <= status < 400 or not any("text/html" in one["value"] for one in headers):
            session.send("Fetch.continueRequest", asked)
            return
        html = base64.b64decode(session.send("Fetch.getResponseBody", asked)["body"]).decode()
        body = base64.b64encode(NOSCRIPT.sub("", SCRIPT.sub("", html)).encode()).decode()
        kept = [one for one in headers if one["name"].lower() not in ("content-length", "content-encoding")]
        session.send("Fetch.fulfillRequest", asked | {"responseCode": status, "responseHeaders": kept, "body": body})

    session.on("Fetch.requestPaused", strip)
    session.send("Fetch.enable", {"patterns": [{"resourceType": "Document", "requestStage": "Response"}]})


def watch(visit: Visit, port: int) -> None:
    def request(asked) -> None:  # type: ignore[no-untyped-def]
        where = urlsplit(asked.url)
        if where.scheme in ("http", "https") and where.netloc != f"127.0.0.1:{port}":
            visit.troubles.append(f"foreign request {asked.url}")

    visit.page.on("request", request)
    visit.page.on("pageerror", lambda error: visit.troubles.append(f"script error {error}"))
    visit.page.on(
        "console",
        lambda said: visit.troubles.append(said.text) if "Content Security Policy" in said.text else None,
    )
