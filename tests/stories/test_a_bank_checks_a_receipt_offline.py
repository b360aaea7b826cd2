"""A bank gets a receipt as PDF. Its computer has no network: the page saved beforehand verifies it all the same."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import Visit, Visitor
from tests.issued import Issued, issued

__all__ = ["issued"]
pytestmark = pytest.mark.browser


def when_they_save_the_verifying_page(visit: Visit, folder: Path) -> Path:
    visit.go("/xac-minh-bien-nhan/")
    with visit.page.expect_download() as started:
        visit.page.get_by_role("link", name="Tải tệp xac-minh.html").click()
    assert started.value.suggested_filename == "xac-minh.html"
    saved = folder / "xac-minh.html"
    started.value.save_as(saved)
    return saved


def when_a_business_brings_its_receipt(visit: Visit, issued: Issued, folder: Path) -> Path:
    visit.page.goto(issued.url)
    with visit.page.expect_download() as started:
        visit.page.get_by_role("link", name="Tải biên nhận PDF").click()
    brought = folder / started.value.suggested_filename
    started.value.save_as(brought)
    assert brought.read_bytes() == issued.pdf.read_bytes()
    return brought


def when_the_computer_has_no_network(visit: Visit, saved: Path) -> list[str]:
    """The requests that the page makes from now on."""
    asked: list[str] = []
    visit.context.set_offline(True)
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.page.goto(saved.as_uri())
    return asked


def when_they_choose(visit: Visit, path: Path) -> None:
    visit.page.get_by_label("Tệp biên nhận").set_input_files(path)


def then_it_is_said(visit: Visit, title: str) -> None:
    expect(visit.page.locator("[data-outcome]:visible h2")).to_have_text(title)
    assert visit.violations() == []
    assert not visit.too_wide()


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_a_bank_verifies_a_receipt_without_network(
    width: int, dark: bool, visitor: Visitor, issued: Issued, tmp_path: Path
) -> None:
    bank = visitor(width=width, dark=dark)
    saved = when_they_save_the_verifying_page(bank, tmp_path)
    receipt = when_a_business_brings_its_receipt(bank, issued, tmp_path)
    altered = tmp_path / "sửa.pdf"
    content = receipt.read_bytes()
    altered.write_bytes(content[:4000] + bytes([content[4000] ^ 1]) + content[4001:])
    code = tmp_path / "mã.png"
    issued.picture.save(code)

    asked = when_the_computer_has_no_network(bank, saved)

    when_they_choose(bank, receipt)
    then_it_is_said(bank, "Biên nhận đúng bản đã cấp")
    expect(bank.page.locator('[data-show="reference"]')).to_have_text(issued.reference)
    expect(bank.page.locator("[data-files] li")).to_have_count(len(issued.papers))
    when_they_choose(bank, altered)
    then_it_is_said(bank, "Tệp PDF đã bị sửa")
    when_they_choose(bank, code)
    then_it_is_said(bank, "Mã QR đúng là của một biên nhận đã cấp")
    expect(bank.page.locator('[data-remark="same"]')).to_be_visible()
    when_they_choose(bank, receipt)
    then_it_is_said(bank, "Biên nhận đúng bản đã cấp")
    bank.page.get_by_label("So sánh tệp trên máy với biên nhận").set_input_files(issued.papers[0])
    expect(bank.page.locator("[data-compared] li")).to_contain_text("trùng từng byte")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_without_script_the_saved_page_says_what_it_needs(visitor: Visitor, issued: Issued, tmp_path: Path) -> None:
    saved = when_they_save_the_verifying_page(visitor(), tmp_path)
    bare = visitor(script=False)

    bare.page.goto(saved.as_uri())

    expect(bare.page.locator("body")).to_contain_text("Mở tệp bằng trình duyệt có bật JavaScript.")
    expect(bare.page.get_by_label("Tệp biên nhận")).to_be_hidden()
