"""Requests as no browser sends them, over real sockets to a real server. The waits are the settings, shortened."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from tests.bodies import END, MULTIPART, part, whole_form
from tests.inspection.makers import a_pdf
from tests.served import Served, served
from tests.sockets import Reply, asked, head, raw_client
from tests.submissions import API, DOSSIER, answers, papers, stored_files

QUICK = {
    "HOTRO_HEAD_SECONDS": "2",
    "HOTRO_BODY_SILENCE_SECONDS": "3",
    "HOTRO_BODY_SLOW_AFTER_SECONDS": "3",
    "HOTRO_BODY_SECONDS": "12",
    "HOTRO_ABUSE_LIMITS": "on",
}
TYPE = f"Content-Type: {MULTIPART}"
JSON = "Accept: application/json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("transport") / "data", built_site, 1, **QUICK) as running:
        yield running


@pytest.fixture(scope="module")
def dossier(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """About 190 kB."""
    folder = tmp_path_factory.mktemp("papers")
    form = catalogue.form(DOSSIER)
    a_pdf(folder / "big.pdf", size_bytes=180_000, seed=9)
    first, *others = papers(form, folder)
    heavy = (first[0], ("big.pdf", (folder / "big.pdf").read_bytes(), "application/pdf"))
    return whole_form(answers(form), [heavy, *others])


def code_of(reply: Reply) -> tuple[int, str]:
    return reply.status, json.loads(reply.body)["code"]


def post(*lines: str, length: int | None = None) -> bytes:
    told = [] if length is None else [f"Content-Length: {length}"]
    return head(API, TYPE, *told, *lines)


def sent_slowly(server: Served, body: bytes, at_once: int, every: float, length: int = 0) -> tuple[Reply, bool]:
    """The answer, and whether the connection was closed after it."""
    with raw_client(server.port) as client:
        client.send(post(length=length or len(body)))
        client.trickle(body, at_once, every)
        return client.reply(), client.is_closed()


def wait_for(holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("not within 30 seconds")


def test_a_stall_a_trickle_and_an_endless_body_get_408_and_are_closed_while_others_are_served(
    server: Served,
) -> None:
    long = part("contracts", b"%PDF-1.7" + b"0" * 2_000_000, "a.pdf")
    with ThreadPoolExecutor() as at_once:
        stalled = at_once.submit(sent_slowly, server, long[:100], 100, 0.1, length=1000)
        trickled = at_once.submit(sent_slowly, server, long, 100, 0.3)
        endless = at_once.submit(sent_slowly, server, long, 4000, 0.1)
        served_meanwhile = [asked(server.port, head("/healthz", method="GET")).status for _ in range(20)]
        ended = {name: one.result() for name, one in (("stall", stalled), ("trickle", trickled), ("end", endless))}

    assert {name: (*code_of(reply), closed) for name, (reply, closed) in ended.items()} == dict.fromkeys(
        ended, (408, "body_too_slow", True)
    )
    assert served_meanwhile == [200] * 20
    assert stored_files(server.data) == []


def test_a_steady_upload_of_40_kilobytes_a_second_succeeds(server: Served, dossier: bytes) -> None:
    with raw_client(server.port) as client:
        client.send(post(length=len(dossier)))
        client.paced(dossier, 40_000)
        reply = client.reply()

    assert len(dossier) > 3.5 * 40_000
    assert reply.status == 201, reply.body


def test_an_answer_before_the_end_of_the_body_is_read_by_the_client_and_ends_the_connection(server: Served) -> None:
    with raw_client(server.port) as client:
        client.send(post("Origin: https://xau.example", length=10**7))
        client.send(b"x" * 10**6)
        reply, closed = client.reply(), client.is_closed()

    assert code_of(reply) == (403, "foreign_origin")
    assert reply.header("connection") == "close" and closed


@pytest.mark.parametrize("origin", ["https://xau.example", "null", "http://localhost.xau.example"])
def test_a_foreign_origin_gets_403_without_being_told_to_send(origin: str, server: Served) -> None:
    reply = asked(server.port, post(f"Origin: {origin}", "Expect: 100-continue", length=1000))

    assert code_of(reply) == (403, "foreign_origin")


@pytest.mark.parametrize("kind", [MULTIPART, "application/x-www-form-urlencoded"])
def test_a_declared_size_over_the_limit_gets_413_and_no_100(kind: str, server: Served) -> None:
    lines = (f"Content-Type: {kind}", "Expect: 100-continue", f"Content-Length: {10**9}")

    reply = asked(server.port, head(API, *lines))

    assert code_of(reply) == (413, "body_too_large")


def test_whoever_asks_first_and_may_send_is_told_to_go_on(server: Served) -> None:
    with raw_client(server.port) as client:
        client.send(post("Expect: 100-continue", length=len(END)))
        told = client.socket.recv(65536)
        client.send(END)
        reply = client.reply()

    assert told.startswith(b"HTTP/1.1 100 ")
    assert reply.status == 422


LARGE = {
    "one line of 1 MB": [f"X-Long: {'x' * 10**6}"],
    "one line of 20 kB": [f"X-Long: {'x' * 20_000}"],
    "40 kB in lines": [f"X-{n}: {'x' * 1000}" for n in range(40)],
    "5,000 lines": [f"X-{n}: x" for n in range(5000)],
    "101 short lines": [f"X-{n}: x" for n in range(101)],
}


@pytest.mark.parametrize("lines", LARGE.values(), ids=LARGE)
def test_a_large_head_is_refused(lines: list[str], server: Served) -> None:
    reply = asked(server.port, head("/api/v1/forms", JSON, *lines, method="GET"))

    assert reply.status in (400, 431)
    assert asked(server.port, head("/healthz", method="GET")).status == 200


def test_a_long_address_is_refused(server: Served) -> None:
    reply = asked(server.port, head(f"/api/v1/forms?{'a' * 17_000}", method="GET"))

    assert reply.status in (400, 431)


MALFORMED = {
    "two lengths": ["Content-Length: 3", "Content-Length: 4"],
    "length and chunks": ["Content-Length: 3", "Transfer-Encoding: chunked"],
    "a length that is no number": ["Content-Length: 3x"],
    "an unknown encoding": ["Transfer-Encoding: gzip, chunked"],
    "two hosts": ["Content-Length: 3", "Host: localhost"],
    "a folded line": ["Content-Length: 3", " X: 1"],
    "a bare sign in a name": ["Content-Length: 3", "X Y: 1"],
}


@pytest.mark.parametrize("lines", MALFORMED.values(), ids=MALFORMED)
def test_what_two_readers_could_read_differently_is_refused_and_closed(lines: list[str], server: Served) -> None:
    with raw_client(server.port) as client:
        client.send(head(API, TYPE, *lines) + b"0\r\n\r\n")
        reply, closed = client.reply(), client.is_closed()

    assert reply.status == 400 and closed


@pytest.mark.parametrize(
    "host", ["xau.example", "localhost.xau.example", "localhost@xau.example", "", "127.0.0.1.", "[::2]"]
)
def test_a_host_that_is_not_ours_is_refused(host: str, server: Served) -> None:
    reply = asked(server.port, head("/api/v1/forms", method="GET", host=host))

    assert reply.status == 400


def test_a_hang_up_leaves_nothing_and_one_line_in_the_log(server: Served) -> None:
    before, held = server.log.read_text(), stored_files(server.data)

    with raw_client(server.port) as client:
        client.send(post(length=4_000_000) + part("contracts", b"%PDF-1.7" + b"0" * 3_000_000, "a.pdf"))
        wait_for(lambda: stored_files(server.data) != held)
    wait_for(lambda: stored_files(server.data) == held)

    (line,) = server.log.read_text().removeprefix(before).splitlines()
    assert "info" in line and "client_disconnected" in line


def test_without_a_trusted_proxy_nobody_on_this_machine_names_their_own_address(server: Served) -> None:
    wrong = b"reference=HT-1&access_code=sai"
    lines = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(wrong)}")

    guesses = [
        asked(server.port, head("/tra-cuu", *lines, f"X-Forwarded-For: 192.0.2.{n}") + wrong).status for n in range(31)
    ]

    assert 429 not in guesses[:30] and guesses[30] == 429
