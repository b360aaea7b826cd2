"""The pages about personal data pass axe in every state, on a phone and on a desk."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.browser import PASSWORD, Visit, Visitor
from tests.served import Served
from tests.stories.test_pages_are_accessible import look, press

pytestmark = pytest.mark.browser

LEADER = "lanh-dao-vi-du"
REGISTER = "/can-bo/du-lieu-ca-nhan"
REQUEST = {"person": "Trần Thị Ví Dụ", "contact": "lien-he@vi-du.example", "wanted": "Xem dữ liệu của tôi (ví dụ)"}


@pytest.fixture
def leader(live: Served, visitor: Visitor) -> Iterator[Visit]:
    """Signed in; the officer is added once."""
    live.run("staff", "add", LEADER, "--role", "leader", "--password-stdin", text=f"{PASSWORD}\n")
    visit = visitor()
    visit.go("/can-bo/ho-so")
    visit.page.locator('[name="name"]').fill(LEADER)
    visit.page.locator('[name="password"]').fill(PASSWORD)
    press(visit.page, "Đăng nhập")
    yield visit


def test_the_register_from_empty_to_closed(leader: Visit, a_dossier_sent: str) -> None:
    page = leader.page
    found: list[str] = []
    titles: list[str] = []

    for path in (REGISTER, f"{REGISTER}/da-xoa", f"{REGISTER}/moi"):
        leader.go(path)
        look(leader, found, titles)
    press(page, "Ghi yêu cầu về dữ liệu cá nhân")
    look(leader, found, titles)
    for name, words in REQUEST.items():
        page.locator(f'[name="{name}"]').fill(words)
    page.locator('[name="dossiers"]').fill(a_dossier_sent)
    choose(page, "kind", "erase")
    page.locator('[name="received_on"]').fill(f"{date.today():%d/%m/%Y}")
    press(page, "Ghi yêu cầu về dữ liệu cá nhân")
    look(leader, found, titles)
    request = page.url.removeprefix(leader.url)
    leader.go(f"{request}/nguoi-xem")
    look(leader, found, titles)
    leader.go(f"/can-bo/ho-so/{a_dossier_sent}")
    with page.expect_event("load"):
        page.get_by_role("link", name="Gỡ tệp gửi nhầm").first.click()
    look(leader, found, titles)
    for deed in ("xac-dinh", "phan-hoi", "gia-han", "dong"):
        leader.go(f"{request}/{deed}")
        look(leader, found, titles)
    leader.go(f"/can-bo/ho-so/{a_dossier_sent}/xoa-du-lieu?{urlencode({'yeu-cau': request.rpartition('/')[2]})}")
    look(leader, found, titles)
    for name, value in (("scope", "person"), ("ground", "requested")):
        choose(page, name, value)
    press(page, "Xóa dữ liệu")
    look(leader, found, titles)
    leader.go(REGISTER)
    look(leader, found, titles)

    assert found == []


def choose(page: Page, name: str, value: str) -> None:
    """Few answers are radio buttons, many are a list."""
    box = page.locator(f'[name="{name}"]').first
    if box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(value)
    else:
        page.locator(f'[name="{name}"][value="{value}"]').check()


def test_the_log_of_breaches_from_empty_to_told(leader: Visit) -> None:
    page = leader.page
    found: list[str] = []
    titles: list[str] = []
    told = {"found_on": "01/10/2026", "found_time": "8:00", "what": "Gửi nhầm (ví dụ)", "data_kinds": "Họ tên"}

    for path in ("/can-bo/su-co", "/can-bo/su-co/moi"):
        leader.go(path)
        look(leader, found, titles)
    for name, words in told.items():
        page.locator(f'[name="{name}"]').fill(words)
    choose(page, "harmful", "yes")
    press(page, "Ghi sự cố")
    look(leader, found, titles)
    leader.go(f"{page.url.removeprefix(leader.url)}/da-bao")
    look(leader, found, titles)
    leader.go("/can-bo/su-co")
    look(leader, found, titles)

    assert found == []
