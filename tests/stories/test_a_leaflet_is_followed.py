"""A leaflet's link leads to a form, with script and without; the channel goes along and nothing is left behind."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OFFICER, PASSWORD, Visitor
from tests.served import Served
from tests.stories.test_pages_are_accessible import faults

pytestmark = pytest.mark.browser

WITH_SCRIPT, WITHOUT_SCRIPT = "dam-bao-do-luong", "nhiem-vu-khcn"
LEFT_BEHIND = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, document.cookie, (await indexedDB.databases()).map((one) => one.name)])"""


def asked(live: Served, sql: str, channel: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(live.data / "hotro.db")) as database:
        return database.execute(sql, (channel,)).fetchall()


def visits(live: Served, channel: str) -> object:
    return asked(live, "SELECT coalesce(sum(count), 0) FROM tallies WHERE kind = 'visited' AND outreach = ?", channel)


def begun(live: Served, channel: str) -> list[tuple[object, ...]]:
    return asked(live, "SELECT form_id FROM drafts WHERE outreach = ?", channel)


def fill_one(page: Page) -> None:
    page.locator('[name="organisation_name"]').fill("Hợp tác xã Ví dụ")
    with page.expect_event("load"):
        page.get_by_role("button", name="Tiếp tục", exact=True).last.click()


def test_with_script_the_channel_goes_from_page_to_page_into_the_draft(visitor: Visitor, live: Served) -> None:
    visit = visitor()

    visit.go(f"/k/{WITH_SCRIPT}")
    expect(visit.page).to_have_url(f"{live.url}/kiem-tra-dieu-kien/?kenh={WITH_SCRIPT}")
    visit.page.get_by_role("link", name="Biểu mẫu", exact=True).first.click()
    expect(visit.page).to_have_url(f"{live.url}/bieu-mau/?kenh={WITH_SCRIPT}")
    visit.page.get_by_role("link", name="Đăng ký nhu cầu", exact=True).first.click()
    expect(visit.page).to_have_url(f"{live.url}/bieu-mau/dang-ky-nhu-cau/?kenh={WITH_SCRIPT}")
    left = visit.page.evaluate(LEFT_BEHIND)
    fill_one(visit.page)

    assert begun(live, WITH_SCRIPT) == [("dang-ky-nhu-cau",)]
    assert WITH_SCRIPT not in left
    visit.page.wait_for_timeout(6000)  # counts are written together every five seconds
    assert visits(live, WITH_SCRIPT) == [(1,)]


def test_without_script_the_link_of_a_form_keeps_its_channel(visitor: Visitor, live: Served) -> None:
    visit = visitor(script=False)

    visit.go(f"/k/{WITHOUT_SCRIPT}/dang-ky-nhu-cau")
    expect(visit.page).to_have_url(f"{live.url}/nop/dang-ky-nhu-cau?kenh={WITHOUT_SCRIPT}")
    fill_one(visit.page)

    assert begun(live, WITHOUT_SCRIPT) == [("dang-ky-nhu-cau",)]
    assert visit.context.cookies() == []


def test_board_log_and_material_are_readable_for_everybody(visitor: Visitor) -> None:
    visit, found = visitor(), {}
    visit.go("/can-bo/ke-hoach/2024")
    visit.page.locator('[name="name"]').fill(OFFICER)
    visit.page.locator('[name="password"]').fill(PASSWORD)
    with visit.page.expect_event("load"):
        visit.page.get_by_role("button", name="Đăng nhập").last.click()

    for path in ("/tuyen-truyen", "/ke-hoach/2024", "/can-bo/ke-hoach/2024", "/ke-hoach-2024/"):
        visit.go(path)
        found[path] = list(faults(visit))
    visit.go("/can-bo/ke-hoach/2024")
    with visit.page.expect_event("load"):
        visit.page.get_by_role("button", name="Ghi hoạt động").click()
    found["refused"] = list(faults(visit))

    assert {path: told for path, told in found.items() if told} == {}
