"""Three evenings on a phone: saved, resumed by its link, one paper is missing, sent on the third. Nothing is lost."""

import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visit, Visitor
from tests.inspection.makers import a_pdf
from tests.stories.test_a_business_sends_a_dossier import TEXTS, main_button, name

pytestmark = pytest.mark.browser

FIRST = ("organisation_name", "address_line", "representative_name", "representative_title")
THEN = ("contact_name", "contact_phone", "contact_email")
CERTIFICATE = ("certificate_no", "certification_body", "certificate_scope", "certificate_issued_on")


def task(page: Page, title: str):  # type: ignore[no-untyped-def]
    return page.locator(".hotro-task").filter(has=page.get_by_role("link", name=title, exact=True))


def open_task(page: Page, title: str) -> None:
    task(page, title).get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(title)


def when_they_begin_and_save_for_later(visit: Visit) -> str:
    """The link of the draft, as the page shows it to be copied."""
    page = visit.page
    visit.go("/bieu-mau/ho-so-tieu-chuan/")
    for field in FIRST:
        name(page, field).fill(TEXTS[field])
    page.get_by_role("button", name="Lưu bản nháp, làm tiếp sau").click()
    page.wait_for_url("**/ban-nhap/**")
    expect(task(page, "Thông tin đơn vị")).to_contain_text("Đang làm")
    expect(page.locator(".hotro-task").last).to_contain_text("Chưa thể bắt đầu")
    expect(page.locator("article")).to_contain_text("Đã lưu lúc")
    return page.get_by_label("Đường dẫn bản nháp").input_value()


def when_they_go_on_with_the_organisation_and_a_paper(visit: Visit, link: str, paper: Path) -> None:
    page = visit.page
    page.goto(link)
    open_task(page, "Thông tin đơn vị")
    expect(name(page, "organisation_name")).to_have_value(TEXTS["organisation_name"])
    page.get_by_label("Hợp tác xã", exact=True).check()
    name(page, "commune_code").select_option("07210")
    main_button(page, "Tiếp tục")
    expect(page.locator(".hotro-summary h2")).to_have_text("Có 3 chỗ cần sửa")
    for field in THEN:
        name(page, field).fill(TEXTS[field])
    main_button(page, "Tiếp tục")
    expect(task(page, "Thông tin đơn vị")).to_contain_text("Đã xong")
    upload(page, "Bản sao giấy chứng nhận hoặc công nhận", paper)


def upload(page: Page, title: str, paper: Path) -> None:
    open_task(page, title)
    page.locator("input[type=file]").set_input_files(paper)
    main_button(page, "Tiếp tục")
    expect(task(page, title)).to_contain_text("Đã xong")


def when_they_fill_the_rest(visit: Visit, link: str, paper: Path) -> None:
    page = visit.page
    page.goto(link)
    expect(task(page, "Bản sao giấy chứng nhận hoặc công nhận")).to_contain_text("Đã xong")
    open_task(page, "Giấy chứng nhận hoặc công nhận")
    name(page, "standard").select_option("iso_22000")
    for field in CERTIFICATE:
        name(page, field).fill(TEXTS[field])
    name(page, "certificate_no").fill(f"VD-{secrets.token_hex(4)}")
    page.locator('[name="accredited"]').first.check()
    main_button(page, "Tiếp tục")
    open_task(page, "Chi phí đã chi")
    name(page, "costs.0.description").fill("Đánh giá chứng nhận")
    name(page, "costs.0.amount").fill("84.000.000")
    page.get_by_role("button", name="Thêm dòng chi phí").click()
    expect(name(page, "costs.1.amount")).to_be_visible()
    name(page, "costs.1.description").fill("Tư vấn")
    name(page, "costs.1.amount").fill("6.000.000")
    main_button(page, "Tiếp tục")
    open_task(page, "Đề nghị")
    name(page, "requested_amount").fill("42.000.000")
    main_button(page, "Tiếp tục")
    open_task(page, "Đồng ý xử lý dữ liệu cá nhân")
    name(page, "consent").check()
    main_button(page, "Tiếp tục")
    upload(page, "Đơn đề nghị hỗ trợ", paper)


