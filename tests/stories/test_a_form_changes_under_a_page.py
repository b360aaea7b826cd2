"""A page stays open in a browser while its form closes, or is changed: nothing that was typed is lost."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields
from processor.domain.vietnamese import VIETNAM
from processor.settings import ROOT
from tests.browser import Visit, watch
from tests.served import Served
from tests.submissions import NEED

pytestmark = pytest.mark.browser
NAME = "Hợp tác xã Mở Trang Từ Hôm Trước (ví dụ)"
NEW_FIELD = "  - {id: website, kind: text, label: Trang thông tin, max_length: 200, example: vi-du.example}\n"
Visited = Callable[[], Visit]


class Office:
    """A server whose forms the office edits while it runs; an edit takes a restart."""

    def __init__(self, folder: Path, site: Path) -> None:
        self.forms = folder / "forms"
        shutil.copytree(ROOT / "forms", self.forms)
        self.server = Served(folder / "data", site, HOTRO_FORMS=str(self.forms))
        self.server.start()

    def edits(self, name: str, more: str) -> None:
        path = self.forms / name
        path.write_text((ROOT / "forms" / name).read_text() + more)
        self.server.stop()
        self.server.start()


@pytest.fixture
def office(tmp_path: Path, built_site: Path) -> Iterator[Office]:
    made = Office(tmp_path, built_site)
    yield made
    made.server.stop()


@pytest.fixture(params=[pytest.param("script", marks=pytest.mark.long), "no script"])
def page(request: pytest.FixtureRequest, office: Office, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param == "script", locale="vi-VN")
    visit = Visit(context, context.new_page(), office.server.url, [])
    watch(visit, office.server.port)
    visit.go(f"/nop/{NEED}")
    yield visit.page
    context.close()
    assert visit.troubles == []


def day(days: int) -> date:
    """So many days from today in Viet Nam."""
    return datetime.now(VIETNAM).date() + timedelta(days=days)


def fill(page: Page, catalogue: Catalogue) -> None:
    form = catalogue.form(NEED)
    for name, value in example_fields(form, day(0)).items():
        for one in value if isinstance(value, list) else [value]:
            box = page.locator(f'[name="{name}"]').first
            if box.evaluate("box => box.tagName") == "SELECT":
                box.select_option(one)
            elif box.get_attribute("type") in ("radio", "checkbox"):
                page.locator(f'[name="{name}"][value="{one}"]').check()
            else:
                box.fill(one)
    page.locator('[name="organisation_name"]').fill(NAME)


def press_continue(page: Page) -> None:
    page.get_by_role("button", name="Tiếp tục", exact=True).click()


def test_the_form_closes_while_the_page_is_open(office: Office, page: Page, catalogue: Catalogue) -> None:
    fill(page, catalogue)
    yesterday = day(-1)
    office.edits(f"{NEED}.yml", f"opening: {{opens_on: {yesterday}, closes_on: {yesterday}, grace_days: 0}}\n")

    press_continue(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã đóng")
    expect(page.locator("article")).to_contain_text(yesterday.strftime("%d/%m/%Y"))
    page.get_by_role("link", name="bản nháp").first.click()

    expect(page.locator("article")).to_contain_text("đã đóng")
    office.edits(f"{NEED}.yml", f"opening: {{opens_on: {yesterday}, closes_on: {day(1)}, grace_days: 0}}\n")
    page.reload()
    page.get_by_role("link", name="Xem cả biểu mẫu trên một trang").click()

    expect(page.locator('[name="organisation_name"]')).to_have_value(NAME)


def test_the_page_is_of_an_old_version(office: Office, page: Page, catalogue: Catalogue) -> None:
    fill(page, catalogue)
    office.edits("shared/applicant.yml", NEW_FIELD)
    office.edits(f"{NEED}.yml", f"reask_since: {day(1)}\n")

    press_continue(page)
    expect(page.locator("article")).to_contain_text("Biểu mẫu đã đổi ngày")
    expect(page.locator('[name="organisation_name"]')).to_have_value(NAME)
    page.get_by_label("Trang thông tin").fill("vi-du.example")
    press_continue(page)

    expect(page.get_by_role("button", name="Gửi")).to_be_visible()
    expect(page.locator("article")).to_contain_text("vi-du.example")
