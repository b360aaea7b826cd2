"""How a letter travels: encrypted where the server can, and only to a proven server where that was asked."""

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from processor.addresses import smtp_server
from processor.services.mail.delivery import Outcome, deliver
from tests.mail import MailServer

SENDER, ADDRESS = "hotro@hotro.example", "a@vi-du.example"


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "thu.hotro.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    path = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@pytest.fixture
def encrypting(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(self_signed(tmp_path))
    yield server
    server.stop()


def delivered(server: MailServer, scheme: str) -> Outcome:
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content("x")
    target = smtp_server(f"{scheme}://127.0.0.1:{server.port}")
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(deliver, target, message, SENDER, ADDRESS).result()


def test_a_plain_address_is_encrypted_where_the_server_offers_it(encrypting: MailServer) -> None:
    assert delivered(encrypting, "smtp") == Outcome("sent")
    assert encrypting.encrypted == [True]


def test_a_plain_address_goes_unencrypted_where_the_server_does_not(mail_server: MailServer) -> None:
    assert delivered(mail_server, "smtp") == Outcome("sent")
    assert mail_server.encrypted == [False]


def test_where_encryption_is_asked_a_server_without_it_gets_no_letter(mail_server: MailServer) -> None:
    outcome = delivered(mail_server, "smtp+starttls")

    assert (outcome.result, outcome.unreachable, mail_server.messages) == ("later", True, [])


def test_where_encryption_is_asked_an_unproven_server_gets_no_letter(encrypting: MailServer) -> None:
    outcome = delivered(encrypting, "smtp+starttls")

    assert (outcome.result, outcome.unreachable, encrypting.messages) == ("later", True, [])


def test_a_server_that_does_not_speak_tls_gets_no_letter_over_smtps(mail_server: MailServer) -> None:
    outcome = delivered(mail_server, "smtps")

    assert (outcome.result, outcome.unreachable, mail_server.messages) == ("later", True, [])
