"""Three machines, each with a disk of its own, on one PostgreSQL and one bucket: nobody can tell which one answered."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx2
import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_items
from processor.services.access.accounts import add_officer
from processor.services.intake.drafts import open_draft
from processor.services.mail.outbox import figures
from processor.services.parts import Wired
from tests.mail import MailServer
from tests.object_storage import ObjectServer
from tests.postgres import Postgres
from tests.replicas import Replicas, replicas
from tests.served import Served
from tests.signing_in import PASSWORD, post, type_password
from tests.submissions import API, DOSSIER, answers, papers
from tests.uploads import Sender, paper, received
from tests.web.test_applicant import text_of, value_of
from tests.web.test_officer import step

DESK = "/can-bo/ho-so"
LETTERS = 6


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory,
    built_site: Path,
    postgres: Postgres,
    object_server: ObjectServer,
    mail: MailServer,
) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("three-machines")
    told = {"HOTRO_ABUSE_LIMITS": "on", "HOTRO_SMTP_URL": mail.url}
    with replicas(folder, built_site, postgres, object_server, **told) as running:
        yield running


@pytest.fixture(scope="module")
def wired(office: Replicas) -> Iterator[Wired]:
    with office.opened() as parts:
        yield parts


@pytest.fixture
def machines(office: Replicas, request: pytest.FixtureRequest) -> Iterator[Sequence[httpx2.Client]]:
    """A browser at each, all at one address that no other test has."""
    address = f"192.0.2.{len(request.node.name)}"
    made = [browser(server, address) for server in office.servers]
    yield made
    for one in made:
        one.close()


def browser(server: Served, address: str) -> httpx2.Client:
    return httpx2.Client(base_url=server.url, headers={"X-Forwarded-For": address}, timeout=60)


def send(client: httpx2.Client, catalogue: Catalogue, folder: Path) -> dict[str, Any]:
    form = catalogue.form(DOSSIER)
    answer = client.post(API, data=answers(form), files=papers(form, folder))
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def test_a_draft_begun_at_one_is_filled_at_another_and_sent_at_the_third(
    machines: Sequence[httpx2.Client], wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    first, second, third = machines
    form = catalogue.form(DOSSIER)

    saved = first.post(f"/nop/{DOSSIER}", data={"organisation_name": "Hợp tác xã ví dụ", "_action": "save"})
    token = saved.headers["location"].rsplit("/", 1)[1]
    for seed, item in enumerate(example_items(form)):
        Sender(second, token).sent(paper(tmp_path, seed=seed), item=item)
    filled = second.post(f"/nop/{DOSSIER}", data=answers(form) | {"_draft": token})
    shown = value_of(third.get(f"/nop/{DOSSIER}/kiem-tra?ban-nhap={token}").text, "_shown")
    sent = third.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": token, "_shown": shown})
    again = first.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": token, "_shown": shown})

    reference = open_draft(wired, token).sent_reference
    assert (filled.status_code, sent.status_code, again.status_code) == (303, 201, 200)
    assert reference and reference in sent.text and reference in again.text


def test_an_upload_goes_on_at_another_after_its_machine_is_gone(
    office: Replicas, machines: Sequence[httpx2.Client], wired: Wired, tmp_path: Path
) -> None:
    first, second, third = machines
    content = paper(tmp_path, 60_000)
    saved = first.post(f"/nop/{DOSSIER}", data={"organisation_name": "Hợp tác xã ví dụ", "_action": "save"})
    token = saved.headers["location"].rsplit("/", 1)[1]

    path = Sender(first, token).begun(len(content))
    begun = Sender(first, token).piece(path, 0, content[:25_000])
    office.servers[0].kill()
    state = Sender(second, token).state(path)
    Sender(second, token).piece(path, 25_000, content[25_000:40_000])
    last = Sender(third, token).piece(path, 40_000, content[40_000:])
    office.servers[0].start()

    assert (begun.status_code, state.headers["upload-offset"], last.status_code) == (204, "25000", 204)
    assert [digest for _, _, digest in received(wired, token)] == [hashlib.sha256(content).hexdigest()]


def test_a_session_made_at_one_holds_at_another_and_ended_there_is_over_everywhere(
    machines: Sequence[httpx2.Client], wired: Wired
) -> None:
    first, second, third = machines
    add_officer(wired, "co-phien", "intake", PASSWORD)

    type_password(first, "co-phien")
    for other in (second, third):
        other.cookies.update(first.cookies)
    opened = [machine.get(DESK).status_code for machine in machines]
    post(second, DESK, "/can-bo/dang-xuat")
    after = [machine.get(DESK).status_code for machine in (first, third)]

    assert opened == [200, 200, 200] and after == [303, 303]


def test_what_one_address_may_guess_is_counted_over_all_machines(machines: Sequence[httpx2.Client]) -> None:
    wrong = {"reference": "HT-1", "access_code": "sai"}

    told = [machines[number % 3].post("/tra-cuu", data=wrong).status_code for number in range(31)]

    assert 429 not in told[:30] and told[30] == 429


def test_how_often_one_code_may_be_guessed_is_counted_over_all_machines(
    office: Replicas, machines: Sequence[httpx2.Client], catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = send(machines[0], catalogue, tmp_path)
    wrong = {"reference": receipt["reference"], "access_code": "sai"}

    def guess(number: int) -> int:
        with browser(office.servers[number % 3], f"198.51.100.{number}") as somebody:
            return somebody.post("/tra-cuu", data=wrong).status_code

    told = [guess(number) for number in range(11)]

    assert 429 not in told[:10] and told[10] == 429


def test_a_claim_at_one_is_seen_at_another_and_of_two_at_once_one_wins(
    machines: Sequence[httpx2.Client], wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    first, second, third = machines
    receipts = [send(third, catalogue, tmp_path)["reference"] for _ in range(3)]
    for machine, name in ((first, "nhan-mot"), (second, "nhan-hai")):
        add_officer(wired, name, "intake", PASSWORD)
        type_password(machine, name)
    together = Barrier(2)

    def claim(machine: httpx2.Client, reference: str) -> int:
        csrf = value_of(machine.get(f"{DESK}/{reference}").text, "csrf")
        together.wait(60)
        return machine.post(f"{DESK}/{reference}/nhan", data={"csrf": csrf}).status_code

    won = step(first, receipts[0], "nhan")
    lost = step(second, receipts[0], "nhan")
    with ThreadPoolExecutor(2) as pool:
        at_once = [sorted(pool.map(claim, (first, second), (one, one))) for one in receipts[1:]]

    assert (won.status_code, lost.status_code) == (303, 409) and "nhan-mot đã nhận hồ sơ này" in text_of(lost.text)
    assert at_once == [[303, 409], [303, 409]]


def test_the_letters_of_dossiers_from_everywhere_go_out_once_each(
    machines: Sequence[httpx2.Client], wired: Wired, mail: MailServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    references = [send(machines[number % 3], catalogue, tmp_path)["reference"] for number in range(LETTERS)]

    await_the_mail(wired)

    subjects = [str(message["Subject"]) for message in mail.messages]
    assert [sum(reference in subject for subject in subjects) for reference in references] == [1] * LETTERS
    assert len({message["Message-ID"] for message in mail.messages}) == len(mail.messages)


def await_the_mail(wired: Wired) -> None:
    until = time.monotonic() + 120
    while figures(wired)["waiting"]:
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize("key", [None, bytes(32)], ids=["no key", "another key"])
def test_a_machine_without_the_key_of_the_others_does_not_start_and_says_what_to_copy(
    key: bytes | None, office: Replicas, tmp_path: Path
) -> None:
    fourth = Served(tmp_path / "may-4", office.site, **own_settings(office))
    fourth.data.mkdir()
    if key:
        (fourth.data / "server.key").write_bytes(key)

    refused = fourth.run("serve")
    checked = fourth.run("doctor")
    (fourth.data / "server.key").write_bytes((office.servers[0].data / "server.key").read_bytes())
    told = fourth.run("keys", "list")

    assert refused.returncode == 1 and len(refused.stderr.strip().splitlines()) == 1
    assert "mã server_key_other" in refused.stderr and "Chép server.key" in refused.stderr
    assert "server_key_other" in checked.stdout
    assert told.returncode == 0 and told.stdout.count("đang dùng") == 1


def own_settings(office: Replicas) -> dict[str, str]:
    """Those of the first machine, for another."""
    ours = office.servers[0].environment
    return {name: ours[name] for name in ours if name.startswith("HOTRO_") and name not in ("HOTRO_DATA", "HOTRO_SITE")}
