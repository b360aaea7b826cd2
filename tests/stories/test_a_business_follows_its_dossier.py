"""A business comes back to what it sent: looks, fetches its papers, mends a telephone number, withdraws."""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields, example_items
from tests.browser import Visit, Visitor
from tests.inspection.makers import a_pdf
from tests.served import Served
from tests.stories.test_pages_are_accessible import SETTLED

pytestmark = pytest.mark.browser

PAPER = "giấy chứng nhận, bản chụp rất dài tên để xem trang có vỡ hay không.pdf"
SCREENS = [
    (True, 1280, False),
    pytest.param(True, 320, True, marks=pytest.mark.long),
    pytest.param(False, 1280, True, marks=pytest.mark.long),
    (False, 320, False),
]


@pytest.fixture
def receipt(live: Served, catalogue: Catalogue, tmp_path: Path) -> dict[str, Any]:
    form = catalogue.form("ho-so-tieu-chuan")
    paper = a_pdf(tmp_path / "example.pdf").read_bytes()
    files = [(item, (PAPER, paper, "application/pdf")) for item in example_items(form)]
    answer = httpx2.post(
        f"{live.url}/api/v1/forms/{form.id}/dossiers", data=example_fields(form, date.today()), files=files
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, words: str) -> None:
    page.locator("article").get_by_role("link", name=words, exact=True).click()
    page.wait_for_load_state()


def field(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(f'[name="{name}"]')


def give_codes(page: Page, receipt: dict[str, Any]) -> None:
    field(page, "reference").fill(receipt["reference"])
    field(page, "access_code").fill(receipt["access_code"])
    press(page, "Tra cứu")


def then_the_page_is_sound(visit: Visit, heading: str) -> None:
    expect(visit.page.locator("h1")).to_have_text(heading)
    visit.page.evaluate(SETTLED)
    assert visit.page.locator("main").count() == 1
    assert not visit.too_wide()
    assert visit.violations() == []


def when_they_look_where_it_is(visit: Visit, receipt: dict[str, Any]) -> None:
    visit.go("/tra-cuu/")
    give_codes(visit.page, receipt)
    then_the_page_is_sound(visit, "Đã gửi")
    expect(visit.page.locator('[aria-current="step"]')).to_contain_text("Đang ở đây: Đã gửi")
    expect(visit.page.locator(".hotro-timeline > li")).to_have_count(1)


def when_they_fetch_what_they_sent(visit: Visit, receipt: dict[str, Any]) -> None:
    page = visit.page
    follow(page, "Xem và in nội dung đã gửi")
    then_the_page_is_sound(visit, "Nội dung đã gửi")
    expect(page.locator("article")).to_contain_text("84.000.000")
    with page.expect_download() as started:
        page.get_by_role("link", name=f"Tải {PAPER}").first.click()
    saved = Path(str(started.value.path())).read_bytes()
    assert hashlib.sha256(saved).hexdigest() in {file["sha256"] for file in receipt["attachments"]}
    assert started.value.suggested_filename == PAPER
    follow(page, "Quay lại trang tra cứu hồ sơ")


def when_they_correct_a_number_with_a_slip(visit: Visit, script: bool) -> None:
    page = visit.page
    follow(page, "Sửa thông tin liên hệ")
    then_the_page_is_sound(visit, "Sửa thông tin liên hệ")
    field(page, "contact_phone").fill("0987 65")
    press(page, "Lưu thông tin liên hệ")
    then_the_page_is_sound(visit, "Sửa thông tin liên hệ")
    assert page.title().startswith("Lỗi: ")
    if script:
        expect(page.locator(".hotro-summary")).to_be_focused()
    page.locator(".hotro-summary a").click()
    expect(field(page, "contact_phone")).to_be_focused()
    field(page, "contact_phone").fill("0987 654 321")
    press(page, "Lưu thông tin liên hệ")
    then_the_page_is_sound(visit, "Đã gửi")
    expect(page.locator(".hotro-timeline")).to_contain_text("Đã sửa thông tin liên hệ")


def when_the_view_lapses_while_they_think(visit: Visit, receipt: dict[str, Any]) -> None:
    page = visit.page
    follow(page, "Rút hồ sơ")
    then_the_page_is_sound(visit, f"Rút hồ sơ {receipt['reference']}?")
    field(page, "reason").fill("Gửi nhầm biểu mẫu")
    visit.context.clear_cookies()
    press(page, "Rút hồ sơ")
    then_the_page_is_sound(visit, "Tra cứu hồ sơ")
    give_codes(page, receipt)
    expect(field(page, "reason")).to_have_value(re.compile("Gửi nhầm biểu mẫu"))


def when_they_withdraw(visit: Visit) -> None:
    press(visit.page, "Rút hồ sơ")
    then_the_page_is_sound(visit, "Đã rút")
    expect(visit.page.locator("article")).to_contain_text("Lý do: Gửi nhầm biểu mẫu")
    visit.go("/tra-cuu/rut")
    then_the_page_is_sound(visit, "Không rút được hồ sơ")


def when_they_leave_a_shared_computer(visit: Visit) -> None:
    visit.go("/tra-cuu/ho-so")
    press(visit.page, "Đóng hồ sơ trên máy này")
    then_the_page_is_sound(visit, "Tra cứu hồ sơ")
    visit.go("/tra-cuu/ho-so")
    expect(visit.page.locator("h1")).to_have_text("Tra cứu hồ sơ")


@pytest.mark.parametrize(("script", "width", "dark"), SCREENS)
def test_a_business_follows_its_dossier_to_the_end(
    script: bool, width: int, dark: bool, visitor: Visitor, receipt: dict[str, Any]
) -> None:
    business = visitor(width=width, dark=dark, scripts_served=script)

    when_they_look_where_it_is(business, receipt)
    when_they_fetch_what_they_sent(business, receipt)
    when_they_correct_a_number_with_a_slip(business, script)
    when_the_view_lapses_while_they_think(business, receipt)
    when_they_withdraw(business)
    when_they_leave_a_shared_computer(business)


@pytest.mark.parametrize("width", [1280, 320])
def test_before_the_page_closes_it_warns_and_stays_open_on_request(
    width: int, visitor: Visitor, receipt: dict[str, Any]
) -> None:
    business = visitor(width=width)
    page = business.page
    page.clock.install()
    business.go("/tra-cuu/")
    give_codes(page, receipt)
    warning = page.locator("[data-viewing-warning]")

    expect(warning).to_be_hidden()
    page.clock.fast_forward("28:01")
    expect(warning).to_be_visible()
    then_the_page_is_sound(business, "Đã gửi")
    with page.expect_response("**/tra-cuu/ho-so") as asked:
        press(page, "Xem tiếp")

    assert asked.value.status == 200 and "hotro-xem=" in asked.value.all_headers()["set-cookie"]
    expect(warning).to_be_hidden()
