"""From the door to the desk with a real clamd: nothing but a clean file is opened by anybody, on any route."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import text
from starlette.routing import Route
from starlette.testclient import TestClient
from typer.testing import CliRunner

from processor import commands
from processor.domain.catalogue import Catalogue
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.decisions import decision_to_record
from processor.services.parts import Wired
from processor.services.scanning.looking import look_into_files
from processor.services.scanning.scanning import scan_waiting
from processor.services.scanning.standing import file_figures, standing
from processor.storage.engine import writing
from processor.storage.files.attachments import FileStore
from processor.storage.files.scans import every_file
from processor.web.app import ROUTES
from tests.application import MovedClock
from tests.clamd import EICAR, RealClamd, faulty_line
from tests.desk import a_dossier_in, hand_result_over, with_envelope
from tests.inspection.hazards import a_pdf_with, an_attachment
from tests.inspection.makers import a_docx, rezipped
from tests.routes import path_of
from tests.scanning import (
    DOCX,
    ITEM,
    Receipt,
    events,
    file_id,
    follow,
    infected,
    send,
    states,
    visiting,
    with_scanner,
)
from tests.submissions import DOSSIER
from tests.web.test_applicant import text_of
from tests.web.test_drafts import filled
from tests.web.test_officer import signed_in


def test_a_file_that_waits_for_the_scanner_opens_to_nobody_and_once_it_is_clean_to_both_sides(
    scanning: Wired, unseen_sender: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    told = send(unseen_sender, catalogue, tmp_path)
    name = told["attachments"][0]["name"]
    officer, way = signed_in(scanning, "Phạm Thị Ví Dụ"), f"/can-bo/ho-so/{told['reference']}/tep/{file_id(told, name)}"
    own = f"/tra-cuu/tep/{file_id(told, name)}"

    before = [officer.get(way), follow(unseen_sender, told).get(own)]
    scan_waiting(scanning)
    after = [officer.get(way), unseen_sender.get(own)]

    assert [answer.status_code for answer in before] == [409, 409]
    assert all("đang chờ quét mã độc" in text_of(answer.text) for answer in before)
    assert [answer.status_code for answer in after] == [200, 200]
    assert set(states(scanning, told).values()) == {"clean"}
    page = text_of(officer.get(f"/can-bo/ho-so/{told['reference']}").text)
    assert "sạch" in page and "ClamAV 1." in page


def test_a_document_found_infected_later_is_blocked_for_good_and_the_officer_is_told(
    scanning: Wired, unseen_sender: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    told = send(unseen_sender, catalogue, tmp_path, ("hợp đồng.docx", infected(tmp_path)))

    scan_waiting(scanning)

    assert states(scanning, told)["hợp đồng.docx"] == "blocked"
    officer = signed_in(scanning, "Phạm Thị Ví Dụ")
    way = f"/can-bo/ho-so/{told['reference']}/tep/{file_id(told, 'hợp đồng.docx')}"
    opened = [
        officer.get(way),
        officer.get(f"{way}/xem"),
        officer.get(f"{way}/trang/1"),
        officer.get(f"/can-bo/ho-so/{told['reference']}/tron-goi.zip"),
        follow(unseen_sender, told).get(f"/tra-cuu/tep/{file_id(told, 'hợp đồng.docx')}"),
    ]
    assert {answer.status_code for answer in opened} == {409}
    assert all("bị chặn vì máy quét thấy mã độc" in text_of(answer.text) for answer in opened)
    page, queue = officer.get(f"/can-bo/ho-so/{told['reference']}").text, officer.get("/can-bo/ho-so").text
    assert "bị chặn" in text_of(page) and "thấy Local.Eicar-" in text_of(page)
    assert "Máy quét chặn một tệp" in text_of(page)
    assert "Có 1 tệp bị chặn vì có mã độc" in text_of(queue)
    assert "bị chặn vì máy quét thấy mã độc" in text_of(unseen_sender.get("/tra-cuu/ho-so").text)
    assert [event.actor for event in events(scanning, told, "file_blocked")] == ["system:scanner"]
    assert events(scanning, told, "file_opened") == events(scanning, told, "exported") == []


def test_while_clamd_is_down_dossiers_are_taken_in_and_files_wait_and_once_it_is_back_they_are_clean(
    scanning: Wired, sender: TestClient, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path
) -> None:
    clamd.stop()
    told = send(sender, catalogue, tmp_path)

    handled = scan_waiting(scanning)

    assert handled == 0
    assert set(states(scanning, told).values()) == {"unscanned"}
    assert sender.get("/readyz").json() == {"ready": True, "scanner": "down"}
    officer = signed_in(scanning, "Phạm Thị Ví Dụ")
    assert "Máy quét mã độc không trả lời từ" in text_of(officer.get("/can-bo/ho-so").text)
    clamd.start()
    scan_waiting(scanning)
    assert set(states(scanning, told).values()) == {"clean"}
    assert sender.get("/readyz").json() == {"ready": True, "scanner": "up"}
    assert "Máy quét mã độc" not in text_of(officer.get("/can-bo/ho-so").text)


@pytest.mark.parametrize("said", [b"stream: lstat() failed: no such file. ERROR\0", b"stream: OK", b"\0"])
def test_an_error_or_half_an_answer_leaves_the_file_waiting_each_time_longer(
    wired: Wired, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path, moved_clock: MovedClock, said: bytes
) -> None:
    with faulty_line(clamd, lambda _: said) as line:
        faulty = with_scanner(wired, line.setting)
        told = send(visiting(faulty), catalogue, tmp_path)
        first = scan_waiting(faulty)
        again_at_once = tries(faulty)
        scan_waiting(faulty)
        soon = tries(faulty)
        moved_clock.move(minutes=2)
        scan_waiting(faulty)

    assert (first, again_at_once, soon) == (0, {1}, {1})
    assert tries(faulty) == {2}
    assert set(states(faulty, told).values()) == {"unscanned"}
    moved_clock.move(hours=2)
    scan_waiting(with_scanner(wired, clamd.setting))
    assert set(states(faulty, told).values()) == {"clean"}


def tries(wired: Wired) -> set[int]:
    with writing(wired.engine) as connection:
        return {file.tries for file in every_file(connection)}


def test_a_scanner_that_never_answers_counts_as_no_verdict(
    wired: Wired, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processor.services.scanning.verdicts.SECONDS", 0.3)
    monkeypatch.setattr("processor.services.scanning.door.SECONDS", 0.3)
    with faulty_line(clamd, lambda _: None) as line:
        slow = with_scanner(wired, line.setting)
        told = send(visiting(slow), catalogue, tmp_path)

        handled = scan_waiting(slow)

    assert handled == 0
    assert set(states(slow, told).values()) == {"unscanned"}


def test_what_unpacks_to_more_than_clamd_looks_at_is_not_called_clean(
    scanning: Wired, sender: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    part = os.urandom(1 << 20) + bytes(30 << 20) + EICAR
    large = rezipped(a_docx(tmp_path / "lon.docx"), add={"word/media/x.bin": part}).read_bytes()

    told = send(sender, catalogue, tmp_path, ("lớn.docx", large))
    scan_waiting(scanning)

    assert states(scanning, told)["lớn.docx"] == "unscannable"
    officer = signed_in(scanning, "Phạm Thị Ví Dụ")
    answer = officer.get(f"/can-bo/ho-so/{told['reference']}/tep/{file_id(told, 'lớn.docx')}")
    assert answer.status_code == 409
    assert "Máy quét không xem hết được" in text_of(answer.text)


class WatchedStore(FileStore):
    """Notes which files anybody opens."""

    opened: set[str]

    def open(self, attachment_id: str) -> BinaryIO:
        self.opened.add(attachment_id)
        return super().open(attachment_id)

    def readable(self, attachment_id: str) -> AbstractContextManager[Path]:
        self.opened.add(attachment_id)
        return super().readable(attachment_id)


@dataclass(frozen=True)
class Decided:
    """A decided dossier with its signed document, and who comes: an officer who may do everything, and the sender."""

    wired: Wired
    store: WatchedStore
    reference: str
    files: Mapping[str, str]
    officer: TestClient
    sender: TestClient

    def asks(self, route: Route) -> list[tuple[int, frozenset[str]]]:
        """The status of each answer to a GET, and the files that it opened."""
        found = []
        for who in (self.officer, self.sender):
            for attachment in self.files.values():
                self.store.opened = set()
                path = path_of(route, reference=self.reference, attachment_id=attachment)
                found.append((who.get(path).status_code, frozenset(self.store.opened)))
        return found


FILE_ROUTES = {
    "/tra-cuu/tep/{attachment_id}",
    "/tra-cuu/quyet-dinh",
    "/can-bo/ho-so/{reference}/tron-goi.zip",
    "/can-bo/ho-so/{reference}/ban-ky",
    "/can-bo/ho-so/{reference}/tep/{attachment_id}",
    "/can-bo/ho-so/{reference}/tep/{attachment_id}/xem",
    "/can-bo/ho-so/{reference}/tep/{attachment_id}/trang/{number:int}",
}
"""Every route that serves the content of a sender's file or of a signed decision, or a picture of it."""


