"""A wrong line in the calendar stops everything, with file, line and what to write instead."""

import shutil
from pathlib import Path

import pytest

from processor.domain.days.calendar import CalendarOverlay
from processor.domain.errors import BrokenDefinition, DefinitionFault
from processor.settings import ROOT
from processor.storage.catalogue.calendar_checks import check_calendar
from processor.storage.catalogue.definition_files import Reader, load_catalogue

SHIPPED = (ROOT / "forms" / "calendar.yml").read_text()
A_WEDNESDAY = "{date: 2026-03-11, reason: bịa, document: chưa có văn bản}"


def faults_of(text: str, folder: Path) -> list[DefinitionFault]:
    (folder / "calendar.yml").write_text(text)
    reader = Reader(folder)
    overlay = reader.parse("calendar.yml", CalendarOverlay)
    return reader.faults + (list(check_calendar(overlay, reader.sources["calendar.yml"])) if overlay else [])


def test_the_shipped_calendar_is_sound(tmp_path: Path) -> None:
    assert faults_of(SHIPPED, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{date: 2026-01-02,", "{date: 2026-02-30,", "không có trong lịch"),
        ("{date: 2026-01-02,", "{date: 2026-01-03,", "Ngày 03/01/2026 là thứ Bảy, vốn đã nghỉ"),
        ("{date: 2026-01-02,", "{date: 2026-01-10,", "Ngày 10/01/2026 viết hai lần"),
        ("{date: 2026-01-02,", "{date: 2019-01-02,", "Lịch có từ năm 2020 đến năm 2040"),
        ("{date: 2026-01-02,", "{date: mai,", "phải là ngày dạng 2026-01-31"),
        ("{date: 2026-01-10,", "{date: 2026-01-09,", "Ngày 09/01/2026 là thứ Sáu, vốn đã làm việc"),
        ("working_days:\n", f"  - {A_WEDNESDAY}\n  - {A_WEDNESDAY}\nworking_days:\n", "Ngày 11/03/2026 viết hai lần"),
        ("reason: làm bù cho ngày 02/01/2026", 'reason: ""', "“reason” còn trống"),
        ('10/01/2026", document: 12729/VPCP-KGVX ngày 25/12/2025', "10/01/2026\", document: ' '", "“document” còn"),
        ('10/01/2026", document: 12729/VPCP-KGVX ngày 25/12/2025', '10/01/2026"', "Thiếu “document”"),
        ("name: Ngày Văn hóa Việt Nam", "name: Ngày Văn hoá", "không có ngày nghỉ “Ngày Văn hoá”"),
        ("cut_off: null", 'cut_off: "25:00"', "“25:00” không phải giờ"),
        ("cut_off: null", "cut_off: 15:00", "Đặt giá trị trong dấu nháy kép"),
        ("cut_off: null", "cut_off: null\ncutoff: null", "Không hiểu “cutoff”"),
        ("provisional_from: 2027", "provisional_from: 27", "Lịch có từ năm 2020 đến năm 2040"),
    ],
)
def test_each_mistake_in_the_calendar_is_named_with_its_file_and_line(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    line = SHIPPED[: SHIPPED.index(old)].count("\n") + 1

    faults = faults_of(SHIPPED.replace(old, new, 1), tmp_path)

    (fault, *_) = [fault for fault in faults if said in fault.message]
    assert fault.file == "forms/calendar.yml"
    assert abs(fault.line - line) <= 1


def test_a_holiday_or_a_make_up_saturday_of_the_library_may_be_given_its_document(tmp_path: Path) -> None:
    tet = "  - {date: 2026-02-16, reason: nghỉ Tết, document: 01/TB-VD (bịa)}\n"
    saturday = "  - {date: 2026-08-22, reason: làm bù, document: 01/TB-VD (bịa)}\n"

    text = SHIPPED.replace("working_days:\n", f"{tet}working_days:\n{saturday}", 1)

    assert faults_of(text, tmp_path) == []


def test_a_make_up_saturday_of_the_library_may_be_called_off(tmp_path: Path) -> None:
    called_off = "  - {date: 2026-08-22, reason: nghỉ, document: 01/TB-VD (bịa)}\n"

    text = SHIPPED.replace("working_days:\n", f"{called_off}working_days:\n", 1)

    assert faults_of(text, tmp_path) == []


def test_the_catalogue_does_not_load_with_a_wrong_calendar(tmp_path: Path) -> None:
    forms = Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))
    (forms / "calendar.yml").write_text(SHIPPED.replace("2026-01-02,", "2026-01-03,", 1))

    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms)

    assert [fault.file for fault in broken.value.faults] == ["forms/calendar.yml"]
