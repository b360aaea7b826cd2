"""Where an answer sends the browser next: only on this site, whatever the request asks for."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.access.accounts import add_officer
from processor.services.parts import Wired
from processor.web.desk.sessions import DESK, local_path
from tests.application import URL
from tests.signing_in import PASSWORD, SIGN_IN
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import value_of

ELSEWHERE = [
    "https://xau.example",
    "https:xau.example",
    "http:///xau.example",
    "//xau.example",
    "///xau.example",
    "/\\xau.example",
    "\\\\xau.example",
    "/\t/xau.example",
    "\t//xau.example",
    "/\n/xau.example",
    "\x00//xau.example",
    " //xau.example",
    "%2f%2fxau.example",
    "/%2fxau.example",
    "/%5cxau.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "@xau.example",
    ".xau.example",
    "/can-bo//xau.example",
    "/can-bo/\\xau.example",
    "/can-bo/..//xau.example",
    "/can-bo/../nop/x",
    "/can-bo/%2e%2e/nop/x",
    "/can-bo/./ho-so",
    "/can-bo/ho-so\r\nSet-Cookie: a=b",
    "/can-bo/ho-so\n",
    "/can-bo/ho-so?x=//xau.example",
    "/can-bo/hồ-sơ",
    "/can-bo.xau.example",
    "/can-bo@xau.example",
    "/tra-cuu//xau.example",
    "/tra-cuu/../can-bo",
    "/tra-cuu/\\xau.example",
    "/tra-cuu/ho-so\n",
    "/tra-cuu.xau.example",
    "",
    "x" * 5000,
]
shown = pytest.mark.parametrize("asked", ELSEWHERE, ids=[repr(one)[:40] for one in ELSEWHERE])


@shown
def test_after_signing_in_no_spelling_leads_away_from_the_desk(asked: str) -> None:
    assert local_path(asked) == DESK


@pytest.mark.parametrize("path", ["/can-bo/ho-so", "/can-bo/ho-so/HT-2026-A1B2", "/can-bo/so-theo-doi/2026-11.pdf"])
def test_a_page_of_the_desk_is_gone_on_to(path: str) -> None:
    assert local_path(path) == path


def test_the_whole_way_through_signing_in_stays_here(client: TestClient, wired: Wired) -> None:
    add_officer(wired, "can-bo-1", "intake", PASSWORD)

    for asked in ELSEWHERE[:6]:
        page = client.get(SIGN_IN, params={"tiep": asked})
        told = {"name": "can-bo-1", "password": PASSWORD, "csrf": value_of(page.text, "csrf"), "tiep": asked}
        answer = client.post(SIGN_IN, data=told)

        assert (answer.status_code, answer.headers["location"]) == (303, DESK)
        client.cookies.clear()


def test_a_sender_is_led_only_to_their_own_pages(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    receipt: dict[str, Any] = sent(client, catalogue.form(DOSSIER), tmp_path)
    codes = {key: receipt[key] for key in ("reference", "access_code")}

    answers = [client.post("/tra-cuu", data={**codes, "_then": asked}) for asked in ELSEWHERE]

    # Hidden signs are refused as in any text; nothing is led on.
    assert {answer.status_code for answer in answers} == {200, 422}


@pytest.mark.parametrize("name", ["ve", "tiep", "next", "url", "kenh", "ban-nhap", "ma"])
def test_no_page_sends_on_to_what_its_address_names(name: str, client: TestClient) -> None:
    for page in ("/", "/tra-cuu", "/nop/dang-ky-nhu-cau", "/can-bo", "/kiem-tra-dieu-kien/ket-qua", "/k/chung"):
        for asked in ("https://xau.example/", "//xau.example/", "/\\xau.example"):
            answer = client.get(page, params={name: asked})

            assert stays_here(answer.headers.get("location", "/")), (page, asked)


@pytest.mark.parametrize(
    "path", ["//xau.example", "//xau.example/%2e%2e", "//xau.example/..%2f", "//bieu-mau", "/\\xau.example/"]
)
def test_the_sites_own_redirects_do_not_lead_away(path: str, client: TestClient) -> None:
    for target in (path, f"/k/{quote(path, safe='')}", f"/k/chung/{path}", f"/bieu-mau/..{path}"):
        answer = client.get(URL + target)

        assert stays_here(answer.headers.get("location", "/")), (target, answer.headers.get("location"))


def stays_here(location: str) -> bool:
    """As a browser reads it: backslashes are slashes, tabs and line ends are nothing."""
    read = location.replace("\\", "/").translate(dict.fromkeys(map(ord, "\t\r\n")))
    return urlsplit(urljoin(URL + "/", read))[:2] == urlsplit(URL)[:2]
