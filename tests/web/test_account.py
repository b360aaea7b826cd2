"""Signing in with a code, an officer's own account, and an admin's page about officers."""

import re

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.services.access.accounts import ROLES, add_officer, disable, known_officer, reset_password
from processor.services.appraisal.claims import claim_dossier
from processor.services.parts import Wired
from processor.settings import Settings
from processor.web.app import ROUTES
from processor.wiring import wire
from tests.application import MovedClock
from tests.desk import a_dossier, officer
from tests.signing_in import (
    CODE,
    PASSWORD,
    SET_UP,
    a_browser,
    code_at,
    post,
    set_up,
    shown_secret,
    signed_in,
    to_a_new_hour,
    type_code,
    type_password,
)
from tests.web.test_applicant import text_of, value_of

ACCOUNT, STAFF, DESK = "/can-bo/tai-khoan", "/can-bo/cong-chuc", "/can-bo/ho-so"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
OWN = [route for route in ROUTES if route.path.startswith((ACCOUNT, STAFF))]


def obliged(wired: Wired) -> Wired:
    settings = Settings(clamd_url="none", data=wired.settings.data, site=wired.settings.site, totp="required")
    return wire(settings, wired.clock)


def page_of(wired: Wired, name: str) -> str:
    return f"{STAFF}/{known_officer(wired, name).id}"


def test_every_page_of_an_account_leads_a_stranger_to_the_sign_in_page(client: TestClient) -> None:
    assert len(OWN) > 10
    for route in OWN:
        path = re.sub(r"\{[^}]*\}", "1", route.path)
        posts = "POST" in (route.methods or set())

        answer = client.post(path, data={"csrf": ""}) if posts else client.get(path)

        assert answer.status_code == (403 if posts else 303), path
        assert posts or answer.headers["location"].startswith("/can-bo/dang-nhap?tiep="), path


def test_after_the_password_the_code_is_asked_for_and_leads_where_one_wanted_to_go(
    wired: Wired, moved_clock: MovedClock
) -> None:
    secret, _ = set_up(wired, signed_in(wired, "lan"))
    moved_clock.move(minutes=1)
    browser = a_browser(wired)

    password = type_password(browser, "lan", going_on=ACCOUNT)
    before = browser.cookies.get("hotro"), browser.get(DESK).status_code
    page = browser.get(password.headers["location"])
    told = {name: value_of(page.text, name) for name in ("csrf", "tiep")}
    code = browser.post(CODE, data=told | {"code": code_at(secret, wired.clock())})

    assert password.headers["location"] == f"{CODE}?tiep={ACCOUNT}"
    assert before == (None, 303)
    assert (code.status_code, code.headers["location"]) == (303, ACCOUNT)
    assert browser.get(DESK).status_code == 200 and "hotro-ma" not in browser.cookies


def test_a_wrong_code_keeps_the_page_and_says_what_to_do(wired: Wired) -> None:
    set_up(wired, signed_in(wired, "lan"))
    browser = a_browser(wired)
    type_password(browser, "lan")

    answer = type_code(browser, "12")

    assert answer.status_code == 403 and "<title>Lỗi: Nhập mã xác thực" in answer.text
    assert text_of(answer.text).count("Mã chưa đúng hoặc đã dùng.") == 2
    assert BeautifulSoup(answer.text, "html.parser").select_one("#f-code[aria-invalid=true]")


def test_a_recovery_code_is_typed_into_the_same_field(wired: Wired) -> None:
    _, codes = set_up(wired, signed_in(wired, "lan"))
    browser = a_browser(wired)
    type_password(browser, "lan")

    answer = type_code(browser, codes[0].lower())

    assert answer.status_code == 303
    assert "Còn 9 mã dự phòng" in text_of(browser.get(ACCOUNT).text)


