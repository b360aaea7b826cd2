"""The search box in a real Chromium: words with marks, without, decomposed, misspelt."""

import unicodedata
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.served import Served

pytestmark = pytest.mark.browser

AMONG_FIRST = 3
RESULTS = ".md-search-result__item"
POLICY = "chinh-sach/tieu-chuan/"
DOSSIER = "bieu-mau/ho-so-tieu-chuan/"
NEED = "bieu-mau/dang-ky-nhu-cau/"
TABLE = [
    ("hồ sơ", DOSSIER),
    ("ho so", DOSSIER),
    ("Hồ sơ tiêu chuẩn", DOSSIER),
    ("ho so tieu chuan", DOSSIER),
    (unicodedata.normalize("NFD", "hồ sơ"), DOSSIER),
    ("hợp chuẩn", "index"),
    ("hop chuan", "index"),
    ("truy xuất nguồn gốc", "index"),
    ("truy xuat nguon goc", "index"),
    ("tham dinh", "ke-hoach-2024/"),
    ("thẩm định", "ke-hoach-2024/"),
    ("thâm định", "ke-hoach-2024/"),
    ("tham dinh ho so", "ke-hoach-2024/"),
    ("nghi quyet", "nghi-quyet/"),
    ("nghị quyết", "nghi-quyet/"),
    (unicodedata.normalize("NFD", "nghị quyết"), "nghi-quyet/"),
    ("ke hoach 2024", "ke-hoach-2024/"),
    ("KẾ HOẠCH 2024", "ke-hoach-2024/"),
    ("dang ky nhu cau", NEED),
    ("đăng ký nhu cầu", NEED),
    ("tra cuu", "tra-cuu/"),
    ("lien he", "lien-he/"),
    ("du lieu ca nhan", "du-lieu-ca-nhan/"),
    ("muc ho tro", POLICY),
    ("giay to can chuan bi", POLICY),
    ("iso 14001", POLICY),
    ("sap nhap", "nghi-quyet/"),
    ("kinh phi", "ke-hoach-2024/"),
]


@pytest.fixture(scope="module")
def reader(chromium: Browser, live: Served) -> Iterator[Page]:
    """The home page with its search open and its index read."""
    page = chromium.new_page(locale="vi-VN")
    page.goto(live.url)
    page.locator("input[name=query]").click()
    yield page
    page.close()


@pytest.mark.parametrize(("query", "leads_to"), TABLE)
def test_a_query_finds_its_page(reader: Page, live: Served, query: str, leads_to: str) -> None:
    ask(reader, query)

    found = first_results(reader, live)

    assert leads_to in found[:AMONG_FIRST]


@pytest.mark.parametrize("query", ["hồ sơ", "ho so", "truy xuat nguon goc"])
def test_the_marks_in_a_title_do_not_cut_its_words(reader: Page, query: str) -> None:
    ask(reader, query)

    shown = reader.locator(f"{RESULTS} h1").all_inner_texts()

    assert shown
    assert [text for text in shown if "<" in text or "mark" in text] == []


@pytest.mark.parametrize("query", ["ho so", "hop chuan", "truy xuat nguon goc"])
def test_every_word_of_the_query_is_found(reader: Page, query: str) -> None:
    ask(reader, query)

    first = reader.locator(RESULTS).first

    assert first.locator(".md-search-result__terms").count() == 0


def test_a_query_with_marks_finds_no_other_marks(reader: Page) -> None:
    ask(reader, "hồ sơ")

    marked = {text.lower().strip(" .,;:“”()") for text in reader.locator(f"{RESULTS} mark").all_text_contents()}

    assert {"hồ", "sơ"} <= marked
    assert [word for word in marked if not word.startswith(("hồ", "sơ"))] == []


def test_words_that_are_nowhere_find_nothing(reader: Page) -> None:
    fill(reader, "xyzzyx")

    expect(reader.locator(".md-search-result__meta")).to_contain_text("Không tìm thấy")

    assert reader.locator(RESULTS).count() == 0


def ask(reader: Page, query: str) -> None:
    fill(reader, query)
    expect(reader.locator(RESULTS).first).to_be_visible()


def fill(reader: Page, query: str) -> None:
    """The theme searches when a key is let go, not when text is put in."""
    box = reader.locator("input[name=query]")
    box.fill("")
    box.press("Backspace")
    expect(reader.locator(RESULTS)).to_have_count(0)
    box.fill(query)
    box.press("End")


def first_results(reader: Page, live: Served) -> list[str]:
    """Pages in the order of their results, by their path; the home page is `index`."""
    links = reader.locator(f"{RESULTS} > a").evaluate_all("links => links.map(link => link.href)")
    paths = [str(link).removeprefix(f"{live.url}/").partition("#")[0].partition("?")[0] or "index" for link in links]
    return list(dict.fromkeys(paths))
