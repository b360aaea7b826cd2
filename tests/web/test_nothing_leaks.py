"""What lies beside the site is not served, no folder is listed; the way out and the password field of the desk."""

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.services.parts import Wired
from tests.signing_in import SIGN_IN, signed_in

BESIDE = [
    "/.git/config",
    "/.env",
    "/pyproject.toml",
    "/processor/settings.py",
    "/forms/workflow.yml",
    "/mkdocs.yml",
    "/hotro.db",
    "/var/hotro.db",
    "/server.key",
    "/attachments/",
    "/..%2fpyproject.toml",
    "/assets/..%2f..%2fpyproject.toml",
    "/%2e%2e/%2e%2e/etc/passwd",
]
FOLDERS = ["/assets/", "/assets/javascripts/", "/danh-muc/", "/search/", "/assets/vendor/"]
DESK = ["/can-bo/ho-so", "/can-bo/tai-khoan", "/can-bo/bao-cao", "/can-bo/kinh-phi", "/can-bo/quy-trinh", "/can-bo/thu"]


@pytest.mark.parametrize("path", BESIDE)
def test_what_lies_beside_the_site_is_not_served(path: str, client: TestClient) -> None:
    answer = client.get(path)

    assert answer.status_code in (400, 404)
    assert "[project]" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize("path", FOLDERS)
def test_no_folder_is_listed(path: str, client: TestClient) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert "Index of" not in answer.text


def test_every_page_of_the_desk_has_its_way_out(wired: Wired) -> None:
    desk = signed_in(wired, "quan-tri-vi-du", "admin")

    for path in DESK:
        page = BeautifulSoup(desk.get(path).text, "html.parser")
        assert page.find("form", action="/can-bo/dang-xuat"), path


def test_a_password_is_typed_unseen_and_may_be_pasted(client: TestClient) -> None:
    field = BeautifulSoup(client.get(SIGN_IN).text, "html.parser").find("input", attrs={"name": "password"})

    assert field
    assert field["type"] == "password"
    assert field["autocomplete"] == "current-password"
    assert not field.has_attr("onpaste")