def test_without_the_password_there_is_no_page_for_the_code(wired: Wired, moved_clock: MovedClock) -> None:
    set_up(wired, signed_in(wired, "lan"))
    browser, late = a_browser(wired), a_browser(wired)
    type_password(late, "lan")
    csrf = value_of(late.get(CODE).text, "csrf")
    moved_clock.move(minutes=5)

    straight, lapsed = browser.get(CODE), late.post(CODE, data={"code": "123456", "csrf": csrf})
    forged = browser.post(CODE, data={"code": "123456", "csrf": csrf})

    for answer in (straight, lapsed, forged):
        assert answer.status_code == 403 and "<title>Lỗi: Đăng nhập" in answer.text
    assert "hết hạn" in text_of(straight.text) and "hết hạn" in text_of(lapsed.text)


def test_too_many_tries_are_told_with_the_minutes_to_wait(wired: Wired, moved_clock: MovedClock) -> None:
    to_a_new_hour(moved_clock)
    add_officer(wired, "lan", "intake", PASSWORD)
    browser = a_browser(wired)
    for _ in range(5):
        type_password(browser, "lan", "sai")

    answer = type_password(browser, "lan")

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert "thử lại sau 1 phút" in text_of(answer.text)


def test_over_https_every_cookie_is_bound_to_the_host(wired: Wired) -> None:
    add_officer(wired, "lan", "intake", PASSWORD)
    browser = a_browser(wired, "https://127.0.0.1")

    page = browser.get("/can-bo/dang-nhap")
    csrf = value_of(page.text, "csrf")
    answer = browser.post("/can-bo/dang-nhap", data={"name": "lan", "password": PASSWORD, "csrf": csrf})

    given = [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert any(cookie.startswith("__Host-hotro=") for cookie in given)
    for cookie in given:
        assert cookie.startswith("__Host-hotro")
        assert all(mark in cookie for mark in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))


def test_setting_up_shows_a_qr_code_the_key_in_groups_and_once_the_recovery_codes(wired: Wired) -> None:
    browser = signed_in(wired, "lan")
    page = BeautifulSoup(browser.get(SET_UP).text, "html.parser")
    secret = shown_secret(browser)

    wrong = post(browser, SET_UP, SET_UP, code="1")
    same = shown_secret(browser)
    answer = post(browser, SET_UP, SET_UP, code=code_at(secret, wired.clock()))

    key = page.select_one(".hotro-reference")
    assert page.select_one(".hotro-qr svg") and key and re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", key.text.strip())
    assert wrong.status_code == 403 and "Mã chưa đúng" in text_of(wrong.text) and same == secret
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert browser.get(SET_UP).headers["location"] == ACCOUNT


def test_new_recovery_codes_and_removal_need_the_password(wired: Wired) -> None:
    browser = signed_in(wired, "lan")
    _, old = set_up(wired, browser)
    renew, remove = f"{ACCOUNT}/ma-du-phong", f"{ACCOUNT}/bo-ma-xac-thuc"

    refused = [post(browser, page, page, password="sai") for page in (renew, remove)]
    renewed = post(browser, renew, renew, password=PASSWORD)
    removed = post(browser, remove, remove, password=PASSWORD)

    assert [answer.status_code for answer in refused] == [403, 403]
    assert all(text_of(answer.text).count("Mật khẩu chưa đúng.") == 2 for answer in refused)
    assert renewed.status_code == 200 and old[0] not in renewed.text
    assert removed.headers["location"] == ACCOUNT
    assert type_password(a_browser(wired), "lan").headers["location"] == DESK
    assert browser.get(renew).headers["location"] == SET_UP


def test_an_officer_changes_the_own_password_and_only_this_session_stays(wired: Wired) -> None:
    browser, elsewhere = signed_in(wired, "lan"), a_browser(wired)
    type_password(elsewhere, "lan")
    page, new = f"{ACCOUNT}/mat-khau", "bốn con cò bay lả trên đồng"

    done = post(browser, page, page, old_password=PASSWORD, new_password=new, new_password_again=new)

    assert done.status_code == 200 and "Đã đổi mật khẩu" in text_of(done.text)
    assert browser.get(ACCOUNT).status_code == 200
    assert elsewhere.get(ACCOUNT).status_code == 303
    assert type_password(a_browser(wired), "lan").status_code == 403
    assert type_password(a_browser(wired), "lan", new).headers["location"] == DESK


