"""While a SQLite database goes elsewhere, and once it has gone: whoever sends is told so and keeps what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.storage.closing import MOVED, closed_for_a_while, closing_mark
from processor.storage.engine import reading
from processor.storage.transfer.standing import reopen
from tests.running import told
from tests.submissions import API, DOSSIER, answers, papers, sent, stored_files

MOVING = (503, "moving")


def database(wired: Wired) -> Path:
    return Path(str(wired.engine.url.database))


@contextmanager
def going(wired: Wired) -> Iterator[None]:
    """Somebody else's process is at the last step."""
    with closed_for_a_while(database(wired)):
        yield


@contextmanager
def gone(wired: Wired) -> Iterator[None]:
    with reading(wired.engine) as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {MOVED}")
        connection.commit()
    yield
    reopen(wired.engine)


@pytest.mark.parametrize("state", [going, gone])
def test_nothing_is_taken_what_was_typed_stays_and_what_is_there_is_read(
    state: object, wired: Wired, client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    receipt = sent(client, form, tmp_path)["receipt_url"]
    client.get(receipt)  # the first makes the key that signs
    before = stored_files(wired.settings.data)
    page = answers(form) | {"_key": "khoa-cua-trang", "_version": form.version}
    with going(wired) if state is going else gone(wired):
        by_program = client.post(API, data=answers(form), files=papers(form, tmp_path))
        by_person = client.post(f"/nop/{DOSSIER}", data=page, files=papers(form, tmp_path))
        read = [client.get(path).status_code for path in (f"/nop/{DOSSIER}", receipt, "/healthz")]
        ready = client.get("/readyz")
        left = stored_files(wired.settings.data)
    after = client.post(f"/nop/{DOSSIER}", data=page, files=papers(form, tmp_path))

    assert told(by_program) == told(ready) == MOVING
    assert (by_person.status_code, by_person.headers["retry-after"]) == (503, "120")
    assert "đang được chuyển sang máy chủ khác" in by_person.text and page["organisation_name"] in by_person.text
    assert (read, left) == ([200, 200, 200], before)
    assert after.status_code == 303


def test_the_mark_of_a_move_whose_process_died_hinders_nobody(
    wired: Wired, client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    closing_mark(database(wired)).touch()

    assert sent(client, catalogue.form(DOSSIER), tmp_path)["reference"]
