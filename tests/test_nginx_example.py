"""deploy/nginx as an operator installs it, run for real: TLS, limits, waits, what it sets and what it hides."""

import re
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from processor.settings import ROOT, Settings
from processor.web.app import ROUTES
from tests.proxies import EXAMPLE, MachinesProxy, ShippedProxy, behind_shipped, running
from tests.served import Served, free_port, served
from tests.sockets import RawClient, asked, first_answered, head, raw_client

TEXT = (EXAMPLE / "hotro.conf").read_text()
TRUSTED = {"HOTRO_TRUSTED_PROXIES": "127.0.0.1", "HOTRO_ABUSE_LIMITS": "on"}
AT_WORK = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("nginx-example") / "data", built_site, 1, **TRUSTED) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShippedProxy]:
    folder = tmp_path_factory.mktemp("shipped") / "nginx"
    with behind_shipped(folder, server.port, client_header_timeout="2s", client_body_timeout="2s") as running:
        yield running


@pytest.fixture
def reader(proxy: ShippedProxy) -> Iterator[httpx2.Client]:
    with reader_of(proxy) as client:
        yield client


def reader_of(proxy: ShippedProxy) -> httpx2.Client:
    return httpx2.Client(base_url=proxy.url, verify=proxy.trust)


def test_a_page_comes_over_tls_with_hsts_and_the_programs_own_headers(reader: httpx2.Client) -> None:
    page = reader.get("/")

    assert page.status_code == 200
    assert page.headers["strict-transport-security"] == "max-age=63072000"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["server"] == "nginx"


def test_plain_http_leads_to_tls(proxy: ShippedProxy) -> None:
    reply = asked(proxy.plain_port, head("/tra-cuu?a=b", method="GET"))

    assert (reply.status, reply.header("location")) == (301, "https://localhost/tra-cuu?a=b")


def test_a_program_that_asks_without_tls_is_refused_not_led_on(proxy: ShippedProxy) -> None:
    reply = asked(proxy.plain_port, head("/api/v1/forms", method="GET"))

    assert (reply.status, reply.header("location")) == (403, "")