@pytest.mark.parametrize(
    ("old", "new", "again", "status", "told"),
    [
        ("sai hoàn toàn", "bốn con cò bay lả", "bốn con cò bay lả", 403, "Mật khẩu chưa đúng."),
        (PASSWORD, "bốn con cò bay lả", "bốn con cò bay xa", 422, "Hai lần nhập mật khẩu mới không giống nhau."),
        (PASSWORD, PASSWORD, PASSWORD, 422, "Mật khẩu mới trùng mật khẩu đang dùng."),
        (PASSWORD, "ngắn", "ngắn", 422, "Mật khẩu dài 4 ký tự."),
        (PASSWORD, "password1234", "password1234", 422, "Mật khẩu này dễ đoán."),
    ],
)
def test_a_new_password_that_cannot_be_is_refused_and_the_old_one_stays(
    old: str, new: str, again: str, status: int, told: str, wired: Wired
) -> None:
    browser = signed_in(wired, "lan")
    page = f"{ACCOUNT}/mat-khau"

    refused = post(browser, page, page, old_password=old, new_password=new, new_password_again=again)

    assert refused.status_code == status and text_of(refused.text).count(told) == 2
    assert type_password(a_browser(wired), "lan").headers["location"] == DESK


def test_where_a_code_is_required_nothing_else_can_be_done_before_it_is_set_up(wired: Wired) -> None:
    strict = obliged(wired)
    browser = signed_in(strict, "lan")
    reachable = {SET_UP, "/can-bo/dang-xuat"}
    csrf = value_of(browser.get(SET_UP).text, "csrf")

    for route in ROUTES:
        path = re.sub(r"\{[^}]*\}", "1", route.path)
        if not path.startswith("/can-bo/") or path.startswith("/can-bo/dang-nhap") or path in reachable:
            continue
        posts = "POST" in (route.methods or set())
        answer = browser.post(path, data={"csrf": csrf}) if posts else browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, SET_UP), path
    set_up(strict, browser)

    assert browser.get(DESK).status_code == 200
    strict.engine.dispose()


def test_the_sessions_of_an_officer_are_listed_in_words_and_can_be_ended(wired: Wired) -> None:
    here = signed_in(wired, "lan", agent=FIREFOX)
    others = [a_browser(wired, agent="python") for _ in range(3)]
    for other in others:
        type_password(other, "lan")
    page = BeautifulSoup(here.get(ACCOUNT).text, "html.parser")
    rows = [" ".join(row.get_text(" ").split()) for row in page.select("table.hotro-queue tbody tr")]
    handle = page.select("input[name=session]")[0]["value"]

    one = post(here, ACCOUNT, f"{ACCOUNT}/phien", session=str(handle))
    after_one = [other.get(ACCOUNT).status_code for other in others]
    again = post(here, ACCOUNT, f"{ACCOUNT}/phien", session=str(handle))
    rest = post(here, ACCOUNT, f"{ACCOUNT}/phien", _action="others")

    assert len(rows) == 4 and [row for row in rows if "Firefox trên Windows Phiên này" in row]
    assert one.status_code == rest.status_code == 303 and sorted(after_one) == [200, 200, 303]
    assert again.status_code == 404 and "đã kết thúc rồi" in text_of(again.text)
    assert [other.get(ACCOUNT).status_code for other in others] == [303, 303, 303]
    assert here.get(ACCOUNT).status_code == 200


