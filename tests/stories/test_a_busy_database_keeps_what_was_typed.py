"""The database is held by somebody for longer than anybody waits: the page keeps what was typed and sends it later."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser import Visitor
from tests.served import Served
from tests.stories.test_a_business_sends_a_dossier import name

pytestmark = [pytest.mark.browser, pytest.mark.long]

TYPED = "Hợp tác xã Gõ Lúc Bận (ví dụ)"
SAVE = "Lưu bản nháp, làm tiếp sau"


@contextmanager
def held(server: Served) -> Iterator[None]:
    """Another program writes for long; ours waits ten seconds and says so."""
    with closing(sqlite3.connect(server.data / "hotro.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("width", [320, 1280])
def test_what_was_typed_stays_on_the_page_and_goes_in_once_it_is_free(
    width: int, visitor: Visitor, live: Served
) -> None:
    visit = visitor(width=width)
    page = visit.page
    visit.go("/bieu-mau/ho-so-tieu-chuan/")
    name(page, "organisation_name").fill(TYPED)

    with held(live):
        page.get_by_role("button", name=SAVE).click()
        expect(page.get_by_text("Trang đang bận, chưa nhận được lần gửi này").first).to_be_visible(timeout=40_000)
        kept = name(page, "organisation_name").input_value()
        wide, wrong = visit.too_wide(), visit.violations()
    page.get_by_role("button", name=SAVE).click()
    page.wait_for_url("**/ban-nhap/**")

    assert kept == TYPED
    assert (wide, wrong) == (False, [])
    visit.go(page.url.removeprefix(live.url))
    page.get_by_role("link", name="Thông tin đơn vị").first.click()
    expect(name(page, "organisation_name")).to_have_value(TYPED)
