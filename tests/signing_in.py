"""Officers who sign in, as a browser without script does it."""

import re
from datetime import datetime

from bs4 import BeautifulSoup
from httpx2 import Client, Response
from pyotp import TOTP
from starlette.testclient import TestClient

from processor.services.access.accounts import add_officer
from processor.services.parts import Wired
from processor.web.app import create_app
from processor.web.site import Site
from tests.application import URL, MovedClock
from tests.web.test_applicant import value_of

PASSWORD = "mat-khau-vi-du-dai"
SIGN_IN, CODE, SET_UP = "/can-bo/dang-nhap", "/can-bo/dang-nhap/ma", "/can-bo/tai-khoan/ma-xac-thuc"
RECOVERY_CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")


def a_browser(wired: Wired, url: str = URL, agent: str = "") -> TestClient:
    app = create_app(wired, Site(wired.settings.site))
    headers = {"user-agent": agent} if agent else {}
    return TestClient(app, url, follow_redirects=False, raise_server_exceptions=False, headers=headers)


def type_password(browser: Client, name: str, password: str = PASSWORD, going_on: str = "") -> Response:
    page = browser.get(SIGN_IN, params={"tiep": going_on} if going_on else {})
    told = {"name": name, "password": password, "tiep": value_of(page.text, "tiep")}
    return browser.post(SIGN_IN, data=told | {"csrf": value_of(page.text, "csrf")})


def type_code(browser: TestClient, code: str) -> Response:
    page = browser.get(CODE)
    return browser.post(CODE, data={"code": code, "csrf": value_of(page.text, "csrf")})


def signed_in(wired: Wired, name: str, role: str = "intake", agent: str = "") -> TestClient:
    """A new officer with a session in a browser of their own."""
    add_officer(wired, name, role, PASSWORD)
    browser = a_browser(wired, agent=agent)
    assert type_password(browser, name).status_code == 303
    return browser


def post(browser: Client, page: str, path: str, **told: str) -> Response:
    """From a page of the desk, with the token that stands there."""
    csrf = value_of(browser.get(page).text, "csrf")
    return browser.post(path, data={"csrf": csrf, **told})


def set_up(wired: Wired, browser: TestClient) -> tuple[str, list[str]]:
    """The secret in the app, and the recovery codes."""
    secret = shown_secret(browser)
    answer = post(browser, SET_UP, SET_UP, code=code_at(secret, wired.clock()))
    assert answer.status_code == 200
    return secret, RECOVERY_CODE.findall(answer.text)


def shown_secret(browser: TestClient) -> str:
    page = BeautifulSoup(browser.get(SET_UP).text, "html.parser")
    shown = page.find(class_="hotro-reference")
    assert shown
    return "".join(shown.get_text().split())


def code_at(secret: str, moment: datetime) -> str:
    return TOTP(secret).at(moment)


def to_a_new_hour(clock: MovedClock) -> None:
    """Limits count by the hour: a test that fills one begins with it."""
    clock.move(minutes=60 - clock().minute)
