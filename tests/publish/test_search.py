"""The search box in a real Chromium: words with marks, without, decomposed, misspelt."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from tests.served import Served

pytestmark = pytest.mark.browser

RESULTS = ".md-search-result__item"
QUERIES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "search_queries.yml").read_text(encoding="utf-8")
)
PAIRS = [(str(query), page) for page, queries in QUERIES.items() for query in queries]
AS_PHONES_WRITE = [(unicodedata.normalize("NFD", query), page) for query, page in PAIRS if not query.isascii()]


@pytest.fixture(scope="module")
def reader(chromium: Browser, live: Served) -> Iterator[Page]:
    """The home page with its search open and its index read."""
    page = chromium.new_page(locale="vi-VN")
    page.goto(live.url)
    page.locator("input[name=query]").click()
    yield page
    page.close()


@pytest.mark.parametrize(("query", "leads_to"), [*PAIRS, *AS_PHONES_WRITE[::4]])
def test_a_query_finds_its_page_first(reader: Page, live: Served, query: str, leads_to: str) -> None:
    ask(reader, query)

    found = first_results(reader, live)

    assert found[0] == leads_to


def test_there_are_sixty_queries_at_least() -> None:
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("query", ["hồ sơ", "ho so", "truy xuat nguon goc"])
def test_the_marks_in_a_title_do_not_cut_its_words(reader: Page, query: str) -> None:
    ask(reader, query)

    shown = reader.locator(f"{RESULTS} h1").all_inner_texts()

    assert shown
    assert [text for text in shown if "<" in text or "mark" in text] == []


@pytest.mark.parametrize("query", ["ho so", "hop chuan", "truy xuat nguon goc"])
def test_every_word_of_the_query_is_found(reader: Page, query: str) -> None:
    ask(reader, query)

    first = reader.locator(f"{RESULTS} > a").first

    assert first.locator(".md-search-result__terms").count() == 0


def test_a_query_finds_the_same_after_another_one(reader: Page, live: Served) -> None:
    ask(reader, "ke hoach 2024")
    before = first_results(reader, live)

    ask(reader, "kế hoạch 2024")
    ask(reader, "ke hoach 2024")

    assert first_results(reader, live) == before


def test_a_query_with_marks_finds_no_other_marks(reader: Page) -> None:
    ask(reader, "hồ sơ")

    marked = {text.lower().strip(" .,;:“”()") for text in reader.locator(f"{RESULTS} mark").all_text_contents()}

    assert {"hồ", "sơ"} <= marked
    assert [word for word in marked if not word.startswith(("hồ", "sơ"))] == []


@pytest.mark.parametrize("path", ["/", "/nop/dang-ky-nhu-cau"])
def test_the_index_is_asked_for_by_those_who_search_and_by_nobody_else(
    chromium: Browser, live: Served, path: str
) -> None:
    page = chromium.new_page(locale="vi-VN")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{live.url}{path}")
    page.wait_for_load_state("networkidle")
    before = [url for url in asked if "search_index" in url]
    page.keyboard.press("/")
    page.keyboard.type("ho so")

    expect(page.locator(RESULTS).first).to_be_visible()
    assert before == []
    assert len([url for url in asked if "search_index" in url]) == 1
    page.close()


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
