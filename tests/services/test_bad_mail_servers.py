"""A mail server that is silent, slow, no mail server at all, or takes letters without saying so: nobody waits for it,
nobody is mailed without end, and what waits goes out once it behaves."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from tests.application import MovedClock
from tests.mail import MailServer, outbox, send_mail, with_mail
from tests.served import served
from tests.submissions import API, DOSSIER, answers, papers, sent

Manner = Callable[[socket.socket], None]


class Odd:
    """Listens and behaves in its manner; how many have come."""

    def __init__(self, manner: Manner) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.listening.getsockname()[1]}"
        self.manner = manner
        self.came: list[socket.socket] = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self.listening.accept()
                self.came.append(one)
                threading.Thread(target=self.behave, args=(one,), daemon=True).start()

    def behave(self, one: socket.socket) -> None:
        with suppress(OSError):
            self.manner(one)

    def stop(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for one in self.came:
            one.close()
        self.thread.join()


def silent(one: socket.socket) -> None:
    """Takes the connection and says nothing."""
    one.recv(1)


def dripping(one: socket.socket) -> None:
    """A greeting that never ends, a letter at a time."""
    one.sendall(b"220-")
    while True:
        one.sendall(b"x\r\n220-")
        time.sleep(0.1)


def of_another_kind(one: socket.socket) -> None:
    """A web server stands at that port."""
    one.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    one.close()


def hanging_up(one: socket.socket) -> None:
    one.close()


@contextmanager
def odd_server(manner: Manner) -> Iterator[Odd]:
    server = Odd(manner)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its patience is shorter; what it does when it ends is the same."""
    monkeypatch.setattr("processor.services.mail.delivery.STEP_SECONDS", 0.5)
    monkeypatch.setattr("processor.services.mail.delivery.WHOLE_SECONDS", 1.0)


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        (silent, "Không gửi được tới máy chủ thư: SMTPConnectTimeoutError"),
        (dripping, "Không gửi được tới máy chủ thư: SMTPConnectTimeoutError"),
        (of_another_kind, "Máy chủ thư từ chối: câu trả lời không phải của SMTP"),
        (hanging_up, "Không gửi được tới máy chủ thư: SMTP"),
    ],
)
def test_a_server_that_misbehaves_costs_one_try_and_the_letters_go_once_it_is_replaced(
    manner: Manner,
    said: str,
    hurried: None,
    client: TestClient,
    wired: Wired,
    mail_server: MailServer,
    catalogue: Catalogue,
    moved_clock: MovedClock,
    tmp_path: Path,
) -> None:
    for _ in range(2):
        sent(client, catalogue.form(DOSSIER), tmp_path)
    with odd_server(manner) as server:
        went = send_mail(with_mail(wired, server.url))
        came = len(server.came)
    rows = outbox(wired)
    moved_clock.move(minutes=2)

    later = send_mail(with_mail(wired, mail_server.url))

    assert (went, came, [row.attempts for row in rows]) == (0, 1, [1, 0])
    assert rows[0].last_error.startswith(said)
    assert later == len(mail_server.messages) == 2


def test_a_server_that_takes_letters_and_never_says_so_gets_few_copies_all_of_one_message(
    client: TestClient,
    mailing: Wired,
    mail_server: MailServer,
    catalogue: Catalogue,
    moved_clock: MovedClock,
    tmp_path: Path,
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)
    mail_server.mood = "cut"
    on_first_day = 0
    for hour in range(5 * 24):
        for _ in range(4):
            send_mail(mailing)
            moved_clock.move(minutes=15)
        if hour == 24:
            on_first_day = len(mail_server.messages)
        if outbox(mailing)[0].given_up_at:
            break

    assert outbox(mailing)[0].given_up_at
    assert on_first_day <= 15
    assert len(mail_server.messages) <= 30
    assert len({message["Message-ID"] for message in mail_server.messages}) == 1


@pytest.mark.long
def test_a_silent_mail_server_holds_up_neither_requests_nor_a_stop(
    built_site: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)

    with odd_server(silent) as mail:
        with served(tmp_path / "data", built_site, HOTRO_SMTP_URL=mail.url) as server:

            def post() -> httpx2.Response:
                return httpx2.post(f"{server.url}{API}", data=answers(form), files=papers(form, tmp_path), timeout=60)

            first = post()
            until(lambda: bool(mail.came))
            second = post()
        waiting = server.run("verify")

    assert (first.status_code, second.status_code) == (201, 201)
    assert "2 hồ sơ" in waiting.stdout
    assert "Traceback" not in server.log.read_text()


def until(happened: Callable[[], bool], within: timedelta = timedelta(minutes=1)) -> None:
    ends = time.monotonic() + within.total_seconds()
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.1)
