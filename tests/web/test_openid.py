"""Officers who sign in by the agency's accounts, against a real OpenID provider."""

import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from processor.domain.access.officer import Officer
from processor.services.access.accounts import AccountFault, add_officer, disable, list_officers, reset_password
from processor.services.access.agreement import Agreed, OpenIdFault, agreed
from processor.services.access.provider import Provider, checked
from processor.services.parts import Wired
from processor.settings import Settings
from processor.wiring import wire
from tests.application import URL, MovedClock
from tests.openid_provider import ACCOUNTS, SECRET, RunningProvider, by_agency, running_provider, signed_in_there
from tests.served import free_port
from tests.signing_in import PASSWORD, a_browser, post, type_password
from tests.web.test_applicant import text_of

AWAY, ACCOUNT, DESK = "/can-bo/dang-nhap/co-quan", "/can-bo/tai-khoan", "/can-bo/ho-so"
ROLES = "quan-tri=admin,lanh-dao=leader,tiep-nhan=intake"


@pytest.fixture(scope="module")
def shared_provider() -> Iterator[RunningProvider]:
    with running_provider(URL) as provider:
        yield provider


@pytest.fixture
def provider(shared_provider: RunningProvider) -> Iterator[RunningProvider]:
    """With the example accounts, whatever a test before made of them."""
    yield shared_provider
    if shared_provider.accounts != dict(ACCOUNTS) or shared_provider.process is None:
        shared_provider.accounts = dict(ACCOUNTS)
        shared_provider.restart()


@pytest.fixture
def here(wired: Wired, provider: RunningProvider) -> Iterator[Wired]:
    """An installation that agreed with the provider."""
    yield from agreeing(wired, oidc_issuer=provider.issuer)


def agreeing(wired: Wired, **changed: Any) -> Iterator[Wired]:
    told: dict[str, Any] = {"oidc_client_id": "hotro", "oidc_client_secret": SECRET, "oidc_roles": ROLES} | changed
    parts = wire(Settings(clamd_url="none", data=wired.settings.data, site=wired.settings.site, **told), wired.clock)
    yield parts
    parts.engine.dispose()


def officers(wired: Wired) -> dict[str, str]:
    return {officer.name: officer.role for officer in list_officers(wired)}


def test_without_an_agreement_there_is_no_such_way(wired: Wired) -> None:
    browser = a_browser(wired)

    page, straight = browser.get("/can-bo/dang-nhap"), browser.get(AWAY)

    assert "tài khoản cơ quan" not in text_of(page.text)
    assert straight.status_code == 403


def test_the_first_sign_in_makes_the_officer_with_the_role_of_the_claim(here: Wired) -> None:
    browser = a_browser(here)
    offered = text_of(browser.get("/can-bo/dang-nhap").text)

    answer = by_agency(browser, "lan-17", tiep=ACCOUNT)

    (officer,) = list_officers(here)
    assert "Đăng nhập bằng tài khoản cơ quan" in offered
    assert (answer.status_code, answer.headers["location"]) == (303, ACCOUNT)
    assert officer == Officer(officer.id, "Nguyễn Thị Lan", "intake", False, "lan@vi-du.vn", False, True)
    assert "Đăng nhập bằng tài khoản cơ quan" in text_of(browser.get(ACCOUNT).text)


def test_the_second_sign_in_is_the_same_officer_with_the_role_of_that_day(
    here: Wired, provider: RunningProvider
) -> None:
    by_agency(a_browser(here), "lan-17")
    provider.accounts["lan-17"] = {**ACCOUNTS["lan-17"], "hotro_role": "lanh-dao", "name": "Lan Đổi Tên"}
    provider.restart()

    by_agency(a_browser(here), "lan-17")

    assert officers(here) == {"Nguyễn Thị Lan": "leader"}


def test_of_several_values_the_first_of_the_setting_gives_the_role(here: Wired) -> None:
    by_agency(a_browser(here), "binh-4")

    assert officers(here) == {"Trần Văn Bình": "leader"}


def test_who_has_no_role_there_is_told_so_and_nobody_is_made(here: Wired) -> None:
    browser = a_browser(here)

    answer = by_agency(browser, "khach-9")

    assert answer.status_code == 403 and "chưa có vai trò" in text_of(answer.text)
    assert officers(here) == {} and browser.get(DESK).status_code == 303


def test_who_lost_the_role_there_loses_the_sessions_here(here: Wired, provider: RunningProvider) -> None:
    browser = a_browser(here)
    by_agency(browser, "lan-17")
    provider.accounts["lan-17"] = {"name": "Nguyễn Thị Lan", "hotro_role": "khac"}
    provider.restart()

    answer = by_agency(a_browser(here), "lan-17")

    assert answer.status_code == 403 and browser.get(DESK).status_code == 303