@pytest.mark.filterwarnings("ignore:.*TLSv1:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(version: ssl.TLSVersion, proxy: ShippedProxy) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.minimum_version = old.maximum_version = version

    with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
        RawClient(proxy.port, old)


def test_an_unknown_name_gets_no_certificate_and_no_answer(proxy: ShippedProxy) -> None:
    curious = ssl.create_default_context()
    curious.check_hostname, curious.verify_mode = False, ssl.CERT_NONE

    with RawClient(proxy.plain_port).socket as plain, pytest.raises(ssl.SSLError):
        curious.wrap_socket(RawClient(proxy.port).socket, server_hostname="xau.example")
    over_tls = asked(proxy.port, head("/", method="GET", host="xau.example"), trust=proxy.trust)
    in_plain = asked(proxy.plain_port, head("/", method="GET", host="xau.example"))

    assert plain.fileno() == -1
    assert over_tls.status in (0, 400, 421) and in_plain.status == 0


def test_metrics_stay_inside(reader: httpx2.Client, server: Served) -> None:
    assert reader.get("/metrics").status_code == 404
    assert asked(server.port, head("/metrics", method="GET")).status == 200


def test_a_silent_connection_and_one_that_trickles_its_head_are_closed(proxy: ShippedProxy) -> None:
    with raw_client(proxy.port) as before_tls, raw_client(proxy.port, proxy.trust) as silent:
        with raw_client(proxy.port, proxy.trust) as trickling:
            whole = trickling.trickle(head("/", f"X-Slow: {'x' * 200}", method="GET"), 1, 0.1)
            trickling_closed = trickling.is_closed()

        assert not whole and trickling_closed
        assert silent.is_closed() and before_tls.is_closed()


def test_a_body_that_stands_still_is_closed(proxy: ShippedProxy) -> None:
    for target in ("/tra-cuu", "/nop/dang-ky-nhu-cau"):
        with raw_client(proxy.port, proxy.trust) as client:
            client.send(head(target, "Content-Type: application/x-www-form-urlencoded", "Content-Length: 100") + b"a=")

            assert client.is_closed()


def test_who_writes_another_address_into_the_request_is_still_the_same_visitor(reader: httpx2.Client) -> None:
    wrong = {"reference": "HT-1", "access_code": "sai"}

    guesses = [
        reader.post("/tra-cuu", data=wrong, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(31)
    ]

    assert 429 not in guesses[:30] and guesses[30] == 429


def test_of_several_addresses_the_one_that_the_trusted_proxy_wrote_counts(server: Served) -> None:
    wrong = b"reference=HT-1&access_code=sai"
    lines = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(wrong)}")

    def guess(address: str) -> int:
        return asked(server.port, head("/tra-cuu", *lines, f"X-Forwarded-For: {address}") + wrong).status

    guesses = [guess(f"192.0.2.{n}, 198.51.100.7") for n in range(31)]

    assert 429 not in guesses[:30] and guesses[30] == 429
    assert guess("198.51.100.8") != 429


def test_the_body_cap_is_the_programs_own_and_its_refusal_is_in_vietnamese(proxy: ShippedProxy) -> None:
    settings = Settings()
    cap = f"{settings.dossier_megabytes + settings.file_megabytes}m"

    lines = ("Content-Type: multipart/form-data; boundary=x", f"Content-Length: {81 * 1024 * 1024}")
    refused = asked(proxy.port, head("/nop/dang-ky-nhu-cau", *lines), trust=proxy.trust)

    assert f"client_max_body_size {cap};" in TEXT
    assert refused.status == 413 and "giảm cỡ tệp" in refused.body.decode()
    assert refused.header("strict-transport-security") and refused.header("content-security-policy")


def test_every_route_that_takes_files_passes_its_body_on_as_it_arrives() -> None:
    (passed,) = re.findall(r"location ~ (\S+) \{\n\s+client_max_body_size 80m", TEXT)

    takes_files = [route.path for route in ROUTES if re.match(r"/(nop|ban-nhap|api|can-bo)/", route.path)]

    assert takes_files and all(re.match(passed, path) for path in takes_files)


def test_one_address_keeps_at_most_its_share_of_requests_at_work(server: Served, tmp_path: Path) -> None:
    body = head("/nop/dang-ky-nhu-cau", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 100")
    with behind_shipped(tmp_path / "nginx", server.port, limit_conn=f"hotro_connections {AT_WORK}") as proxy:
        with ExitStack() as held:
            clients = [held.enter_context(raw_client(proxy.port, proxy.trust)) for _ in range(AT_WORK + 1)]
            for client in clients:
                client.send(body)
            wait = first_answered(clients).reply()
        after = [asked(proxy.port, head("/healthz", method="GET"), trust=proxy.trust).status for _ in range(3)]

    assert (wait.status, wait.header("retry-after")) == (429, "60")
    assert after == [200] * 3


def test_one_address_asks_only_so_often(server: Served, tmp_path: Path) -> None:
    with behind_shipped(tmp_path / "nginx", server.port, limit_req="zone=hotro_requests burst=3 nodelay") as proxy:
        statuses = {asked(proxy.port, head("/healthz", method="GET"), trust=proxy.trust).status for _ in range(40)}

    assert statuses == {200, 429}


def test_while_one_of_several_servers_is_away_another_answers(server: Served, tmp_path: Path) -> None:
    wrong = {"reference": "HT-1", "access_code": "sai"}
    with behind_shipped(tmp_path / "nginx", free_port(), server.port) as proxy, reader_of(proxy) as reader:
        read = [reader.get("/healthz").status_code for _ in range(6)]
        sent = [reader.post("/tra-cuu", data=wrong).status_code for _ in range(6)]

    assert read == [200] * 6 and 502 not in sent


def test_a_machine_that_is_switched_off_is_found_out_once_and_then_left_alone(server: Served, tmp_path: Path) -> None:
    wrong = {"reference": "HT-1", "access_code": "sai"}
    proxy = MachinesProxy(tmp_path / "nginx", port := free_port(), server.port)
    with silent(port), running(proxy), reader_of(proxy) as reader:
        before = posts(server)
        statuses = [reader.post("/tra-cuu", data=wrong).status_code for _ in range(6)]

    assert 502 not in statuses and 504 not in statuses
    assert posts(server) - before == 6


@contextmanager
def silent(port: int) -> Iterator[None]:
    """Whoever connects hears nothing, as from a machine that is off: those who wait there leave no room."""
    with ExitStack() as held:
        held.enter_context(socket.create_server(("127.0.0.1", port), backlog=0))
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield


def test_what_changes_something_is_never_sent_twice(server: Served, tmp_path: Path) -> None:
    """The first server takes the request and goes away without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as leaving, ThreadPoolExecutor() as beside:
        taken = beside.submit(take_and_leave, leaving)
        away = leaving.getsockname()[1]
        with behind_shipped(tmp_path / "nginx", away, server.port) as proxy, reader_of(proxy) as reader:
            before = posts(server)
            answers = [reader.post("/tra-cuu", data={"reference": "HT-1"}).status_code for _ in range(2)]

        assert b"POST /tra-cuu" in taken.result(30)
    assert 502 in answers and posts(server) - before == 2 - answers.count(502)


def take_and_leave(listening: socket.socket) -> bytes:
    with listening.accept()[0] as connection:
        return connection.recv(1000)


def posts(server: Served) -> int:
    told = httpx2.get(f"{server.url}/metrics").text
    return sum(int(float(one)) for one in re.findall(r'hotro_requests_total{method="POST".*} (\S+)', told))


def test_a_stopped_program_is_told_as_such_in_vietnamese(tmp_path: Path) -> None:
    with behind_shipped(tmp_path / "nginx", 9) as proxy:
        reply = asked(proxy.port, head("/tra-cuu", method="GET"), trust=proxy.trust)

    assert (reply.status, reply.header("retry-after")) == (502, "60")
    assert "Chờ một phút rồi thử lại" in reply.body.decode()


def test_the_operators_page_names_the_example() -> None:
    page = (ROOT / "docs" / "ky-thuat" / "cai-dat.md").read_text()

    assert "deploy/nginx/hotro.conf" in page
