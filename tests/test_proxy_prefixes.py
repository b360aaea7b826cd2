"""The prefixes that docs/ky-thuat/cai-dat.md has a server of files pass on: every route, and through a real nginx."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from processor.settings import ROOT
from processor.web.app import ROUTES
from tests.proxies import Proxy
from tests.served import Served, served

TEXT = (ROOT / "docs" / "ky-thuat" / "cai-dat.md").read_text()
SENTENCE = next(line for line in TEXT.splitlines() if line.startswith("Nếu nginx tự phục vụ trang tĩnh"))
PREFIXES: list[str] = re.findall(r"`(/[^`]*)`", SENTENCE)
INSIDE = ["/metrics"]
"""For the machine alone, never through the proxy."""
PASSED = "location / { proxy_pass http://hotro; }"
AGENT = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def test_every_route_is_passed_on() -> None:
    paths = [route.path for route in ROUTES if route.path not in INSIDE]

    assert [path for path in paths if not path.startswith(tuple(PREFIXES))] == []


def of_files(proxy: Proxy, site: Path) -> None:
    """The site from its folder, the named prefixes from Hotro."""
    passed = [f"location {prefix} {{ proxy_pass http://hotro; }}" for prefix in PREFIXES]
    own = f"root {site}; error_page 404 /404.html; location / {{ try_files $uri $uri/index.html =404; }}"
    file = proxy.folder / "nginx.conf"
    types = "include /etc/nginx/mime.types; default_type text/html;"
    text = file.read_text().replace(PASSED, "\n".join([types, own, *passed]))
    file.write_text(text)


@pytest.fixture
def behind(tmp_path: Path, built_site: Path):  # type: ignore[no-untyped-def]
    site = tmp_path / "site"
    site.symlink_to(built_site)
    with served(tmp_path / "data", built_site) as server:
        proxy = Proxy(tmp_path / "nginx", [server.port])
        of_files(proxy, site)
        proxy.start()
        yield server, proxy
        proxy.stop()


def test_a_channel_leads_on_and_is_counted_behind_a_server_of_files(behind: tuple[Served, Proxy]) -> None:
    server, proxy = behind
    with httpx2.Client(base_url=proxy.url, headers=AGENT) as reader:
        first = reader.get("/k/hoi-dong-ocop")
        page = reader.get(first.headers["location"])
        form = reader.get(reader.get("/k/hoi-dong-ocop/dang-ky-nhu-cau").headers["location"])
        card = reader.get("/tuyen-truyen/hoi-dong-ocop/chung/the.pdf")
    server.stop()  # what was counted is written on the way out

    assert (first.status_code, first.headers["location"]) == (302, "/kiem-tra-dieu-kien/?kenh=hoi-dong-ocop")
    assert page.status_code == 200 and page.headers["server"].startswith("nginx")
    assert 'name="_outreach" value="hoi-dong-ocop"' in form.text
    assert card.content.startswith(b"%PDF")
    with closing(sqlite3.connect(server.data / "hotro.db")) as database:
        counted = database.execute("SELECT sum(count) FROM tallies WHERE kind = 'visited'").fetchone()
    assert counted == (2,)
