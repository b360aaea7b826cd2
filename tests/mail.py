"""A real SMTP server of the tests' own, and the application wired to it. Mail is sent only when a test asks for it."""

import asyncio
import dataclasses
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.services.mail.outbox import send_due
from processor.services.parts import Wired
from processor.storage.engine import reading
from processor.web.app import create_app
from processor.web.site import Site
from tests.application import URL
from tests.served import free_port

Mood = Literal["kind", "busy", "unknown_person", "refuses_text", "distrusts_us", "slow", "cut"]


class MailServer:
    """Collects what it accepts. `mood` is how it answers; `cut` hangs up after it has taken the message."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.mood: Mood = "kind"
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.encrypted: list[bool] = []
        self.greetings = 0
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=60, tls_context=tls)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == "distrusts_us":
            return "550 5.7.1 who are you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == "busy":
            return f"451 4.3.0 <{address}> try again"
        if self.mood == "unknown_person":
            return f"550 5.1.1 <{address}> nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.mood == "refuses_text":
            return "554 5.7.1 not wanted"
        if self.mood == "slow":
            await asyncio.sleep(0.5)
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None)
        if self.mood == "cut":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


def with_mail(wired: Wired, url: str, **changed: Any) -> Wired:
    """The same parts, with mail set up."""
    settings = wired.settings.model_copy(update={"smtp_url": url, **changed})
    return dataclasses.replace(wired, settings=settings)


@pytest.fixture
def mailing(wired: Wired, mail_server: MailServer) -> Wired:
    return with_mail(wired, mail_server.url)


@pytest.fixture
def mailing_client(mailing: Wired, built_site: Path) -> Iterator[TestClient]:
    app = create_app(mailing, Site(built_site))
    with TestClient(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as made:
        yield made


def send_mail(wired: Wired) -> int:
    """The worker's job, in a thread of its own as there: the tests' thread may have a loop that runs."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(send_due, wired).result()


def outbox(wired: Wired) -> list[Any]:
    """Its rows as they came, with all their columns."""
    with reading(wired.engine) as connection:
        return list(connection.execute(text("SELECT * FROM outbox ORDER BY id")))


def text_of(message: EmailMessage) -> str:
    content: str = message.get_content()
    return content.replace("\r\n", "\n")