def when_they_use_one_file_twice_and_explain_a_missing_paper(page: Page) -> None:
    open_task(page, "Hóa đơn và chứng từ thanh toán")
    page.get_by_text("Dùng tệp đã gửi ở mục khác").click()
    page.get_by_role("button", name="Dùng giấy.pdf cho mục này").first.click()
    expect(page.locator(".hotro-files").first).to_contain_text("giấy.pdf")
    main_button(page, "Tiếp tục")
    open_task(page, "Hợp đồng tư vấn, đánh giá, chứng nhận")
    page.get_by_text("Chưa có giấy tờ này?").click()
    page.get_by_label("Chưa có giấy tờ này", exact=True).check()
    page.get_by_label("Lý do và ngày dự kiến có").fill("Tự xây dựng, không thuê tư vấn")
    main_button(page, "Tiếp tục")


def then_they_check_change_one_answer_and_send(page: Page) -> None:
    page.get_by_role("link", name="Kiểm tra câu trả lời, rồi gửi").click()
    expect(page.locator("h1")).to_have_text("Kiểm tra và gửi")
    expect(page.locator("article")).to_contain_text("Chưa có: Tự xây dựng, không thuê tư vấn")
    expect(page.locator("article")).to_contain_text("90.000.000")
    page.get_by_role("link", name="Sửa Người liên hệ").click()
    name(page, "contact_name").fill("Lê Thị Ví Dụ")
    main_button(page, "Tiếp tục")
    expect(page.locator("h1")).to_have_text("Kiểm tra và gửi")
    expect(page.locator("article")).to_contain_text("Lê Thị Ví Dụ")
    main_button(page, "Gửi hồ sơ")
    expect(page.locator("h1")).to_have_text("Đã gửi hồ sơ")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 320)])
def test_a_dossier_of_three_evenings_is_sent_whole(script: bool, width: int, visitor: Visitor, tmp_path: Path) -> None:
    paper = tmp_path / "giấy.pdf"
    a_pdf(paper)

    link = when_they_begin_and_save_for_later(visitor(script, width))
    when_they_go_on_with_the_organisation_and_a_paper(visitor(script, width), link, paper)
    third = visitor(script, width)
    when_they_fill_the_rest(third, link, paper)
    when_they_use_one_file_twice_and_explain_a_missing_paper(third.page)
    then_they_check_change_one_answer_and_send(third.page)

    third.page.goto(link)
    expect(third.page.locator("h1")).to_have_text("Hồ sơ này đã gửi")


@pytest.mark.parametrize(
    ("width", "scripts_served"),
    [
        (320, False),
        (1280, True),
        pytest.param(320, True, marks=pytest.mark.long),
        pytest.param(1280, False, marks=pytest.mark.long),
    ],
)
def test_each_page_of_a_draft_is_accessible(width: int, scripts_served: bool, visitor: Visitor, tmp_path: Path) -> None:
    visit = visitor(width=width, scripts_served=scripts_served)
    link = when_they_begin_and_save_for_later(visit)
    paper = tmp_path / "giấy.pdf"
    a_pdf(paper)
    pages = [link, f"{link}/phan/costs", f"{link}/giay-to/contracts", f"{link}/xoa"]
    pages += [f"{visit.url}/nop/ho-so-tieu-chuan/lay-lai", f"{visit.url}/ban-nhap/khong-co"]
    found = {}

    for address in pages:
        visit.page.goto(address)
        found[address] = (visit.violations(), visit.too_wide())
    visit.page.goto(f"{link}/phan/applicant")
    main_button(visit.page, "Tiếp tục")
    expect(visit.page.locator(".hotro-summary")).to_be_visible()
    found["refused"] = (visit.violations(), visit.too_wide())

    assert found == dict.fromkeys(found, ([], False))
