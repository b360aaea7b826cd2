"""A list of dossiers as a file: all that the filter finds, made once by whoever is there, gone after a day."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from processor.domain.errors import Conflict, Malformed, NotFound
from processor.services.exchange import dossier_lists as module
from processor.services.exchange.dossier_lists import (
    WRITERS,
    ask_for_list,
    expire_lists,
    make_list,
    make_waiting_lists,
    own_list,
    try_again,
)
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.storage.engine import writing
from processor.storage.exchange.dossier_lists import claim_list, put_list
from tests.desk import DeskClock, a_dossier, a_dossier_in, officer
from tests.submissions import stored_files

ALL = "trang-thai=tat-ca"


def made(wired: Wired, query: str = ALL, ending: str = "json", name: str = "reader") -> Path:
    asker = officer(wired, name)
    list_id = ask_for_list(wired, asker, query, ending)
    assert make_list(wired, list_id)
    found = own_list(wired, asker, list_id)
    assert found.state == "ready", found
    assert found.file_id
    return wired.settings.data / "attachments" / found.file_id[:6] / found.file_id


def rows(wired: Wired, query: str = ALL) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(made(wired, query).read_text())
    return told


def test_the_three_formats_tell_the_same_as_data(either_desk: Wired) -> None:
    sent = [a_dossier_in(either_desk, status) for status in ("approved", "submitted", "withdrawn")]

    told = rows(either_desk)
    table = list(csv.DictReader(made(either_desk, ending="csv").read_text(encoding="utf-8-sig").splitlines()))
    sheet = load_workbook(io.BytesIO(made(either_desk, ending="xlsx").read_bytes())).worksheets[0]

    assert [row["reference"] for row in told] == [one.reference for one in sent]
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in told] == table
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    plain = [["" if value is None else value for value in row.values()] for row in told]
    assert [[shown(cell) for cell in row] for row in cells] == plain


def shown(cell: Any) -> Any:
    if cell is None:
        return ""
    return cell.date().isoformat() if isinstance(cell, datetime) else cell


def test_amounts_and_days_are_figures_and_days(desk: Wired) -> None:
    a_dossier_in(desk, "approved")

    (row,) = rows(desk)

    assert (row["requested_amount"], row["proposed_amount"], row["approved_amount"]) == (42_000_000,) * 3
    assert (row["received_on"], row["paid_on"], row["holder"]) == ("2026-11-24", None, "appraiser")


@pytest.mark.parametrize(
    "name", ["=1+1", "+84 912", "-2", "@SUM(A1)", "\t=1", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("http://x")']
)
def test_what_was_typed_never_becomes_a_formula(name: str, desk: Wired) -> None:
    a_dossier(desk)
    with writing(desk.engine) as connection:
        connection.exec_driver_sql("UPDATE dossiers SET organisation_name = ?", (name,))

    (line,) = csv.DictReader(made(desk, ending="csv").read_text(encoding="utf-8-sig").splitlines())
    cell = load_workbook(io.BytesIO(made(desk, ending="xlsx").read_bytes())).worksheets[0].cell(5, 4)

    assert line["organisation_name"] == f"'{name}"
    assert (cell.data_type, cell.value) == ("s", name)


def test_the_filter_of_the_address_holds(desk: Wired) -> None:
    kept = a_dossier_in(desk, "accepted", organisation_name="Hợp tác xã Giữ Lại")
    a_dossier(desk, organisation_name="Công ty Khác")

    assert [row["reference"] for row in rows(desk, "trang-thai=accepted")] == [kept.reference]
    assert [row["reference"] for row in rows(desk, "tim=giu+lai")] == [kept.reference]
    assert rows(desk, "trang-thai=paid") == []
    assert len(rows(desk, "la=gi&trang-thai=tat-ca&sau=2030-01-01~5")) == 2


def test_asked_twice_is_made_once(desk: Wired) -> None:
    asker = officer(desk, "reader")

    first = ask_for_list(desk, asker, ALL, "csv")

    assert ask_for_list(desk, asker, ALL, "csv") == first
    assert ask_for_list(desk, asker, ALL, "xlsx") != first
    assert make_list(desk, first) and not make_list(desk, first)


def test_another_officer_finds_nothing(desk: Wired) -> None:
    mine = ask_for_list(desk, officer(desk, "reader"), ALL, "csv")

    with pytest.raises(NotFound):
        own_list(desk, officer(desk, "admin"), mine)


def test_one_that_failed_says_so_and_can_be_made_again(desk: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk was full, say."""

    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    a_dossier(desk)
    asker = officer(desk, "reader")
    list_id = ask_for_list(desk, asker, ALL, "csv")
    with monkeypatch.context() as broken:
        broken.setitem(WRITERS, "csv", full)
        make_list(desk, list_id)
    failed = own_list(desk, asker, list_id)

    try_again(desk, asker, list_id)
    make_list(desk, list_id)

    assert failed.state == "failed"
    assert own_list(desk, asker, list_id).state == "ready"
    with pytest.raises(Conflict):
        try_again(desk, asker, list_id)


def test_a_process_that_dies_leaves_it_to_the_next(desk: Wired, desk_clock: DeskClock) -> None:
    asker = officer(desk, "reader")
    list_id = ask_for_list(desk, asker, ALL, "csv")
    now = desk.clock()
    with writing(desk.engine) as connection:
        claim_list(connection, list_id, now, now.replace(minute=now.minute + 2))

    held = make_waiting_lists(desk)
    desk_clock.move(minutes=3)

    assert (held, make_waiting_lists(desk)) == (0, 1)
    assert own_list(desk, asker, list_id).state == "ready"


def test_the_file_goes_after_a_day_and_who_took_it_stays(desk: Wired, desk_clock: DeskClock) -> None:
    asker = officer(desk, "reader")
    made(desk)
    before = stored_files(desk.settings.data)

    kept = expire_lists(desk)
    desk_clock.move(days=1, minutes=1)
    gone = expire_lists(desk)

    assert (kept, gone, len(before), stored_files(desk.settings.data)) == (0, 1, 1, [])
    (again,) = (own_list(desk, asker, one) for one in ids(desk))
    assert again.state == "gone"


def ids(wired: Wired) -> list[str]:
    with writing(wired.engine) as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT id FROM exports")]


def test_the_sweep_and_the_check_know_the_files(desk: Wired) -> None:
    made(desk)

    assert sweep_orphans(desk, older_than_seconds=-1) == 0
    assert verify(desk).files_without_row == 0


def test_progress_is_told_while_it_is_written(desk: Wired) -> None:
    for _ in range(3):
        a_dossier(desk)
    asker = officer(desk, "reader")
    list_id = ask_for_list(desk, asker, ALL, "csv")
    seen: list[int] = []

    def noted(connection: Any, one: str, **values: Any) -> None:
        seen.append(values.get("written", -1))
        put_list(connection, one, **values)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "EVERY", 1)
        patched.setattr(module, "put_list", noted)
        make_list(desk, list_id)

    assert seen == [-1, 1, 2, 3, 3]


def test_a_format_names_the_ones_that_there_are(desk: Wired) -> None:
    with pytest.raises(Malformed, match="report_format_unknown"):
        ask_for_list(desk, officer(desk, "reader"), ALL, "pdf")


def test_the_list_of_a_standing_view_is_that_of_its_officer(desk: Wired) -> None:
    a_dossier_in(desk, "accepted")
    someone = replace(officer(desk, "intake"))

    list_id = ask_for_list(desk, someone, "xem=cua-toi", "json")
    make_list(desk, list_id)

    assert own_list(desk, someone, list_id).total == 0
