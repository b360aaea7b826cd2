"""A receipt by its secret link, as page, JSON and PDF; the published keys; the verifying page as one file."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.access.credentials import secret_hash
from processor.domain.catalogue import Catalogue
from processor.domain.receipt import canonical
from processor.services.parts import Wired
from processor.services.proof.signing import rotate
from tests.application import URL, MovedClock
from tests.factories import an_intake
from tests.receipts import holds
from tests.submissions import DOSSIER, sent


@pytest.fixture
def told(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> dict[str, Any]:
    """What the API answered to a dossier."""
    return sent(client, catalogue.form(DOSSIER), tmp_path)


def path_of(told: dict[str, Any]) -> str:
    return str(told["receipt_url"]).removeprefix(URL)


def keys_of(client: TestClient) -> dict[str, Any]:
    return {key["key_id"]: key for key in client.get("/.well-known/hotro-keys.json").json()["keys"]}


def verified(client: TestClient, document: dict[str, Any]) -> bool:
    public = keys_of(client)[document["key_id"]]["public_key"]
    return holds(public, base64.b64decode(document["signature"]), canonical(document["payload"]))


def test_the_json_is_what_was_answered_to_sending_and_verifies_with_the_published_key(
    client: TestClient, told: dict[str, Any]
) -> None:
    answer = client.get(path_of(told) + ".json")

    document = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert set(document) == {"payload", "signature", "key_id"}
    payload = document["payload"]
    assert {name: told[name] for name in ("reference", "form_id", "form_version", "received_at")} == {
        name: payload[name] for name in ("reference", "form_id", "form_version", "received_at")
    }
    assert sorted(payload["attachments"], key=str) == sorted(told["attachments"], key=str)
    assert verified(client, document)


def test_a_receipt_verifies_after_a_rotation_and_is_the_same_as_before(
    client: TestClient, told: dict[str, Any], wired: Wired, moved_clock: MovedClock
) -> None:
    before = {suffix: client.get(path_of(told) + suffix).content for suffix in (".json", ".pdf")}
    moved_clock.move(hours=1)

    rotate(wired)

    keys = keys_of(client)
    assert {suffix: client.get(path_of(told) + suffix).content for suffix in before} == before
    assert verified(client, json.loads(before[".json"]))
    assert [key["valid_to"] is None for key in keys.values()] == [False, True]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00", key["valid_from"]) for key in keys.values())


def test_the_page_says_what_came_what_happens_next_and_how_to_verify_it(
    client: TestClient, told: dict[str, Any]
) -> None:
    page = BeautifulSoup(client.get(path_of(told)).text, "html.parser")

    article = page.find("article")
    assert article
    said = " ".join(article.get_text(" ").split())
    assert told["reference"] in said and "(giờ Việt Nam)" in said
    assert all(f"{file['sha256'][:16]}…" in said and file["name"] in said for file in told["attachments"])
    assert "Chưa rõ – chưa đối chiếu với văn bản gốc" in said
    assert "Gửi ở đây chưa phải là nộp hồ sơ chính thức." in said
    links = {link["href"] for link in article.find_all("a", href=True)}
    assert {
        told["receipt_url"] + ".pdf",
        told["receipt_url"] + ".json",
        "/xac-minh-bien-nhan/",
        "/bieu-mau/phan-anh-vuong-mac/",
        f"/tra-cuu?ma={told['reference']}",
    } <= links
    code = article.find(role="img")
    assert code and told["reference"] in code["aria-label"] and code.find("svg")


def test_the_access_code_is_in_none_of_them(client: TestClient, told: dict[str, Any]) -> None:
    secrets = (told["access_code"], path_of(told).rsplit("/", 1)[1])

    signed, pdf = (client.get(path_of(told) + suffix).content.decode("latin-1") for suffix in (".json", ".pdf"))

    assert [secret for secret in secrets for content in (signed, pdf) if secret in content] == []
    assert told["access_code"] not in client.get(path_of(told)).text


def test_the_pdf_is_named_by_the_reference(client: TestClient, told: dict[str, Any]) -> None:
    answer = client.get(path_of(told) + ".pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="bien-nhan-{told["reference"]}.pdf"'
    assert answer.content.startswith(b"%PDF")


def test_a_wrong_link_leads_nowhere_in_each_form(client: TestClient, told: dict[str, Any]) -> None:
    wrong = f"/bien-nhan/{'A' * 22}"

    answers = [client.get(wrong + suffix) for suffix in ("", ".json", ".pdf")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[1].json()["code"] == "not_found"
    assert told["reference"] not in "".join(answer.text for answer in answers)


def test_reasons_for_missing_papers_stand_on_the_page(client: TestClient, catalogue: Catalogue, wired: Wired) -> None:
    version = catalogue.form(DOSSIER).version
    reasons = {"contracts": "Đang chờ <bản gốc>."}
    intake = an_intake(receipt_token_hash=secret_hash("token"), form_version=version, absences=reasons)

    wired.writer.write(intake)

    assert "Đang chờ &lt;bản gốc&gt;." in client.get("/bien-nhan/token").text


@pytest.fixture
def one_file(client: TestClient, told: dict[str, Any]) -> str:
    client.get(path_of(told))
    answer = client.get("/xac-minh.html")
    assert answer.headers["content-disposition"] == 'attachment; filename="xac-minh.html"'
    return str(answer.text)


def test_the_file_holds_every_key(client: TestClient, one_file: str, wired: Wired) -> None:
    rotate(wired)

    tool = BeautifulSoup(client.get("/xac-minh.html").text, "html.parser").select_one("[data-keys]")

    assert tool and json.loads(str(tool["data-keys"])) == client.get("/.well-known/hotro-keys.json").json()
    assert len(keys_of(client)) == 2 and len(one_file) < 100_000


def test_the_file_asks_nothing_of_any_network(one_file: str) -> None:
    page = BeautifulSoup(one_file, "html.parser")

    loaded = [tag.get("src") or tag.get("href") for tag in page.find_all(["script", "link", "img", "iframe"])]
    assert [address for address in loaded if address] == ["data:,"]
    assert re.findall(r"https?://[^\s\"'<]+", one_file) == []


def test_the_policy_of_the_file_allows_just_what_stands_in_it(one_file: str) -> None:
    page = BeautifulSoup(one_file, "html.parser")
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert policy

    inside = [tag.string or "" for tag in page.find_all(["script", "style"])]

    wanted = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inside}
    assert set(re.findall(r"'sha256-([^']+)'", str(policy["content"]))) == wanted
    assert "default-src 'none'" in policy["content"] and "unsafe" not in policy["content"]


def test_the_camera_is_allowed_on_the_verifying_page_alone(client: TestClient) -> None:
    allowed = {path: client.get(path).headers["permissions-policy"] for path in ("/xac-minh-bien-nhan/", "/tra-cuu/")}

    assert allowed["/xac-minh-bien-nhan/"].startswith("camera=(self),")
    assert allowed["/tra-cuu/"].startswith("camera=(),")
