"""What every answer carries, whatever went wrong."""

import re

import pytest
from starlette.testclient import TestClient

from processor.services.parts import Wired
from processor.web.app import ROUTES
from tests.routes import path_of

PATHS = [path_of(route) for route in ROUTES]


@pytest.mark.parametrize("path", sorted({*PATHS, "/", "/khong-co", "/assets/hotro.css", "/tra-cuu/"}))
def test_every_answer_carries_the_strict_headers(path: str, client: TestClient) -> None:
    for answer in (client.get(path), client.post(path), client.get(path, headers={"Host": "xau.example"})):
        assert answer.headers["x-content-type-options"] == "nosniff", answer.status_code
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"]
        assert answer.status_code < 500


def test_the_policy_names_no_other_place_and_allows_no_inline_script_but_those_built(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]

    assert "http" not in policy and "unsafe" not in policy
    assert re.search(r"script-src 'self'( 'sha256-[A-Za-z0-9+/=]{44}')+;", policy)


def test_pages_of_the_processor_are_never_cached_and_hashed_files_always(client: TestClient) -> None:
    page = client.get("/").text
    hashed = re.search(r"assets/stylesheets/main\.[0-9a-f]{8}\.min\.css", page)
    assert hashed

    assert client.get("/tra-cuu").headers["cache-control"] == "no-store"
    assert "immutable" in client.get(f"/{hashed[0]}").headers["cache-control"]
    assert client.get("/").headers["cache-control"] == "no-cache"


def test_a_crash_is_told_with_an_incident_number_and_nothing_of_the_inside(
    client: TestClient, wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("processor.web.programs.api.form_for_programs", crash)

    answer = client.get("/api/v1/forms/ho-so-tieu-chuan")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret detail" not in answer.text
    assert re.search(r"[0-9a-f]{8}", answer.json()["detail"])


def test_a_missing_page_is_told_in_vietnamese_inside_the_site(client: TestClient) -> None:
    answer = client.get("/khong-co/")

    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.text and "md-header" in answer.text


def test_the_policy_file_itself_is_not_served(client: TestClient) -> None:
    assert client.get("/csp.txt").status_code == 404


def test_a_refused_method_is_named(client: TestClient) -> None:
    answer = client.get("/api/v1/forms/ho-so-tieu-chuan/dossiers")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
