"""Links of channels lead on and are counted without a person; anybody downloads the material."""

import re
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from bs4 import BeautifulSoup
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.outreach.material import A_VISITOR
from processor.services.parts import Wired
from processor.storage.engine import reading
from tests.application import URL

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
CHANNEL = "hoi-dong-ocop"


@pytest.fixture
def reader(client: TestClient) -> Iterator[TestClient]:
    client.headers.update(BROWSER)
    yield client


def visits(wired: Wired) -> list[tuple[object, ...]]:
    wired.tallier.flush()
    with reading(wired.engine) as connection:
        rows = connection.execute(
            text("SELECT form_id, place, outreach, count FROM tallies WHERE kind = 'visited' ORDER BY form_id, place")
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (f"/k/{CHANNEL}", f"/kiem-tra-dieu-kien/?kenh={CHANNEL}"),
        (f"/k/{CHANNEL}/dang-ky-nhu-cau", f"/nop/dang-ky-nhu-cau?kenh={CHANNEL}"),
        (f"/k/{CHANNEL}/truy-xuat-nguon-goc", f"/chinh-sach/truy-xuat-nguon-goc/?kenh={CHANNEL}"),
        (f"/k/{CHANNEL}/khong-co", f"/kiem-tra-dieu-kien/?kenh={CHANNEL}"),
        ("/k/hoi-nghi-cap-huyen", "/?kenh=hoi-nghi-cap-huyen"),
        ("/k/khong-co", "/"),
        ("/k/khong-co/dang-ky-nhu-cau", "/"),
        (f"/k/{CHANNEL}/", f"/kiem-tra-dieu-kien/?kenh={CHANNEL}"),
        (f"/k/{CHANNEL}//vi-du.example/", f"/kiem-tra-dieu-kien/?kenh={CHANNEL}"),
        ("/k/vi-du.example", "/"),
    ],
)
def test_every_link_leads_somewhere_on_this_site(reader: TestClient, path: str, target: str) -> None:
    answer = reader.get(path)

    assert (answer.status_code, answer.headers["location"]) == (302, target)
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert reader.get(target).status_code == 200


def test_a_visit_is_a_day_and_a_channel_and_no_person(reader: TestClient, wired: Wired) -> None:
    for path in ("", "", "/dang-ky-nhu-cau", "/tieu-chuan"):
        reader.get(f"/k/{CHANNEL}{path}")
    reader.get("/k/khong-co")

    assert visits(wired) == [
        ("", "", CHANNEL, 2),
        ("", "standard_management_system", CHANNEL, 1),
        ("dang-ky-nhu-cau", "", CHANNEL, 1),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
def test_what_is_not_read_by_a_person_is_led_on_and_not_counted(
    reader: TestClient, wired: Wired, headers: dict[str, str]
) -> None:
    answers = [reader.get(f"/k/{CHANNEL}", headers=headers), reader.head(f"/k/{CHANNEL}")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert visits(wired) == []


def test_the_form_keeps_the_channel_it_was_led_by(reader: TestClient, wired: Wired) -> None:
    page = reader.get(reader.get(f"/k/{CHANNEL}/dang-ky-nhu-cau").headers["location"])

    field = BeautifulSoup(page.text, "html.parser").select_one("input[name=_outreach]")

    assert field is not None and field["value"] == CHANNEL
    strange = BeautifulSoup(reader.get("/nop/dang-ky-nhu-cau?kenh=khong-co").text, "html.parser")
    assert strange.select("input[name=_outreach]") == []


def test_every_file_that_the_page_offers_can_be_downloaded(reader: TestClient, catalogue: Catalogue) -> None:
    pages = [reader.get(f"/tuyen-truyen?dung-o={CHANNEL}&noi-dung={subject}") for subject in ("chung", "cong-cu")]
    links = [re.findall(r'href="(/tuyen-truyen/[^"]+)"', page.text) for page in pages]

    answers = [reader.get(link) for links_of_page in links for link in links_of_page]

    assert [len(one) for one in links] == [6, 4]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=3600"}
    assert all(f"/{CHANNEL}/" in link for link in links[0])
    assert {page.headers["cache-control"] for page in pages} == {"public, max-age=600"}
    assert f"{URL}/k/{CHANNEL}" in pages[0].text


def test_the_code_on_a_card_is_the_link_of_its_channel(reader: TestClient) -> None:
    pdf = reader.get(f"/tuyen-truyen/{CHANNEL}/cong-cu/the.pdf").content

    (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil())

    assert code.text == f"{URL}/k/{CHANNEL}/cong-cu"
    assert reader.get(code.text).headers["location"] == f"/chinh-sach/cong-cu/?kenh={CHANNEL}"


@pytest.mark.parametrize(
    "path",
    [
        "khong-co/chung/to-roi.pdf",
        f"{CHANNEL}/khong-co/to-roi.pdf",
        f"{CHANNEL}/chung/to-roi.docx",
        f"{CHANNEL}/chung/khong-co.pdf",
        f"{CHANNEL}/cong-cu/trinh-chieu.pdf",
        f"{CHANNEL}/cong-cu/cong-van.docx",
        f"{CHANNEL}/chung/to-roi.exe",
    ],
)
def test_material_that_there_is_not_is_not_found(reader: TestClient, path: str) -> None:
    assert reader.get(f"/tuyen-truyen/{path}").status_code == 404


def test_a_strange_choice_shows_the_first_channel(reader: TestClient, catalogue: Catalogue) -> None:
    page = reader.get("/tuyen-truyen?dung-o=<script>&noi-dung='")

    assert page.status_code == 200
    assert "<script>&" not in page.text
    assert f"/tuyen-truyen/{catalogue.publicity.channels[0].id}/chung/to-roi.pdf" in page.text


def test_a_channel_that_ended_is_not_offered_any_more(reader: TestClient) -> None:
    page = BeautifulSoup(reader.get("/tuyen-truyen").text, "html.parser")

    offered = [option["value"] for option in page.select("#tai-lieu-kenh option")]

    assert "hoi-nghi-cap-huyen" not in offered and "hoi-nghi-cap-xa" in offered
    assert "Cấp huyện kết thúc từ ngày 01/07/2025" in page.get_text()


def test_who_downloads_without_end_is_slowed_down(reader: TestClient) -> None:
    path = f"/tuyen-truyen/{CHANNEL}/chung/bai-dang.txt"

    answers = [reader.get(path).status_code for _ in range(A_VISITOR.most_an_hour + 1)]

    assert answers == [200] * A_VISITOR.most_an_hour + [429]
