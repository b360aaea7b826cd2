"""deploy/nginx/site.conf run for real: nginx gives the pages as Hotro gives them, and Hotro the rest."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from processor.web.static import TYPES
from tests.proxies import SiteProxy
from tests.served import Served, served

OF_THE_PAGE = (
    "content-type",
    "content-encoding",
    "cache-control",
    "vary",
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "x-robots-tag",
)
COMPUTED = ("/tra-cuu", "/bieu-mau/ho-so-tieu-chuan/", "/xac-minh-bien-nhan/", "/healthz", "/khong-co/", "/csp.txt")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("site-by-nginx") / "data"
    with served(data, built_site, HOTRO_TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.fixture(scope="module")
def proxy(server: Served, tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[SiteProxy]:
    made = SiteProxy(tmp_path_factory.mktemp("with-site") / "nginx", built_site, server.port)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def by_nginx(proxy: SiteProxy) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=proxy.url, verify=proxy.trust) as client:
        yield client


@pytest.fixture
def by_hotro(server: Served) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url) as client:
        yield client


def one_of_each(site: Path) -> list[str]:
    """A file of every type, under a name that stays and under one that tells the content."""
    of_type = [next(path for path in sorted(site.rglob(f"*{ending}")) if path.name != "csp.txt") for ending in TYPES]
    hashed = [next(site.glob("assets/hotro.*.css")), next(site.glob("assets/hotro.*.js"))]
    names = [str(path.relative_to(site)) for path in (site / "index.html", *of_type, *hashed)]
    return [f"/{name.removesuffix('index.html')}" for name in names]


@pytest.mark.parametrize("encoding", ["br, gzip", "gzip", "br;q=0, gzip;q=0.5", "identity"])
def test_nginx_sends_every_file_with_the_headers_that_hotro_sends(
    encoding: str, by_nginx: httpx2.Client, by_hotro: httpx2.Client, built_site: Path
) -> None:
    for path in one_of_each(built_site):
        theirs, ours = (one.get(path, headers={"Accept-Encoding": encoding}) for one in (by_nginx, by_hotro))

        assert (theirs.status_code, ours.status_code) == (200, 200), path
        assert theirs.content == ours.content
        assert told(theirs) == told(ours), path


def told(answer: httpx2.Response) -> dict[str, str]:
    return {name: answer.headers.get(name, "").lower() for name in OF_THE_PAGE}


def test_what_hotro_counts_or_computes_still_comes_from_hotro(by_nginx: httpx2.Client, by_hotro: httpx2.Client) -> None:
    for path in COMPUTED:
        theirs, ours = by_nginx.get(path), by_hotro.get(path)

        assert theirs.status_code == ours.status_code, path
        assert "last-modified" not in theirs.headers
        assert told(theirs) == told(ours), path


def test_a_page_of_nginx_is_there_while_hotro_is_not(built_site: Path, tmp_path: Path) -> None:
    alone = SiteProxy(tmp_path / "nginx", built_site, 9)
    alone.start()

    with httpx2.Client(base_url=alone.url, verify=alone.trust) as client:
        page, home = client.get("/quy-trinh/"), client.get("/")
        computed = client.get("/tra-cuu")
    alone.stop()

    assert (page.status_code, home.status_code, computed.status_code) == (200, 200, 502)
    assert home.headers["strict-transport-security"] == "max-age=63072000"


def test_a_post_with_files_passes_nginx_as_it_did(by_nginx: httpx2.Client) -> None:
    answer = by_nginx.post("/nop/dang-ky-nhu-cau", data={"organisation_name": "Hợp tác xã Ví dụ"})

    assert answer.status_code in (303, 422)