def test_a_session_of_somebody_else_cannot_be_ended(wired: Wired) -> None:
    victim, other = signed_in(wired, "lan"), signed_in(wired, "binh")
    second = a_browser(wired)
    type_password(second, "lan")
    handle = BeautifulSoup(victim.get(ACCOUNT).text, "html.parser").select("input[name=session]")[0]["value"]

    answer = post(other, ACCOUNT, f"{ACCOUNT}/phien", session=str(handle))

    assert answer.status_code == 404 and second.get(ACCOUNT).status_code == 200


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_admins_see_and_change_other_officers(role: str, wired: Wired) -> None:
    browser = signed_in(wired, "lan", role)
    other = page_of(wired, "lan")

    answers = [browser.get(STAFF), browser.get(other), post(browser, ACCOUNT, f"{other}/khoa", _action="confirm")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "vai trò quản trị" in text_of(answers[0].text)


def test_a_password_that_the_program_made_opens_nothing_but_the_page_for_a_new_one(wired: Wired) -> None:
    given, new = "mot-mat-khau-duoc-dat", "bốn con cò bay lả trên đồng"
    add_officer(wired, "lan", "admin", given, given=True)
    officer, page = a_browser(wired), f"{ACCOUNT}/mat-khau"
    type_password(officer, "lan", given)

    led = [officer.get(path).headers["location"] for path in (DESK, ACCOUNT, STAFF, SET_UP)]
    asked = text_of(officer.get(page).text)
    typed = {"old_password": given, "new_password": new, "new_password_again": new}
    done = post(officer, page, page, **typed)

    assert led == [page] * 4
    assert "do chương trình đặt" in asked and "Mở hàng chờ" in text_of(done.text)
    assert officer.get(DESK).status_code == 200
    reset_password(wired, "lan", given, given=True)
    type_password(officer, "lan", given)
    assert officer.get(DESK).headers["location"] == page


def test_an_admin_disables_an_officer_after_being_asked_back(wired: Wired) -> None:
    admin, officer = signed_in(wired, "an", "admin"), signed_in(wired, "lan")
    page = page_of(wired, "lan")

    asked = post(admin, page, f"{page}/khoa")
    untouched = officer.get(DESK).status_code
    done = post(admin, page, f"{page}/khoa", _action="confirm")

    assert "Khóa tài khoản lan?" in text_of(asked.text) and untouched == 200
    assert done.headers["location"] == page
    assert officer.get(DESK).status_code == 303 and "Đã khóa" in text_of(admin.get(STAFF).text)
    post(admin, page, f"{page}/mo-khoa", _action="confirm")
    assert type_password(officer, "lan").headers["location"] == DESK


def test_an_admin_hands_over_what_an_officer_who_leaves_holds(wired: Wired) -> None:
    admin, leaving = signed_in(wired, "an", "admin"), officer(wired, "appraiser", "lan")
    signed_in(wired, "mai", "appraiser")
    page, mine = page_of(wired, "lan"), [a_dossier(wired) for _ in range(2)]
    empty = text_of(admin.get(page).text)
    for sent in mine:
        claim_dossier(wired, leaving, sent.reference)

    before = text_of(admin.get(page).text)
    asked = post(admin, page, f"{page}/ban-giao", to="mai")
    stranger = post(admin, page, f"{page}/ban-giao", to="nobody")
    done = post(admin, page, f"{page}/ban-giao", to="mai", _action="confirm")
    again = post(admin, page, f"{page}/ban-giao", to="mai", _action="confirm")

    assert "không giữ hồ sơ nào" in empty
    assert "2 hồ sơ" in before and all(sent.reference in before for sent in mine)
    assert "Bàn giao tất cả hồ sơ của lan cho mai?" in text_of(asked.text)
    assert done.headers["location"] == page and "không giữ hồ sơ nào" in text_of(admin.get(page).text)
    assert "2 hồ sơ" in text_of(admin.get(page_of(wired, "mai")).text)
    assert (stranger.status_code, again.status_code) == (409, 409)


def test_an_admin_changes_a_role_and_it_holds_at_once(wired: Wired) -> None:
    admin, officer = signed_in(wired, "an", "admin"), signed_in(wired, "lan")
    page = page_of(wired, "lan")

    asked = post(admin, page, f"{page}/vai-tro", role="leader")
    unknown = post(admin, page, f"{page}/vai-tro", role="chief", _action="confirm")
    post(admin, page, f"{page}/vai-tro", role="leader", _action="confirm")

    assert "Đổi vai trò của lan thành lãnh đạo?" in text_of(asked.text)
    assert unknown.status_code == 409
    assert "lãnh đạo" in text_of(officer.get(ACCOUNT).text)


def test_an_admin_helps_who_lost_the_telephone_but_not_themselves(wired: Wired) -> None:
    admin, officer = signed_in(wired, "an", "admin"), signed_in(wired, "lan")
    set_up(wired, admin)
    set_up(wired, officer)
    own, page = page_of(wired, "an"), page_of(wired, "lan")

    refused = post(admin, own, f"{own}/dat-lai-ma", _action="confirm")
    post(admin, page, f"{page}/dat-lai-ma", _action="confirm")

    assert refused.status_code == 409 and known_officer(wired, "an").second_factor
    assert officer.get(DESK).status_code == 303
    assert type_password(officer, "lan").headers["location"] == DESK


def test_an_admin_ends_the_sessions_of_an_officer(wired: Wired) -> None:
    admin, officer = signed_in(wired, "an", "admin"), signed_in(wired, "lan")
    page = page_of(wired, "lan")

    post(admin, page, f"{page}/ket-thuc-phien", _action="confirm")

    assert officer.get(DESK).status_code == 303 and admin.get(DESK).status_code == 200


@pytest.mark.parametrize(("act", "told"), [("khoa", {}), ("vai-tro", {"role": "reader"})])
def test_the_last_admin_cannot_be_taken_away(act: str, told: dict[str, str], wired: Wired) -> None:
    admin = signed_in(wired, "an", "admin")
    page = page_of(wired, "an")

    answer = post(admin, page, f"{page}/{act}", _action="confirm", **told)

    assert answer.status_code == 409 and "quản trị cuối cùng" in text_of(answer.text)
    assert admin.get(STAFF).status_code == 200


def test_acts_and_officers_that_are_not_there_are_not_found(wired: Wired) -> None:
    admin = signed_in(wired, "an", "admin")
    page = page_of(wired, "an")

    answers = [post(admin, page, f"{page}/xoa"), admin.get(f"{STAFF}/999"), admin.get(f"{STAFF}/{10**40}")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_reader_changes_nothing_but_their_own_account(wired: Wired) -> None:
    browser = signed_in(wired, "lan", "reader")

    refused = post(browser, DESK, f"{DESK}/HT-1/nhan")
    own = post(browser, ACCOUNT, f"{ACCOUNT}/phien", _action="others")

    assert refused.status_code == 403 and "tiếp nhận, thẩm định, lãnh đạo hoặc quản trị" in text_of(refused.text)
    assert own.status_code == 303 and browser.get(DESK).status_code == 200
    assert post(browser, ACCOUNT, "/can-bo/dang-xuat").headers["location"] == "/can-bo/dang-nhap"


def test_a_disabled_officer_with_half_a_session_stays_out(wired: Wired) -> None:
    _, codes = set_up(wired, signed_in(wired, "lan"))
    browser = a_browser(wired)
    type_password(browser, "lan")
    csrf = value_of(browser.get(CODE).text, "csrf")
    disable(wired, "lan")

    answer = browser.post(CODE, data={"code": codes[0], "csrf": csrf})

    assert answer.status_code == 403 and "hotro" not in browser.cookies


def test_pages_of_an_account_are_not_kept_by_the_browser(wired: Wired) -> None:
    browser = signed_in(wired, "an", "admin")

    for path in (ACCOUNT, SET_UP, STAFF, page_of(wired, "an")):
        assert browser.get(path).headers["cache-control"] == "no-store"
