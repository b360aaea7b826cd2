"""An officer sets up a code, signs in with it, and an admin helps: in a real browser, every page looked at by axe."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from tests.browser import Visitor
from tests.served import Served
from tests.signing_in import CODE, PASSWORD, RECOVERY_CODE, SET_UP, SIGN_IN, code_at
from tests.stories.test_pages_are_accessible import look, press

pytestmark = pytest.mark.browser

ACCOUNT, STAFF = "/can-bo/tai-khoan", "/can-bo/cong-chuc"


def add(live: Served, name: str, role: str) -> str:
    """Anew for each run: the server is shared."""
    added = live.run("staff", "add", name, "--role", role, "--password-stdin", text=f"{PASSWORD}\n")
    assert added.returncode == 0 or "Đã có công chức" in added.stderr, added.stderr
    return name


def type_password(page: Page, name: str, password: str = PASSWORD) -> None:
    page.locator('[name="name"]').fill(name)
    page.locator('[name="password"]').fill(password)
    press(page, "Đăng nhập")


def type_code(page: Page, code: str, button: str) -> None:
    page.locator('[name="code"]').fill(code)
    press(page, button)


@pytest.mark.parametrize("script", [pytest.param(True, marks=pytest.mark.long), False])
def test_an_officer_sets_up_a_code_and_signs_in_with_it(script: bool, live: Served, visitor: Visitor) -> None:
    visit, name = visitor(scripts_served=script), add(live, f"can-bo-ma-{script}", "intake")
    page, found, titles = visit.page, list[str](), list[str]()

    visit.go(ACCOUNT)
    type_password(page, name, "sai mật khẩu")
    look(visit, found, titles)
    type_password(page, name)
    look(visit, found, titles)
    page.get_by_role("link", name="Đặt mã xác thực").click()
    page.wait_for_url(f"**{SET_UP}")
    look(visit, found, titles)
    secret = "".join(page.locator(".hotro-reference").inner_text().split())
    type_code(page, "000", "Đặt mã xác thực")
    look(visit, found, titles)
    type_code(page, code_at(secret, datetime.now(UTC)), "Đặt mã xác thực")
    look(visit, found, titles)
    codes = RECOVERY_CODE.findall(page.locator("article").inner_text())
    press(page, "Đăng xuất")
    type_password(page, name)
    look(visit, found, titles)
    type_code(page, "000 000", "Tiếp tục")
    look(visit, found, titles)
    page.get_by_text("Dùng mã dự phòng").click()
    type_code(page, codes[0], "Tiếp tục")
    visit.go(ACCOUNT)
    look(visit, found, titles)
    page.get_by_role("link", name="Bỏ mã xác thực…").click()
    page.locator('[name="password"]').fill("sai mật khẩu")
    press(page, "Bỏ mã xác thực")
    look(visit, found, titles)

    assert found == []
    assert len(codes) == 10 and CODE not in page.url
    assert [re.sub(" – .*", "", title) for title in titles] == [
        "Lỗi: Đăng nhập",
        "Tài khoản",
        "Đặt mã xác thực",
        "Lỗi: Đặt mã xác thực",
        "Mã dự phòng",
        "Nhập mã xác thực",
        "Lỗi: Nhập mã xác thực",
        "Tài khoản",
        "Lỗi: Bỏ mã xác thực",
    ]


@pytest.mark.parametrize("script", [pytest.param(True, marks=pytest.mark.long), False])
def test_an_admin_is_asked_back_before_somebody_is_shut_out(script: bool, live: Served, visitor: Visitor) -> None:
    visit, admin = visitor(scripts_served=script), add(live, f"quan-tri-{script}", "admin")
    page, name, found, titles = visit.page, add(live, f"can-bo-nghi-{script}", "reader"), list[str](), list[str]()

    visit.go(f"{SIGN_IN}?tiep={STAFF}")
    type_password(page, admin)
    look(visit, found, titles)
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(f"**{STAFF}/*")
    look(visit, found, titles)
    press(page, "Khóa tài khoản…")
    look(visit, found, titles)
    press(page, "Khóa tài khoản")
    locked = page.locator("article").inner_text()
    page.locator('[name="role"]').select_option("leader")
    press(page, "Đổi vai trò…")
    look(visit, found, titles)
    press(page, "Đổi vai trò")
    roles = page.locator("article").inner_text()
    page.get_by_role("link", name="Tình trạng").click()
    page.wait_for_url("**/can-bo/tinh-trang")
    look(visit, found, titles)

    assert found == []
    assert [re.sub(" – .*", "", title) for title in titles] == [
        "Công chức",
        name,
        f"Khóa tài khoản {name}?",
        f"Đổi vai trò của {name} thành lãnh đạo?",
        "Tình trạng hệ thống",
    ]
    assert "Đã khóa" in locked and "lãnh đạo" in roles


def test_the_pages_work_in_a_browser_without_script(live: Served, visitor: Visitor) -> None:
    visit, name = visitor(script=False), add(live, "can-bo-khong-script", "intake")
    page = visit.page

    visit.go(SET_UP)
    type_password(page, name)
    secret = "".join(page.locator(".hotro-reference").inner_text().split())
    type_code(page, code_at(secret, datetime.now(UTC)), "Đặt mã xác thực")
    codes = RECOVERY_CODE.findall(page.locator("article").inner_text())
    press(page, "Đăng xuất")
    type_password(page, name)
    type_code(page, codes[1], "Tiếp tục")

    visit.go(ACCOUNT)
    assert "Còn 9 mã dự phòng" in page.locator("article").inner_text()
