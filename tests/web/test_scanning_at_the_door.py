"""What the scanner blocks is refused while its sender waits, whichever way it comes, and nothing of it is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.appraisal.claims import claim_dossier
from processor.services.appraisal.steps import Given, take_step
from processor.services.appraisal.supplements import ask
from processor.services.parts import Wired
from processor.services.scanning.scanning import scan_again, scan_waiting
from processor.settings import ROOT
from processor.storage.engine import reading
from processor.storage.files.scans import ScannedFile, every_file
from tests.clamd import EICAR, RealClamd, faulty_line
from tests.desk import a_dossier_in, with_envelope
from tests.factories import an_officer
from tests.inspection.hazards import a_pdf_with, an_attachment
from tests.running import clients
from tests.scanning import DOCX, ITEM, events, file_id, follow, infected, send, states, visiting, with_scanner
from tests.services.test_bad_mail_servers import until
from tests.submissions import API, DOSSIER, answers, papers, stored_files
from tests.uploads import Sender, new_draft
from tests.web.test_applicant import text_of, value_of
from tests.web.test_drafts import draft_link
from tests.web.test_officer import signed_in
from tests.web.test_supplements import ASKED

NAME = "hợp đồng.docx"
SAID = f"“{NAME}” có mã độc nên không được giữ lại"


@dataclass(frozen=True)
class Door:
    """One sender before the office, with a folder for what it makes."""

    wired: Wired
    client: TestClient
    catalogue: Catalogue
    folder: Path
    infected: bytes

    def posted(self, path: str, item: str = ITEM, **told: Any) -> httpx2.Response:
        return self.client.post(path, files=[(item, (NAME, self.infected, DOCX))], **told)


@pytest.fixture
def door(scanning: Wired, sender: TestClient, catalogue: Catalogue, tmp_path: Path) -> Door:
    return Door(scanning, sender, catalogue, tmp_path, infected(tmp_path))


def of_a_program(door: Door) -> httpx2.Response:
    form = door.catalogue.form(DOSSIER)
    files = [*papers(form, door.folder), (ITEM, (NAME, door.infected, DOCX))]
    return door.client.post(API, data=answers(form), files=files)


def on_the_whole_page(door: Door) -> httpx2.Response:
    return door.posted(f"/nop/{DOSSIER}", data=answers(door.catalogue.form(DOSSIER)))


def into_a_draft(door: Door) -> httpx2.Response:
    return door.posted(f"{draft_link(door.client)}/giay-to/{ITEM}")


def in_pieces(door: Door) -> httpx2.Response:
    sender, content = Sender(door.client, new_draft(door.wired)), door.infected
    return sender.piece(sender.begun(len(content), NAME, ITEM), 0, content)


def as_a_supplement(door: Door) -> httpx2.Response:
    told, officer = send(door.client, door.catalogue, door.folder), an_officer(door.wired.engine)
    claim_dossier(door.wired, officer, told["reference"])
    take_step(door.wired, officer, told["reference"], "accept", Given())
    ask(door.wired, officer, told["reference"], ASKED)
    bearer = {"Authorization": f"Bearer {told['access_code']}"}
    return door.posted(f"/api/v1/dossiers/{told['reference']}/supplements", headers=bearer)


def as_a_signed_decision(door: Door) -> httpx2.Response:
    decided = a_dossier_in(with_envelope(door.wired), "approved")
    officer, way = signed_in(door.wired, "Quản trị Ví Dụ", "admin"), f"/can-bo/ho-so/{decided.reference}"
    told = {"document_no": "06/QĐ-VD", "decided_on": "24/11/2026", "signer": "Nguyễn Văn Ví Dụ"}
    hidden = a_pdf_with(door.folder / "quyet-dinh.pdf", an_attachment(EICAR)).read_bytes()
    scan = {"signed_scan": (NAME.replace("docx", "pdf"), hidden, "application/pdf")}
    told |= {"csrf": value_of(officer.get(way).text, "csrf")}
    return officer.post(f"{way}/viec/record_decision", data=told, files=scan)


@pytest.mark.parametrize(
    "way",
    [of_a_program, on_the_whole_page, into_a_draft, in_pieces, as_a_supplement, as_a_signed_decision],
    ids=lambda way: way.__name__,
)
def test_an_infected_file_is_refused_at_once_by_name_and_nothing_of_it_is_kept(
    door: Door, way: Callable[[Door], httpx2.Response]
) -> None:
    refused = way(door)

    page = refused.headers["content-type"].startswith("text/html")
    told = [] if page else [(one["field"], one["code"]) for one in refused.json()["errors"]]
    named = text_of(refused.text) if page else refused.text
    assert refused.status_code == 422
    assert "“hợp đồng." in named and "có mã độc nên không được giữ lại" in named
    assert page or told == [(ITEM, "file_infected")]
    kept = [place.read_bytes() for place in (door.wired.settings.data / "attachments").rglob("*") if place.is_file()]
    assert not any(content == door.infected or EICAR in content for content in kept)


def test_a_refused_dossier_leaves_nothing_and_the_clean_one_after_it_is_taken(door: Door) -> None:
    refused = of_a_program(door)
    left = stored_files(door.wired.settings.data)
    taken = send(door.client, door.catalogue, door.folder)

    assert [(one["field"], one["code"]) for one in refused.json()["errors"]] == [(ITEM, "file_infected")]
    assert left == []
    assert set(states(door.wired, taken).values()) == {"clean"}
    assert len(stored_files(door.wired.settings.data)) == len(taken["attachments"])


def test_a_program_that_only_asks_hears_of_it_too(door: Door) -> None:
    asked = door.posted(f"/api/v1/forms/{DOSSIER}/validate", data=answers(door.catalogue.form(DOSSIER)))

    assert "file_infected" in {one["code"] for one in asked.json()["errors"]}
    assert stored_files(door.wired.settings.data) == []


def test_a_clean_file_opens_to_both_sides_at_once_with_what_called_it_clean(door: Door) -> None:
    told = send(door.client, door.catalogue, door.folder)

    name = told["attachments"][0]["name"]
    officer = signed_in(door.wired, "Phạm Thị Ví Dụ")
    page = text_of(officer.get(f"/can-bo/ho-so/{told['reference']}").text)
    assert officer.get(f"/can-bo/ho-so/{told['reference']}/tep/{file_id(told, name)}").status_code == 200
    assert follow(door.client, told).get(f"/tra-cuu/tep/{file_id(told, name)}").status_code == 200
    assert "sạch" in page and "ClamAV 1." in page
    assert scan_waiting(door.wired) == 0


def test_a_file_that_hides_another_in_a_pdf_is_clean_only_with_what_it_hides(door: Door) -> None:
    harmless = a_pdf_with(door.folder / "a.pdf", an_attachment(b"<hoa-don/>")).read_bytes()
    hiding = a_pdf_with(door.folder / "b.pdf", an_attachment(EICAR)).read_bytes()
    form = door.catalogue.form(DOSSIER)

    told = send(door.client, door.catalogue, door.folder, ("lành.pdf", harmless))
    refused = door.client.post(API, data=answers(form), files=[(ITEM, ("giấu.pdf", hiding, "application/pdf"))])

    assert states(door.wired, told)["lành.pdf"] == "clean"
    assert "file_infected" in {one["code"] for one in refused.json()["errors"]}


@pytest.mark.parametrize("said", [b"stream: lstat() failed: no such file. ERROR\0", b"stream: OK", b"\0"])
def test_a_file_without_a_verdict_is_taken_in_and_waits(
    wired: Wired, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path, said: bytes
) -> None:
    with faulty_line(clamd, lambda _: said) as line:
        told = send(visiting(with_scanner(wired, line.setting)), catalogue, tmp_path)

    assert set(states(wired, told).values()) == {"unscanned"}


def test_while_the_scanner_is_silent_others_are_served_and_the_database_is_free(
    wired: Wired, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processor.services.scanning.door.SECONDS", 300.0)
    form = catalogue.form(DOSSIER)
    with ThreadPoolExecutor(1) as pool, faulty_line(clamd, lambda _: None) as line:
        office = with_scanner(wired, line.setting)
        with clients(office, wired.settings.site) as client:
            waiting = pool.submit(client.post, API, data=answers(form), files=papers(form, tmp_path))
            until(lambda: bool(line.held))
            served, written = client.get("/healthz").status_code, draft_link(client)
            early = waiting.done()
            line.close()
            taken = waiting.result()

    assert (served, early, taken.status_code) == (200, False, 201)
    assert written.startswith("/ban-nhap/")
    assert set(states(wired, taken.json()).values()) == {"unscanned"}


def test_a_silent_scanner_delays_a_sender_for_a_moment_only(
    wired: Wired, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processor.services.scanning.door.SECONDS", 0.3)
    with faulty_line(clamd, lambda _: None) as line:
        told = send(visiting(with_scanner(wired, line.setting)), catalogue, tmp_path)
        asked = len(line.held)

    assert set(states(wired, told).values()) == {"unscanned"}
    assert asked == 1


def test_what_the_signatures_learn_later_is_found_by_a_rescan_and_refused_from_then_on(
    door: Door, clamd: RealClamd
) -> None:
    strange = b"Hotro-Test-Learnt-Later"
    told = send(door.client, door.catalogue, door.folder, (NAME, infected(door.folder, strange)))
    before = states(door.wired, told)[NAME]

    with clamd.learning(strange):
        found = scan_again(door.wired, every_file_of(door.wired))["blocked"]
        again = door.client.post(
            f"{draft_link(door.client)}/giay-to/{ITEM}",
            files=[(ITEM, (NAME, infected(door.folder, strange), DOCX))],
        )

    assert (before, found, states(door.wired, told)[NAME]) == ("clean", 1, "blocked")
    assert len(events(door.wired, told, "file_blocked")) == 1
    assert again.status_code == 422 and SAID in text_of(again.text)


def every_file_of(wired: Wired) -> list[ScannedFile]:
    with reading(wired.engine) as connection:
        return every_file(connection)


def test_every_file_that_is_inspected_comes_through_the_door() -> None:
    programs = sorted((ROOT / "processor").rglob("*.py"))

    # The worker only wakes the inspector, with no file.
    told = {str(place.relative_to(ROOT)): place.read_text().replace(".inspect(())", "") for place in programs}
    inspecting = [place for place, program in told.items() if ".inspect(" in program]

    assert inspecting == ["processor/services/scanning/door.py"]
