"""One dossier from the queue to the payment, by the hands of an appraiser and the Director, in a real browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from processor.domain.catalogue import Catalogue
from tests.browser import PASSWORD, Visit, watch, without_scripts
from tests.inspection.makers import a_pdf
from tests.served import Served
from tests.stories.test_a_lost_access_code import a_receipt
from tests.stories.test_pages_are_accessible import SETTLED

pytestmark = pytest.mark.browser
APPRAISER, LEADER = "tham-dinh-vi-du", "giam-doc-vi-du"
MOST_CLICKS = 12
SCREENS = [("light", 768), ("dark", 1280)]
EVERY_SCREEN = "EVERY_SCREEN" in os.environ


class Clerk:
    """Somebody at the desk who counts what is clicked outside the sheet, and finds no page that is hard to use."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.clicks, self.seen, self.found = visit, 0, 0, list[str]()

    @property
    def page(self) -> Page:
        return self.visit.page

    def signs_in(self, name: str) -> None:
        self.visit.context.clear_cookies()
        self.visit.go("/can-bo/dang-nhap")
        self.page.locator('[name="name"]').fill(name)
        self.page.locator('[name="password"]').fill(PASSWORD)
        self.press("Đăng nhập", counted=False)

    def press(self, words: str, counted: bool = True) -> None:
        with self.page.expect_event("load"):
            self.page.get_by_role("button", name=words).last.click()
        self.clicks += counted
        self.looks()

    def follows(self, words: str) -> None:
        with self.page.expect_event("load"):
            self.page.get_by_role("link", name=words).first.click()
        self.clicks += 1
        self.looks()

    def looks(self) -> None:
        """`make test` looks at each page on one screen, in turn; `make test-all` at each on both."""
        self.seen += 1
        for scheme, width in SCREENS if EVERY_SCREEN else [SCREENS[self.seen % 2]]:
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.evaluate(SETTLED)
            wide = ["scrolls sideways"] if self.visit.too_wide() else []
            self.found += [f"{self.page.title()} {width}: {one}" for one in (*wide, *self.visit.violations())]


@pytest.fixture
def office(tmp_path: Path, built_site: Path) -> Iterator[Served]:
    """A server with an appraiser, a Director and the money of the year."""
    server = Served(tmp_path / "data", built_site)
    server.start()
    for name, role in ((APPRAISER, "appraiser"), (LEADER, "leader")):
        server.run("staff", "add", name, "--role", role, "--password-stdin", text=f"{PASSWORD}\n")
    year = "2026"
    server.run("budget", "set", "--year", year, "--amount", "810000000", "--document", "Văn bản ví dụ số 01")
    yield server
    server.stop()


@pytest.fixture(params=["script", pytest.param("no script", marks=pytest.mark.long)])
def clerk(request: pytest.FixtureRequest, office: Served, chromium: Browser) -> Iterator[Clerk]:
    context = chromium.new_context(locale="vi-VN")
    visit = Visit(context, context.new_page(), office.url, [])
    watch(visit, office.port)
    if request.param == "no script":
        without_scripts(visit)
    yield Clerk(visit)
    context.close()
    assert visit.troubles == []


def test_a_complete_dossier_is_decided_and_paid_in_a_dozen_clicks(
    clerk: Clerk, office: Served, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = a_receipt(office, catalogue, tmp_path)
    signed = a_pdf(tmp_path / "quyết-định.pdf")
    page = clerk.page

    clerk.signs_in(APPRAISER)
    clerk.follows("Hợp tác xã")
    clerk.press("Nhận xử lý")
    clerk.press("Tiếp nhận")
    for box in page.locator('input[type=radio][value="met"]').all():
        box.check()
    clerk.press("Lưu phiếu thẩm định", counted=False)
    clerk.press("Trình Giám đốc Sở")
    clerk.press("Trình Giám đốc Sở")
    clerk.signs_in(LEADER)
    clerk.follows("Hợp tác xã")
    clerk.press("Quyết định hỗ trợ…")
    clerk.press("Quyết định hỗ trợ")
    clerk.signs_in(APPRAISER)
    page.goto(f"{office.url}/can-bo/ho-so?xem=cho-chi")
    clerk.follows("Hợp tác xã")
    page.locator('[name="document_no"]').fill("05/QĐ-KHCN")
    page.locator('[name="decided_on"]').fill("24/11/2026")
    page.locator('[name="signer"]').fill("Nguyễn Văn Ví Dụ")
    page.locator('[name="signed_scan"]').set_input_files(signed)
    clerk.press("Ghi nhận văn bản đã ký")
    page.locator('[name="paid_on"]').fill("24/11/2026")
    page.locator('[name="paid_document"]').fill("Ủy nhiệm chi 12 (ví dụ)")
    clerk.press("Ghi nhận đã chi")

    assert clerk.found == []
    assert clerk.clicks <= MOST_CLICKS
    assert "Đã chi 24/11/2026" in page.locator("article").inner_text()
    told = follow(clerk, receipt)
    assert "Được hỗ trợ" in told and "Quyết định 05/QĐ-KHCN ngày 24/11/2026" in told
    assert "Khớp: 1 hồ sơ" in office.run("verify").stdout


def follow(clerk: Clerk, receipt: dict[str, str]) -> str:
    """What the organisation reads."""
    clerk.visit.context.clear_cookies()
    clerk.visit.go(f"/tra-cuu?ma={receipt['reference']}")
    clerk.page.locator('[name="access_code"]').fill(receipt["access_code"])
    clerk.press("Tra cứu", counted=False)
    return clerk.page.locator("article").inner_text()


def test_the_other_pages_of_the_desk_are_easy_to_use(
    clerk: Clerk, office: Served, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = a_receipt(office, catalogue, tmp_path)
    below = f"/can-bo/ho-so/{receipt['reference']}"

    clerk.signs_in(APPRAISER)
    clerk.visit.go(below)
    clerk.press("Nhận xử lý")
    clerk.press("Tiếp nhận")
    for path in ("/han", "/bo-sung", "/viec/stop", "/viec/extend", "/viec/record_official_code"):
        clerk.visit.go(below + path)
        clerk.looks()
    for path in ("quyet-dinh", "kinh-phi", "quy-trinh", "thu", "ban-giay", "ho-so?xem=qua-han", "ho-so?tim=vai+thieu"):
        clerk.visit.go(f"/can-bo/{path}")
        clerk.looks()

    assert clerk.found == []
