"""`hotro erase` and `hotro purge`: nothing goes without --yes, a refusal is one line, the term is told."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from processor import erasing
from processor.console import Stopped
from processor.services.proof.verification import verify
from processor.settings import Settings
from processor.wiring import Wired, wire
from tests.desk import Sent, a_dossier, take_back

MAIL = "lien-he@vi-du.example"


def run(*arguments: str, data: Path) -> Result:
    return CliRunner().invoke(erasing.app, arguments, env={"HOTRO_DATA": str(data)})


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "here"


def brought(here: Path, withdrawn: bool) -> Sent:
    parts: Wired = wire(Settings(clamd_url="none", data=here))
    sent = a_dossier(parts, contact_email=MAIL)
    if withdrawn:
        take_back(parts, sent)
    parts.writer.thread.shutdown()
    parts.engine.dispose()
    return sent


def problems(here: Path) -> list[str]:
    parts = wire(Settings(clamd_url="none", data=here))
    found = verify(parts).problems
    parts.engine.dispose()
    return found


def test_a_dossier_goes_only_with_yes(here: Path) -> None:
    sent = brought(here, withdrawn=True)

    tried = run("erase", "dossier", sent.reference, "--ground", "requested", data=here)
    done = run("erase", "dossier", sent.reference, "--ground", "requested", "--yes", data=here)
    again = run("erase", "dossier", sent.reference, "--ground", "requested", "--yes", data=here)

    assert "Sẽ xóa: Toàn bộ hồ sơ" in tried.output
    assert "đã xóa" in done.output and "Bản sao lưu còn giữ chậm nhất đến" in done.output
    assert isinstance(again.exception, Stopped) and "đã xóa rồi" in str(again.exception)
    assert problems(here) == []


def test_what_has_to_be_kept_is_refused_in_one_line(here: Path) -> None:
    sent = brought(here, withdrawn=False)

    ran = run("erase", "dossier", sent.reference, "--ground", "requested", "--yes", data=here)

    assert str(ran.exception) == (
        f"Hồ sơ đang xử lý. Đơn vị rút hồ sơ thì xóa được. Vì vậy không xóa hồ sơ {sent.reference}."
    )


def test_an_unknown_ground_names_those_that_are(here: Path) -> None:
    ran = run("erase", "dossier", "X", "--ground", "vui", data=here)

    assert "requested, purpose_done, term_over, authority, agreed" in str(ran.exception)


def test_a_person_goes_from_what_may_be_erased_and_the_rest_is_told(here: Path) -> None:
    free, kept = brought(here, withdrawn=True), brought(here, withdrawn=False)

    ran = run("erase", "person", MAIL, "--ground", "requested", "--yes", data=here)
    again = run("erase", "person", MAIL, "--ground", "requested", data=here)

    assert f"{free.reference}: đã xóa" in ran.output and f"không xóa hồ sơ {kept.reference}" in ran.output
    assert free.reference not in again.output and "Có 1 hồ sơ và 0 bản nháp" in again.output
    assert problems(here) == []


def test_purge_says_that_no_rule_has_a_term(here: Path) -> None:
    brought(here, withdrawn=True)

    assert "Không tự xóa: chưa quy tắc nào" in run("purge", "--yes", data=here).output