def test_a_disabled_officer_stays_out(here: Wired) -> None:
    browser = a_browser(here)
    by_agency(browser, "lan-17")
    disable(here, "Nguyễn Thị Lan")

    answer = by_agency(browser, "lan-17")

    assert answer.status_code == 403 and "đã khóa" in text_of(answer.text)
    assert browser.get(DESK).status_code == 303


def test_a_name_alone_opens_nobody_elses_account(here: Wired) -> None:
    add_officer(here, "Nguyễn Thị Lan", "admin", PASSWORD)

    by_agency(a_browser(here), "lan-17")

    assert officers(here) == {"Nguyễn Thị Lan": "admin", "Nguyễn Thị Lan (2)": "intake"}


def test_no_password_opens_an_account_of_the_agency(here: Wired) -> None:
    by_agency(a_browser(here), "lan-17")

    answers = [type_password(a_browser(here), "Nguyễn Thị Lan", password) for password in ("", PASSWORD)]

    assert [answer.status_code for answer in answers] == [403, 403]
    with pytest.raises(AccountFault, match="tài khoản cơ quan"):
        reset_password(here, "Nguyễn Thị Lan", PASSWORD)


def test_where_a_code_is_required_the_agency_answers_for_its_own_accounts(
    wired: Wired, provider: RunningProvider
) -> None:
    for strict in agreeing(wired, oidc_issuer=provider.issuer, totp="required"):
        browser = a_browser(strict)

        by_agency(browser, "lan-17")

        assert browser.get(DESK).status_code == 200
        assert browser.get(f"{ACCOUNT}/ma-xac-thuc").headers["location"] == ACCOUNT


def test_a_role_told_only_by_the_userinfo_counts_too(wired: Wired) -> None:
    with running_provider(URL, in_userinfo=True) as provider:
        for parts in agreeing(wired, oidc_issuer=provider.issuer):
            by_agency(a_browser(parts), "lan-17")

            assert officers(parts) == {"Nguyễn Thị Lan": "intake"}


def test_new_keys_of_the_provider_are_fetched_when_they_are_met(here: Wired, provider: RunningProvider) -> None:
    by_agency(a_browser(here), "lan-17")
    provider.restart()

    answer = by_agency(a_browser(here), "binh-4")

    assert answer.status_code == 303


def test_the_browser_is_sent_with_state_nonce_and_a_challenge(here: Wired) -> None:
    first, second = (a_browser(here).get(AWAY).headers["location"] for _ in range(2))

    asked, other = (parse_qs(urlsplit(address).query) for address in (first, second))
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{URL}{AWAY}/ve"]
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_an_answer_meant_for_another_browser_opens_nothing(here: Wired) -> None:
    lured, own = a_browser(here), a_browser(here)
    answer = signed_in_there(own.get(AWAY).headers["location"], "lan-17")
    lured.get(AWAY)

    without_cookie, foreign = a_browser(here).get(answer), lured.get(answer)

    for refused in (without_cookie, foreign):
        assert refused.status_code == 403 and "hết hạn" in text_of(refused.text)
    assert officers(here) == {}


def test_an_answer_opens_once_and_within_ten_minutes(here: Wired, moved_clock: MovedClock) -> None:
    browser, late = a_browser(here), a_browser(here)
    away = browser.get(AWAY)
    seed = browser.cookies["hotro-co-quan"]
    answer = signed_in_there(away.headers["location"], "lan-17")
    first = browser.get(answer)
    browser.cookies.set("hotro-co-quan", seed)

    again = browser.get(answer)
    answer = signed_in_there(late.get(AWAY).headers["location"], "lan-17")
    moved_clock.move(minutes=10)

    assert first.status_code == 303
    assert again.status_code == 403 and "chưa xác nhận" in text_of(again.text)
    assert late.get(answer).status_code == 403


def test_who_gives_up_there_is_back_at_the_sign_in_page(here: Wired) -> None:
    answer = by_agency(a_browser(here), "")

    assert answer.status_code == 403 and "<title>Lỗi: Đăng nhập" in answer.text
    assert "chưa xác nhận" in text_of(answer.text)


def test_while_the_provider_does_not_answer_passwords_still_open(wired: Wired) -> None:
    for parts in agreeing(wired, oidc_issuer=f"http://127.0.0.1:{free_port()}"):
        add_officer(parts, "lan", "intake", PASSWORD)
        browser = a_browser(parts)

        answer = browser.get(AWAY)

        assert answer.status_code == 503 and "không trả lời" in text_of(answer.text)
        assert type_password(browser, "lan").status_code == 303


