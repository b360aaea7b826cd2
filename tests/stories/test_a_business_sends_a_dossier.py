"""The whole path in a real browser: read, fill, be refused, correct, send, keep the receipt, track, be claimed."""

import hashlib
import re
import secrets
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OFFICER, PASSWORD, Visit, Visitor
from tests.inspection.makers import a_docx, a_jpeg, a_pdf, an_xlsx

pytestmark = pytest.mark.browser

TEXTS = {
    "organisation_name": "Hợp tác xã Ví dụ Chũ",
    "address_line": "Thôn Ví dụ",
    "representative_name": "Nguyễn Văn Ví Dụ",
    "representative_title": "Giám đốc",
    "contact_name": "Trần Thị Ví Dụ",
    "contact_phone": "0912 345 678",
    "contact_email": "lien-he@vi-du.example",
    "certificate_no": "VD-01",
    "certification_body": "Tổ chức Ví dụ",
    "certificate_scope": "Sấy vải thiều",
    "certificate_issued_on": "05/03/2024",
    "costs.0.description": "Đánh giá chứng nhận",
    "costs.0.amount": "84.000.000",
    "requested_amount": "42.000.000",
}


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """Real files by real tools; the photo's name is decomposed, as phones write it."""
    photo = tmp_path / unicodedata.normalize("NFD", "Ảnh giấy chứng nhận.jpg")
    made = {
        "pdf": tmp_path / "giấy đăng ký.pdf",
        "docx": tmp_path / "đơn đề nghị.docx",
        "xlsx": tmp_path / "chứng từ.xlsx",
        "jpeg": photo,
    }
    a_pdf(made["pdf"])
    a_docx(made["docx"])
    an_xlsx(made["xlsx"])
    a_jpeg(made["jpeg"])
    return made


def name(page: Page, field: str):  # type: ignore[no-untyped-def]
    return page.locator(f'[name="{field}"]')


def main_button(page: Page, words: str) -> None:
    page.locator("article .md-button--primary", has_text=words).last.click()
    page.wait_for_load_state()


def when_they_read_their_way_to_the_form(visit: Visit) -> None:
    visit.go("/")
    visit.page.locator("article").get_by_role("link", name="áp dụng tiêu chuẩn, hệ thống quản lý").click()
    expect(visit.page.locator("h1")).to_contain_text("Hỗ trợ áp dụng tiêu chuẩn")
    expect(visit.page.locator("article")).to_contain_text("Chưa rõ – chưa đối chiếu với văn bản gốc")
    visit.go("/bieu-mau/ho-so-tieu-chuan/")


def when_they_fill_the_form_with_mistakes(page: Page, papers: dict[str, Path], folder: Path) -> None:
    for field, value in TEXTS.items():
        name(page, field).fill(value)
    name(page, "certificate_no").fill(f"VD-{secrets.token_hex(4)}")
    name(page, "tax_code").fill("0300588568")
    name(page, "contact_email").fill("")
    name(page, "commune_code").select_option("07210")
    page.get_by_label("Hợp tác xã", exact=True).check()
    name(page, "standard").select_option("iso_22000")
    page.locator('[name="accredited"]').first.check()
    page.locator('[name="consent"]').check()
    wrong = folder / "virus.exe"
    wrong.write_bytes(b"MZ not a paper")
    name(page, "support_request").set_input_files(papers["docx"])
    name(page, "certificate_copy").set_input_files([papers["jpeg"], papers["pdf"]])
    name(page, "contracts").set_input_files(papers["pdf"])
    name(page, "payment_records").set_input_files(wrong)
    main_button(page, "Tiếp tục")


