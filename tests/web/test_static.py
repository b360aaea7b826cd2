"""The built files over real HTTP: packed, typed, tagged, kept by browsers, asked again with a tag."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx2
import pytest
from starlette.testclient import TestClient

from processor.web.static import IMMUTABLE, StaticSite
from tests.served import Served, served

PAGE = "/quy-trinh/"
ENCODINGS = {"br, gzip": "br", "gzip, deflate": "gzip", "GZIP;q=0.2, br;q=0": "gzip", "identity": "", "br;q=0.0": ""}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("static") / "data", built_site) as running:
        yield running


@pytest.fixture
def reader(server: Served) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, headers={"Accept-Encoding": "br, gzip"}) as client:
        yield client


@pytest.mark.parametrize(("asked", "sent"), ENCODINGS.items())
def test_a_page_comes_in_the_smallest_encoding_that_the_reader_takes(
    asked: str, sent: str, reader: httpx2.Client, built_site: Path
) -> None:
    with reader.stream("GET", PAGE, headers={"Accept-Encoding": asked}) as answer:
        body = b"".join(answer.iter_raw())

    assert answer.headers.get("content-encoding", "") == sent
    assert (answer.headers["vary"], answer.headers["content-length"]) == ("Accept-Encoding", str(len(body)))
    assert UNPACK[sent](body) == (built_site / "quy-trinh/index.html").read_bytes()


def test_what_was_read_already_is_not_sent_again(reader: httpx2.Client) -> None:
    first = reader.get(PAGE)
    tag = first.headers["etag"]

    again = [reader.get(PAGE, headers={"If-None-Match": known}) for known in (tag, f'"x", W/{tag}', "*")]
    other = reader.get(PAGE, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})

    assert [(one.status_code, one.content) for one in again] == [(304, b"")] * 3
    assert {one.headers["etag"] for one in again} == {tag} and again[0].headers["vary"] == "Accept-Encoding"
    assert other.status_code == 200 and other.headers["etag"] != tag


def test_scripts_and_styles_of_every_page_may_be_kept_for_ever(reader: httpx2.Client, built_site: Path) -> None:
    of_processor = reader.get("/tra-cuu").text
    names = [path.name for path in built_site.glob("assets/hotro.*.*s")]

    kept = [reader.get(f"/assets/{name}").headers["cache-control"] for name in names]

    assert len(names) == 2 and kept == [IMMUTABLE] * 2
    assert all(name in of_processor and name in reader.get(PAGE).text for name in names)
    assert reader.get("/assets/hotro.css").headers["cache-control"] == "no-cache"


def test_a_style_of_another_build_is_answered_with_that_of_this_one(reader: httpx2.Client) -> None:
    plain, other = reader.get("/assets/hotro.css"), reader.get("/assets/hotro.0123abcd.css")

    assert (other.status_code, other.content) == (200, plain.content)
    assert other.headers["cache-control"] == "no-cache"
    assert reader.get("/assets/khong-co.0123abcd.css").status_code == 404


def test_a_head_tells_what_a_get_would_send(reader: httpx2.Client) -> None:
    with_body, without = reader.get(PAGE), reader.head(PAGE)

    assert without.content == b""
    assert {name: without.headers.get(name) for name in ("etag", "content-length", "content-type")} == {
        name: with_body.headers.get(name) for name in ("etag", "content-length", "content-type")
    }


def test_a_pdf_comes_as_it_is_and_in_parts(reader: httpx2.Client, built_site: Path) -> None:
    paper = next(built_site.glob("danh-muc/*.pdf"))
    path = f"/{paper.relative_to(built_site)}"

    whole, part = reader.get(path), reader.get(path, headers={"Range": "bytes=0-3"})

    assert (whole.headers["content-type"], whole.content) == ("application/pdf", paper.read_bytes())
    assert (part.status_code, part.content) == (206, b"%PDF")
    assert "vary" not in whole.headers and "content-encoding" not in whole.headers


def test_a_folder_leads_to_its_page_and_files_for_the_servers_stay_inside(reader: httpx2.Client) -> None:
    led = reader.get("/quy-trinh?k=v", follow_redirects=False)
    inside = ["/csp.txt", "/csp.conf", "/index.html.br", "/index.html.gz", "/assets/"]

    assert (led.status_code, led.headers["location"]) == (307, "/quy-trinh/?k=v")
    assert [reader.get(path, follow_redirects=False).status_code for path in inside] == [404] * len(inside)
    assert reader.post(PAGE).status_code == 405


def test_a_site_built_anew_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "csp.txt").touch()
    (tmp_path / "index.html").write_text("một")
    client = TestClient(StaticSite(tmp_path))
    first = client.get("/")

    (tmp_path / "index.html").write_text("hai")
    (tmp_path / "csp.txt").unlink()
    between = client.get("/")
    (tmp_path / "csp.txt").write_text("mới")

    assert (first.text, between.text, client.get("/").text) == ("một", "hai", "hai")