def test_a_provider_that_stops_half_way_gives_a_clear_page(here: Wired, provider: RunningProvider) -> None:
    browser = a_browser(here)
    answer = signed_in_there(browser.get(AWAY).headers["location"], "lan-17")
    provider.stop()

    refused = browser.get(answer)

    assert refused.status_code == 503 and "không trả lời" in text_of(refused.text)


def test_an_issuer_that_publishes_another_name_is_not_trusted(wired: Wired, provider: RunningProvider) -> None:
    for parts in agreeing(wired, oidc_issuer=f"http://localhost:{provider.port}"):
        answer = a_browser(parts).get(AWAY)

        assert answer.status_code == 503


def test_another_secret_than_the_agreed_one_opens_nothing(wired: Wired, provider: RunningProvider) -> None:
    for parts in agreeing(wired, oidc_issuer=provider.issuer, oidc_client_secret="khác"):
        answer = by_agency(a_browser(parts), "lan-17")

        assert answer.status_code == 403 and officers(parts) == {}


def test_an_officer_of_the_agency_signs_out_here(here: Wired) -> None:
    browser = a_browser(here)
    by_agency(browser, "lan-17")

    post(browser, ACCOUNT, "/can-bo/dang-xuat")

    assert browser.get(DESK).status_code == 303


NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
ISSUER = "https://tk.example"
KNOWN = Agreed(ISSUER, "hotro", None, "hotro_role", {"tiep-nhan": "intake"})
RIGHT = {"iss": ISSUER, "sub": "17", "aud": "hotro", "nonce": "n", "iat": NOW.timestamp(), "exp": NOW.timestamp() + 300}
KEY, FOREIGN = (RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256"}) for _ in range(2))


def a_provider() -> Provider:
    """As this process knows it: nothing is fetched."""
    made = Provider(ISSUER)
    made.published = (NOW, {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"})
    made.keys = (NOW, KeySet([KEY]))
    return made


def claims_of(told: Mapping[str, Any], key: RSAKey = KEY) -> dict[str, Any]:
    token = jwt.encode({"alg": "RS256", "kid": "1"}, dict(told), key)
    return checked(token, a_provider(), KNOWN, "n", {}, NOW)


def by_hand(algorithm: str, secret: bytes) -> str:
    """As a forger makes it who knows only what is published."""
    parts = (json.dumps(part).encode() for part in ({"alg": algorithm, "kid": "1"}, RIGHT))
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = hmac.digest(secret, signed, "sha256") if secret else b""
    return (signed + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def test_an_id_token_as_agreed_is_read() -> None:
    assert claims_of(RIGHT)["sub"] == "17"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://khac.example"},
        {"aud": "khac"},
        {"aud": ["hotro", "khac"]},
        {"azp": "khac"},
        {"nonce": "m"},
        {"nonce": None},
        {"exp": NOW.timestamp() - 120},
        {"iat": NOW.timestamp() + 600},
        {"exp": None},
        {"sub": None},
    ],
)
def test_an_id_token_that_says_anything_else_is_refused(changed: dict[str, Any]) -> None:
    told = {name: value for name, value in {**RIGHT, **changed}.items() if value is not None}

    with pytest.raises(JoseError):
        claims_of(told)


def test_an_id_token_of_another_signer_is_refused() -> None:
    with pytest.raises(JoseError):
        claims_of(RIGHT, FOREIGN)


@pytest.mark.parametrize(("algorithm", "secret"), [("HS256", KEY.as_pem(private=False)), ("none", b"")])
def test_an_id_token_that_anybody_could_have_signed_is_refused(algorithm: str, secret: bytes) -> None:
    with pytest.raises(JoseError):
        checked(by_hand(algorithm, secret), a_provider(), KNOWN, "n", {}, NOW)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"oidc_client_id": None}, "HOTRO_OIDC_CLIENT_ID"),
        ({"oidc_roles": ""}, "HOTRO_OIDC_ROLES"),
        ({"oidc_roles": "a=chief"}, "“chief”"),
    ],
)
def test_settings_that_do_not_fit_together_are_told_at_the_start(changed: dict[str, Any], said: str) -> None:
    told = {"oidc_issuer": ISSUER, "oidc_client_id": "hotro", "oidc_roles": ROLES} | changed

    with pytest.raises(OpenIdFault, match=said):
        agreed(Settings(**told))