@pytest.fixture
def decided_dossier(wired: Wired, clamd: RealClamd) -> Iterator[Decided]:
    store = WatchedStore(wired.settings.data / "attachments")
    store.opened = set()
    watched = replace(with_scanner(wired, clamd.setting), store=store)
    sent = a_dossier_in(with_envelope(watched), "approved")
    hand_result_over(watched, sent)
    dossier = open_dossier(watched, sent.reference).dossier
    scan = decision_to_record(watched, sent.reference).scan
    assert scan
    files = {"sent": dossier.attachments[0].id, "signed": scan.id}
    codes = {"reference": sent.reference, "access_code": sent.access_code}
    officer, sender = signed_in(watched, "Quản trị Ví Dụ", "admin"), follow(visiting(watched), codes)
    yield Decided(watched, store, sent.reference, files, officer, sender)


def test_no_route_opens_a_file_before_the_scanner_called_it_clean(decided_dossier: Decided) -> None:
    reading = [route for route in ROUTES if "GET" in (route.methods or ())]

    early = {route.path: decided_dossier.asks(route) for route in reading}
    scan_waiting(decided_dossier.wired)
    clean = {route.path: decided_dossier.asks(route) for route in reading}

    assert {path for path, asked in early.items() if any(opened for _, opened in asked)} == set()
    assert {path for path, asked in clean.items() if any(opened for _, opened in asked)} == FILE_ROUTES
    assert {path for path, asked in early.items() if any(status == 409 for status, _ in asked)} >= FILE_ROUTES


