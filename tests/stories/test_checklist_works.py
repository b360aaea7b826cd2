"""A checklist that works: ticks stay, one item has an address, and a printed list says when it is out of date."""

import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from processor.domain.catalogue import Catalogue
from tests.browser import Visitor

pytestmark = pytest.mark.browser
PAGE = "/chinh-sach/tieu-chuan/"


def test_ticks_survive_a_reload_and_print_as_empty_boxes(visitor: Visitor) -> None:
    visit = visitor()
    visit.go(PAGE)
    box = visit.page.locator("#tick-certificate_copy")
    box.check()

    visit.page.reload()

    expect(box).to_be_checked()
    visit.page.emulate_media(media="print")
    assert box.evaluate("box => getComputedStyle(box).appearance") == "none"
    assert box.evaluate("box => getComputedStyle(box).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_one_item_is_reached_by_its_address_and_has_the_id_of_its_upload_slot(
    visitor: Visitor, catalogue: Catalogue
) -> None:
    visit = visitor(width=320)
    visit.go(PAGE)
    link = visit.page.get_by_role("link", name="Đường dẫn tới mục Hóa đơn và chứng từ thanh toán")
    address = link.get_attribute("href")

    visit.go(f"{PAGE}{address}")

    item = visit.page.locator(":target")
    expect(item).to_contain_text("Hóa đơn và chứng từ thanh toán")
    expect(item).to_be_in_viewport()
    slots = [item.id for item in catalogue.form("ho-so-tieu-chuan").items]
    ticked = visit.page.locator(".task-list-item").evaluate_all("items => items.map(item => item.id)")
    assert ticked == [f"giay-to-{slot}" for slot in slots]
    assert not visit.too_wide()


def test_the_downloaded_list_leads_back_to_this_version_of_the_page(
    visitor: Visitor, built_site: Path, catalogue: Catalogue
) -> None:
    pdf = built_site / "danh-muc/ho-so-tieu-chuan.pdf"
    (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil())
    visit = visitor()

    visit.go(PAGE)
    download = visit.page.get_by_role("link", name="Tải danh mục").get_attribute("href")
    visit.go(re.sub("^http://[^/]+", "", code.text))

    assert download == "/danh-muc/ho-so-tieu-chuan.pdf"
    assert f"ban={catalogue.form('ho-so-tieu-chuan').version}" in code.text
    expect(visit.page.locator(".task-list")).to_be_visible()
    expect(visit.page.locator("article")).not_to_contain_text("Bản in ghi phiên bản")


def test_a_list_printed_of_another_version_is_told_to_be_checked_again(visitor: Visitor) -> None:
    visit = visitor()

    visit.go(f"{PAGE}?ban=0000000000000000#giay-to")

    expect(visit.page.locator("article")).to_contain_text("Bản in ghi phiên bản 0000000000000000; danh mục hiện nay")
    assert visit.violations() == []