def then_they_are_told_what_to_mend_and_nothing_is_lost(visit: Visit, script: bool) -> None:
    page = visit.page
    expect(page).to_have_title(re.compile("^Lỗi: "))
    summary = page.locator(".hotro-summary")
    expect(summary.locator("h2")).to_have_text("Có 3 chỗ cần sửa")
    if script:
        expect(summary).to_be_focused()
        summary.locator("a").first.click()
        expect(name(page, "tax_code")).to_be_focused()
    for link in summary.locator("a").all():
        assert page.locator(f'[id="{str(link.get_attribute("href"))[1:]}"]').count() == 1
    expect(summary).to_contain_text("virus.exe")
    expect(name(page, "organisation_name")).to_have_value(TEXTS["organisation_name"])
    expect(name(page, "tax_code")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#field-certificate_copy")).to_contain_text("Ảnh giấy chứng nhận.jpg")
    expect(page.locator("#field-support_request")).to_contain_text("đơn đề nghị.docx")


def when_they_correct_it_and_add_a_cost(page: Page, papers: dict[str, Path]) -> None:
    page.get_by_role("button", name="Thêm dòng chi phí").click()
    expect(name(page, "costs.1.amount")).to_be_visible()
    name(page, "costs.1.description").fill("Tư vấn")
    name(page, "costs.1.amount").fill("6.000.000")
    name(page, "tax_code").fill("0300588569")
    name(page, "contact_email").fill(TEXTS["contact_email"])
    name(page, "payment_records").set_input_files(papers["xlsx"])
    main_button(page, "Tiếp tục")


def then_they_check_their_answers_and_change_one(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Kiểm tra và gửi")
    expect(page.locator("article")).to_contain_text("6.000.000")
    expect(page.locator("article")).to_contain_text("chứng từ.xlsx")
    page.get_by_role("link", name="Sửa Người liên hệ").click()
    name(page, "contact_name").fill("Lê Thị Ví Dụ")
    main_button(page, "Tiếp tục")
    expect(page.locator("article")).to_contain_text("Lê Thị Ví Dụ")


def when_they_send_it(page: Page) -> tuple[str, str]:
    main_button(page, "Gửi hồ sơ")
    expect(page.locator("h1")).to_have_text("Đã gửi hồ sơ")
    reference, code = page.locator(".hotro-reference").all_text_contents()
    return reference, code


def then_going_back_shows_the_notice(page: Page) -> None:
    page.go_back()
    expect(page.locator("h1")).to_have_text("Hồ sơ này đã gửi")
    page.get_by_role("link", name="Mở biên nhận").click()
    expect(page.locator("article")).to_contain_text("Mã truy cập chỉ hiện một lần")


def then_tracking_shows(visit: Visit, reference: str, code: str, status: str) -> None:
    visit.go("/tra-cuu/")
    name(visit.page, "reference").fill(reference.lower())
    name(visit.page, "access_code").fill(code)
    main_button(visit.page, "Tra cứu")
    expect(visit.page.locator("h1")).to_have_text(status)


def when_an_officer_takes_it(visit: Visit, reference: str, photo: Path) -> None:
    page = visit.page
    visit.go(f"/can-bo/ho-so/{reference}")
    name(page, "name").fill(OFFICER)
    name(page, "password").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile(reference))
    page.get_by_role("link", name="Quay lại hàng chờ").click()
    page.get_by_label("Biểu mẫu").select_option("ho-so-tieu-chuan")
    page.get_by_label("Người giữ").select_option("chua")
    page.get_by_role("button", name="Lọc").click()
    page.locator("tr", has_text=reference).get_by_role("link").click()
    page.get_by_role("button", name="Nhận xử lý").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Tải về Ảnh giấy chứng nhận.jpg").click()
    saved = Path(str(started.value.path())).read_bytes()
    assert hashlib.sha256(saved).digest() == hashlib.sha256(photo.read_bytes()).digest()
    assert started.value.suggested_filename == unicodedata.normalize("NFC", photo.name)
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.locator(".hotro-tag").first).to_have_text("Đã tiếp nhận")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 320)])
def test_a_dossier_goes_from_the_page_to_an_officer(
    script: bool, width: int, visitor: Visitor, papers: dict[str, Path], tmp_path: Path
) -> None:
    business = visitor(script, width)

    when_they_read_their_way_to_the_form(business)
    when_they_fill_the_form_with_mistakes(business.page, papers, tmp_path)
    then_they_are_told_what_to_mend_and_nothing_is_lost(business, script)
    when_they_correct_it_and_add_a_cost(business.page, papers)
    then_they_check_their_answers_and_change_one(business.page)
    reference, code = when_they_send_it(business.page)
    then_going_back_shows_the_notice(business.page)
    then_tracking_shows(business, reference, code, "Đã gửi")
    when_an_officer_takes_it(visitor(script, width), reference, papers["jpeg"])
    then_tracking_shows(business, reference, code, "Đã tiếp nhận")


def test_a_need_is_registered_in_one_page_and_one_check(visitor: Visitor) -> None:
    page = (business := visitor(False, 320)).page
    business.go("/bieu-mau/dang-ky-nhu-cau/")
    for field in ("organisation_name", "address_line", "representative_name", "representative_title", "contact_name"):
        name(page, field).fill(TEXTS[field])
    name(page, "contact_phone").fill(TEXTS["contact_phone"])
    name(page, "contact_email").fill(TEXTS["contact_email"])
    name(page, "commune_code").select_option("07210")
    page.get_by_label("Hợp tác xã", exact=True).check()
    name(page, "need_year").fill("2027")
    page.get_by_label("Áp dụng tiêu chuẩn, hệ thống quản lý").check()
    name(page, "needs.0.description").fill("ISO 22000 cho xưởng sấy vải")
    name(page, "needs.0.expected_cost").fill("120.000.000")
    page.get_by_role("button", name="Thêm nhu cầu").click()
    name(page, "needs.1.support_type").last.check()
    name(page, "needs.1.description").fill("Tem truy xuất cho vải thiều (ví dụ)")
    name(page, "needs.1.expected_cost").fill("30.000.000")
    name(page, "consent").check()
    main_button(page, "Tiếp tục")
    main_button(page, "Gửi đăng ký nhu cầu")

    expect(page.locator("h1")).to_have_text("Đã gửi đăng ký nhu cầu")
