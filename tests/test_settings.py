"""The address of the mail server is read whole or refused with the form that is wanted, never repeated."""

from typing import Any

import pytest
from pydantic import ValidationError

from processor.addresses import MailServer
from processor.settings import Settings


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1", MailServer("127.0.0.1", 25, "plain")),
        ("smtp://thu.hotro.example:2525/", MailServer("thu.hotro.example", 2525, "plain")),
        ("smtp+starttls://hotro:m@thu.hotro.example", MailServer("thu.hotro.example", 587, "starttls", "hotro", "m")),
        ("smtps://a%40b:p%3Aw%2F@thu.hotro.example", MailServer("thu.hotro.example", 465, "tls", "a@b", "p:w/")),
        ("smtp://[::1]:25", MailServer("::1", 25, "plain")),
    ],
)
def test_an_address_of_a_mail_server_is_read(url: str, server: MailServer) -> None:
    assert Settings(smtp_url=url).mail_server == server


@pytest.mark.parametrize(
    "url",
    [
        "thu.hotro.example",
        "smtp://",
        "smtp://h:cong",
        "smtp://h:99999",
        "smtp://h/thu",
        "smtp://h?tls=1",
        "pop3://h",
        "smtps://ten@h",
    ],
)
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match=r"viết "):
        Settings(smtp_url=url)


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    settings = Settings(smtp_url="smtps://hotro:mat-khau@thu.hotro.example")

    assert "mat-khau" not in repr(settings) + repr(settings.mail_server)


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_no_mail_can_be_sent(url: str | None) -> None:
    assert Settings(smtp_url=url).mail_server is None


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ({}, "hotro@localhost"),
        ({"public_url": "http://10.0.0.1:8000"}, "hotro@localhost"),
        ({"public_url": "https://hotro.example/"}, "hotro@hotro.example"),
        ({"public_url": "https://hotro.example", "mail_from": "tb@vi-du.example"}, "tb@vi-du.example"),
    ],
)
def test_letters_come_from_the_address_set_or_from_the_public_host(given: dict[str, Any], sender: str) -> None:
    assert Settings(**given).sender == sender


@pytest.mark.parametrize("address", ["a@b, c@d", "a b@c.vn", "a", "a@b.vn\r\nBcc: c@d.vn", "Tên <a@b.vn>"])
def test_the_sender_is_one_plain_address(address: str) -> None:
    with pytest.raises(ValidationError, match="một địa chỉ thư điện tử"):
        Settings(mail_from=address)


@pytest.mark.parametrize(
    "issuer",
    ["https://tk.example/realms/co-quan", "http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"],
)
def test_the_agencys_accounts_are_reached_safely(issuer: str) -> None:
    assert Settings(oidc_issuer=issuer).oidc_issuer == issuer


@pytest.mark.parametrize("issuer", ["http://tk.example", "tk.example", "https://", "ftp://127.0.0.1", "file:///etc"])
def test_another_way_to_the_agencys_accounts_is_refused(issuer: str) -> None:
    with pytest.raises(ValidationError, match="viết https://"):
        Settings(oidc_issuer=issuer)


def test_values_of_the_claim_stand_for_roles_in_their_order() -> None:
    settings = Settings(oidc_roles=" ou=tinh=admin , tiep-nhan = intake,")

    assert list(settings.role_of_claim.items()) == [("ou=tinh", "admin"), ("tiep-nhan", "intake")]


@pytest.mark.parametrize("written", ["intake", "=intake", "tiep-nhan=", "a=intake,b"])
def test_roles_written_otherwise_are_refused_with_the_form_that_is_wanted(written: str) -> None:
    with pytest.raises(ValidationError, match="GIÁ_TRỊ=VAI_TRÒ"):
        Settings(oidc_roles=written)


def test_the_secret_of_the_agencys_accounts_is_not_shown() -> None:
    assert "mat-khau" not in repr(Settings(oidc_client_secret="mat-khau"))


@pytest.mark.parametrize("proxies", ["", "127.0.0.1", "127.0.0.1, 10.0.0.0/24", "::1"])
def test_proxies_are_trusted_by_address(proxies: str) -> None:
    assert Settings(trusted_proxies=proxies).trusted_proxies == proxies


@pytest.mark.parametrize("proxies", ["*", "localhost", "10.0.0.1/24", "0.0.0.0/0", "::/0"])
def test_proxies_by_name_and_everybody_are_refused(proxies: str) -> None:
    with pytest.raises(ValidationError, match=r"viết địa chỉ IP"):
        Settings(trusted_proxies=proxies)


def test_an_object_store_is_found_under_the_names_that_others_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://kho.hotro.example:9000/")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "cua-chung")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "bi-mat-chung")

    access = Settings(s3_key_id="cua-minh").object_access

    assert (access.endpoint, access.region) == ("https://kho.hotro.example:9000", "us-east-1")
    assert (access.key_id, access.secret) == ("cua-minh", "bi-mat-chung")


@pytest.mark.parametrize(
    "endpoint",
    [
        "kho",
        "ftp://kho",
        "https://",
        "https://a:b@kho",
        "https://kho/bucket",
        "https://kho:0",
        "https://k ho",
        "http://[",
    ],
)
def test_another_address_of_an_object_store_is_refused(endpoint: str) -> None:
    with pytest.raises(ValidationError, match="viết https://"):
        Settings(s3_endpoint=endpoint)


def test_the_secret_of_an_object_store_is_not_shown() -> None:
    settings = Settings(s3_secret="bi-mat")

    assert "bi-mat" not in f"{settings!r} {settings.object_access!r}"
