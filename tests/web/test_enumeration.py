"""A code that nobody was given and a wrong secret get one answer by one way: nothing tells which dossiers exist."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from processor.domain.access.credentials import new_access_code
from processor.domain.access.viewing_pass import issue_pass
from processor.domain.catalogue import Catalogue
from processor.domain.reference import issue_reference
from processor.services.appraisal.withdrawal import withdraw
from processor.services.following.tracking import track
from processor.services.parts import Wired
from processor.services.privacy.erasure import Order, erase
from tests.submissions import DOSSIER, sent

Ask = Callable[[TestClient, str], httpx2.Response]


def at_the_page(client: TestClient, reference: str) -> httpx2.Response:
    return client.post("/tra-cuu", data={"reference": reference, "access_code": new_access_code()})


def by_a_program(client: TestClient, reference: str) -> httpx2.Response:
    return client.get(f"/api/v1/dossiers/{reference}", headers={"authorization": f"Bearer {new_access_code()}"})


def with_a_supplement(client: TestClient, reference: str) -> httpx2.Response:
    headers = {"authorization": f"Bearer {new_access_code()}"}
    return client.post(f"/api/v1/dossiers/{reference}/supplements", data={"x": "1"}, headers=headers)


def taking_answers_again(client: TestClient, reference: str) -> httpx2.Response:
    return client.post(f"/nop/{DOSSIER}/lay-lai", data={"reference": reference, "access_code": new_access_code()})


def asking_for_a_new_code(client: TestClient, reference: str) -> httpx2.Response:
    return client.post("/tra-cuu/ma-moi", data={"reference": reference})


WAYS = [at_the_page, by_a_program, with_a_supplement, taking_answers_again, asking_for_a_new_code]


@pytest.fixture(autouse=True)
def uncompressed(client: TestClient) -> None:
    """What was typed stands in the page: compressed, its length would depend on it."""
    client.headers["accept-encoding"] = "identity"


@contextmanager
def statements(wired: Wired) -> Iterator[list[str]]:
    """What is asked of the database."""
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    event.listen(wired.engine, "before_cursor_execute", note)
    yield asked
    event.remove(wired.engine, "before_cursor_execute", note)


def without(answer: httpx2.Response, reference: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All of it but what was typed."""
    headers = [(name, value.replace(reference, "")) for name, value in answer.headers.items()]
    return answer.status_code, answer.text.replace(reference, ""), headers


@pytest.mark.parametrize("ask", WAYS)
def test_unknown_and_wrong_are_one_answer_and_one_way(
    ask: Ask, client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    known, unknown = str(sent(client, catalogue.form(DOSSIER), tmp_path)["reference"]), issue_reference()

    with statements(wired) as for_known:
        wrong_secret = ask(client, known)
    with statements(wired) as for_unknown:
        nobodys = ask(client, unknown)

    assert without(wrong_secret, known) == without(nobodys, unknown)
    assert for_known == for_unknown and (for_known or ask is asking_for_a_new_code)
    assert wrong_secret.status_code in (200, 404)


def test_a_forged_pass_tells_nothing_either(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    known, unknown = str(sent(client, catalogue.form(DOSSIER), tmp_path)["reference"]), issue_reference()
    asked = []
    for reference in (known, unknown):
        forged = issue_pass(b"some other key", reference, "hash", wired.clock())
        with statements(wired) as told:
            answer = client.get("/tra-cuu/ho-so", headers={"cookie": f"hotro-xem={forged}"})
        asked.append((without(answer, reference), told))

    assert asked[0] == asked[1] and asked[0][0][0] == 403


def test_a_secret_has_128_bits_of_the_systems_randomness_and_only_its_hash_is_kept(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    code, link = receipt["access_code"], receipt["receipt_url"].rsplit("/", 1)[1]

    stored = (wired.settings.data / "hotro.db").read_bytes()
    stored += b"".join(path.read_bytes() for path in wired.settings.data.glob("hotro.db-*"))

    assert len(code.replace("-", "")) == 26 and len(link) == 22
    assert code.encode() not in stored and link.encode() not in stored
    assert receipt["reference"].encode() in stored


def test_an_erased_dossier_is_as_unknown_as_one_that_never_was_for_its_own_code_too(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    gone, unknown, code = str(receipt["reference"]), issue_reference(), receipt["access_code"]
    withdraw(wired, track(wired, gone, code), "")
    erase(wired, gone, Order("dossier", "requested", "officer:leader"))

    asked = [client.post("/tra-cuu", data={"reference": one, "access_code": code}) for one in (gone, unknown)]
    told = [
        client.get(f"/api/v1/dossiers/{one}", headers={"authorization": f"Bearer {code}"}) for one in (gone, unknown)
    ]

    assert without(asked[0], gone) == without(asked[1], unknown) and asked[0].status_code == 404
    assert without(told[0], gone) == without(told[1], unknown) and told[0].status_code == 404
    assert client.get(receipt["receipt_url"]).status_code == 404
