"""A session begins with a new id, lives on the server, ends when it should, and takes posts from its own pages only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.access.accounts import change_role, disable, known_officer, reset_password
from processor.services.access.sign_in import session_of
from processor.services.parts import Wired
from processor.web.app import ROUTES
from tests.application import MovedClock, wired_in
from tests.routes import path_of
from tests.signing_in import PASSWORD, SIGN_IN, a_browser, post, signed_in, type_password
from tests.web.test_applicant import text_of, value_of

DESK = "/can-bo/ho-so"
POSTS = [path_of(route) for route in ROUTES if "POST" in (route.methods or set())]
OF_DESK = [path for path in POSTS if path.startswith("/can-bo/") and not path.startswith(SIGN_IN)]
FOREIGN = [{"origin": "https://xau.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
FOREIGN += [{"sec-fetch-site": "same-site"}]


def opens(browser: TestClient, cookie: str) -> bool:
    """Whether an old cookie, put back by hand, still opens the desk."""
    browser.cookies.clear()
    browser.cookies.set("hotro", cookie)
    return browser.get(DESK).status_code == 200


def test_signing_in_gives_a_new_id_of_256_bits_whatever_cookie_the_browser_brought(wired: Wired) -> None:
    planted, first = "da-biet-truoc", signed_in(wired, "lan").cookies["hotro"]
    browser = a_browser(wired)
    browser.cookies.set("hotro", planted)

    type_password(browser, "lan")

    given = [one for one in browser.cookies.jar if one.name == "hotro" and one.value != planted]
    assert len(given) == 1 and given[0].value != first
    assert len(str(given[0].value)) >= 43 and session_of(wired, planted) is None


def test_signing_in_again_ends_the_session_that_the_browser_had(wired: Wired) -> None:
    browser = signed_in(wired, "lan")
    earlier, elsewhere = browser.cookies["hotro"], a_browser(wired)
    type_password(elsewhere, "lan")

    type_password(browser, "lan")

    assert session_of(wired, earlier) is None
    assert session_of(wired, browser.cookies["hotro"]) and session_of(wired, elsewhere.cookies["hotro"])


def test_a_cookie_is_worthless_after_signing_out(wired: Wired) -> None:
    browser = signed_in(wired, "lan")
    cookie = browser.cookies["hotro"]

    answer = post(browser, DESK, "/can-bo/dang-xuat")

    assert "hotro" not in browser.cookies and "Max-Age=0" in answer.headers["set-cookie"]
    assert not opens(browser, cookie)


def test_a_new_password_ends_every_session(wired: Wired) -> None:
    browser = signed_in(wired, "lan")

    reset_password(wired, "lan", "mot-mat-khau-khac")

    assert not opens(browser, browser.cookies["hotro"])


def test_a_disabled_officer_has_no_session_left_also_when_let_in_again(wired: Wired) -> None:
    browser = signed_in(wired, "lan")

    disable(wired, "lan")

    assert browser.get(DESK).status_code == 303
    assert browser.post(DESK, data={"csrf": "x"}).status_code == 403


def test_a_session_ends_after_half_an_hour_of_silence_and_after_ten_hours_of_work(
    wired: Wired, moved_clock: MovedClock
) -> None:
    silent, busy = signed_in(wired, "lan"), signed_in(wired, "binh")

    opened = []
    for _ in range(30):
        moved_clock.move(minutes=20)
        opened.append(busy.get(DESK).status_code)

    assert silent.get(DESK).status_code == 303
    assert opened == [200] * 29 + [303]


def test_a_role_taken_away_holds_in_the_open_session(wired: Wired) -> None:
    browser = signed_in(wired, "lan", "admin")
    signed_in(wired, "binh", "admin")

    change_role(wired, known_officer(wired, "lan"), "reader")

    assert browser.get("/can-bo/cong-chuc").status_code == 403


@pytest.mark.parametrize("path", OF_DESK)
def test_every_post_of_the_desk_needs_the_token_of_its_session(path: str, admin: TestClient, other: str) -> None:
    for forged in ("", "x", other):
        answer = admin.post(path, data={"csrf": forged, "_action": "confirm"})

        assert answer.status_code == 403, path
        assert "Trang đã mở quá lâu" in text_of(answer.text), path


@pytest.mark.parametrize("path", [*POSTS, SIGN_IN, f"{SIGN_IN}/ma"])
def test_every_post_from_a_foreign_page_is_refused_the_sign_in_too(path: str, admin: TestClient) -> None:
    for headers in FOREIGN:
        answer = admin.post(path, data={"csrf": "x"}, headers={**headers, "accept": "application/json"})

        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), path


def test_signing_in_needs_the_token_and_the_cookie_of_one_page(wired: Wired) -> None:
    signed_in(wired, "lan")
    here, attacker = a_browser(wired), a_browser(wired)
    here.get(SIGN_IN)
    foreign = value_of(attacker.get(SIGN_IN).text, "csrf")
    told = {"name": "lan", "password": PASSWORD, "csrf": foreign}

    with_other_cookie = here.post(SIGN_IN, data=told)
    without_cookie = a_browser(wired).post(SIGN_IN, data=told)

    assert [one.status_code for one in (with_other_cookie, without_cookie)] == [403, 403]
    assert "hotro" not in here.cookies


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, built_site: Path, catalogue: Catalogue, empty_database: Path
) -> Iterator[Wired]:
    """One for all routes: what is refused changes nothing."""
    with wired_in(tmp_path_factory.mktemp("office"), built_site, catalogue, empty_database, MovedClock()) as wired:
        yield wired


@pytest.fixture(scope="module")
def admin(office: Wired) -> TestClient:
    return signed_in(office, "an", "admin")


@pytest.fixture(scope="module")
def other(office: Wired, admin: TestClient) -> str:
    """The token of another session of the same officer."""
    browser = a_browser(office)
    type_password(browser, "an")
    return str(value_of(browser.get(DESK).text, "csrf"))