def test_every_download_of_a_file_tells_the_browser_to_run_nothing_of_it(decided_dossier: Decided) -> None:
    scan_waiting(decided_dossier.wired)
    wanted = {
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }

    downloads = FILE_ROUTES - {path for path in FILE_ROUTES if path.endswith(("/xem", "/trang/{number:int}"))}
    for route in ROUTES:
        if route.path in downloads and "GET" in (route.methods or ()):
            path = path_of(route, reference=decided_dossier.reference, attachment_id=decided_dossier.files["sent"])
            who = decided_dossier.officer if path.startswith("/can-bo/") else decided_dossier.sender
            answer = who.get(path)
            assert answer.status_code == 200, path
            assert {name: answer.headers[name] for name in wanted} == wanted, path
            assert answer.headers["content-disposition"].startswith("attachment; filename"), path


def test_without_a_scanner_on_purpose_files_open_and_every_page_of_the_desk_says_so(
    wired: Wired, client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    told = send(client, catalogue, tmp_path)
    officer = signed_in(wired, "Quản trị Ví Dụ", "admin")

    opened = officer.get(f"/can-bo/ho-so/{told['reference']}/tep/{told['attachments'][0]['id']}")

    assert opened.status_code == 200
    assert not_said(officer, catalogue.texts.scanner["none"], told) == []


def test_where_no_scanner_is_set_files_open_and_every_page_of_the_desk_says_that_there_is_none(
    wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    unset = with_scanner(wired, None)
    told = send(visiting(unset), catalogue, tmp_path)
    officer = signed_in(unset, "Quản trị Ví Dụ", "admin")

    opened = officer.get(f"/can-bo/ho-so/{told['reference']}/tep/{told['attachments'][0]['id']}")

    assert opened.status_code == 200
    assert not_said(officer, catalogue.texts.scanner["missing"], told) == []
    assert scan_waiting(unset) == 0
    assert standing(unset).state == "missing"


def not_said(officer: TestClient, words: str, told: Receipt) -> list[str]:
    """Pages of the desk, once one is signed in, that do not say it."""
    silent = []
    for route in ROUTES:
        if not route.path.startswith("/can-bo") or "GET" not in (route.methods or ()) or "dang-nhap" in route.path:
            continue
        own = {"reference": told["reference"], "attachment_id": told["attachments"][0]["id"]}
        answer = officer.get(path_of(route, **own))
        page = answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
        if page and words not in text_of(answer.text):
            silent.append(route.path)
    return silent


def test_a_draft_with_a_blocked_file_cannot_be_sent_and_says_why(
    scanning: Wired, unseen_sender: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    link = filled(unseen_sender, catalogue, tmp_path)
    added = unseen_sender.post(f"{link}/giay-to/{ITEM}", files=[(ITEM, ("hợp đồng.docx", infected(tmp_path), DOCX))])
    scan_waiting(scanning)

    sent = unseen_sender.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": link.rpartition("/")[2]})

    assert (added.status_code, sent.status_code) == (303, 422)
    assert "“hợp đồng.docx” có mã độc nên không gửi được" in text_of(unseen_sender.get(f"{link}/giay-to/{ITEM}").text)


def hotro(wired: Wired, setting: str, *words: str) -> tuple[int, str]:
    environment = {"HOTRO_DATA": str(wired.settings.data), "HOTRO_CLAMD_URL": setting}
    outcome = CliRunner().invoke(commands.app, list(words), env=environment)
    return outcome.exit_code, f"{outcome.stdout}{outcome.exception or ''}"


def test_rescan_judges_again_what_waits_one_dossier_or_everything(
    scanning: Wired, unseen_sender: TestClient, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path
) -> None:
    told = send(unseen_sender, catalogue, tmp_path, ("hợp đồng.docx", infected(tmp_path)))
    count = len(told["attachments"])

    waiting = hotro(scanning, clamd.setting, "rescan")
    nothing_left = hotro(scanning, clamd.setting, "rescan")
    one = hotro(scanning, clamd.setting, "rescan", told["reference"])
    everything = hotro(scanning, clamd.setting, "rescan", "--all")

    said = f"Đã quét {count} trên {count} tệp, sạch {count - 1}, bị chặn 1."
    assert [code for code, _ in (waiting, nothing_left, one, everything)] == [0, 0, 0, 0]
    assert said in waiting[1] and said in one[1] and said in everything[1]
    assert "Đã quét 0 trên 0 tệp." in nothing_left[1]
    assert file_figures(scanning) == {"clean": count - 1, "blocked": 1}
    assert len(events(scanning, told, "file_blocked")) == 1


def test_rescan_without_a_scanner_or_dossier_says_so_and_changes_nothing(
    scanning: Wired, unseen_sender: TestClient, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path
) -> None:
    send(unseen_sender, catalogue, tmp_path)

    assert "Không có hồ sơ" in hotro(scanning, clamd.setting, "rescan", "HT-2222-2222-2222")[1]
    assert "chủ ý chạy không có máy quét" in hotro(scanning, "none", "rescan")[1]
    assert "không trả lời" in hotro(scanning, f"unix:{tmp_path}/khong-co", "rescan")[1]
    assert set(file_figures(scanning)) == {"unscanned"}


def test_the_command_about_the_scanner_asks_it_and_counts_the_files(scanning: Wired, clamd: RealClamd) -> None:
    assert "Máy quét trả lời: ClamAV 1." in hotro(scanning, clamd.setting, "scanner")[1]
    assert "không trả lời" in hotro(scanning, "unix:/khong/co", "scanner")[1]
    assert "Chưa đặt máy quét" in hotro(scanning, "", "scanner")[1]


def test_a_file_that_nobody_has_looked_into_is_inspected_and_a_macro_in_it_is_blocked(
    scanning: Wired, sender: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    """As after an import, or an update from a version that did not look."""
    told = send(sender, catalogue, tmp_path, ("sạch.docx", a_docx(tmp_path / "sach.docx").read_bytes()))
    macro = rezipped(a_docx(tmp_path / "macro.docx"), add={"word/vbaProject.bin": b"Attribut"}).read_bytes()
    place = scanning.settings.data / "attachments"
    name = file_id(told, "sạch.docx")
    (place / name[:6] / name).write_bytes(macro)
    with writing(scanning.engine) as connection:
        connection.execute(text("UPDATE attachments SET hazards = NULL"))

    with ThreadPoolExecutor(1) as apart_from_the_browsers_loop:
        looked = apart_from_the_browsers_loop.submit(look_into_files, scanning).result()

    assert looked == len(told["attachments"])
    assert states(scanning, told)["sạch.docx"] == "blocked"
    hazards = [file.hazards for file in open_dossier(scanning, told["reference"]).dossier.attachments]
    assert hazards == [[]] * len(hazards)


def test_a_file_inside_a_pdf_is_scanned_too_though_clamd_does_not_look_into_it(
    scanning: Wired, unseen_sender: TestClient, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path
) -> None:
    harmless = a_pdf_with(tmp_path / "a.pdf", an_attachment(b"<hoa-don/>"))
    hiding = a_pdf_with(tmp_path / "b.pdf", an_attachment(EICAR))
    nested = a_pdf_with(tmp_path / "c.pdf", an_attachment(hiding.read_bytes()))
    files = {"lành.pdf": harmless, "giấu.pdf": hiding, "lồng.pdf": nested}
    told = send(unseen_sender, catalogue, tmp_path, *((name, path.read_bytes()) for name, path in files.items()))

    with hiding.open("rb") as content:
        alone = clamd.client.scan(content)
    with ThreadPoolExecutor(1) as apart_from_the_browsers_loop:
        apart_from_the_browsers_loop.submit(scan_waiting, scanning).result()

    found = states(scanning, told)
    assert alone.state == "clean"
    assert {name: found[name] for name in files} == {
        "lành.pdf": "clean",
        "giấu.pdf": "blocked",
        "lồng.pdf": "unscannable",
    }
