"""What is wrong in forms/slips.yml and forms/decision.yml is told with its line."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue

NEWEST = "\n  03/2025/TT-VPCP:\n"


def faults(folder: Path, before: str, after: str, name: str = "slips.yml", nth: int = 0) -> list[str]:
    """The faults once the `nth` place with `before` says `after`."""
    forms = Path(shutil.copytree(ROOT / "forms", folder / "forms"))
    parts = (forms / name).read_text().split(before)
    assert len(parts) > nth + 1
    text = before.join(parts[: nth + 1]) + after + before.join(parts[nth + 1 :])
    (forms / name).write_text(text)
    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms, date(2026, 11, 24))
    return [str(fault) for fault in broken.value.faults]


def line_of(text: str, nth: int = 0) -> int:
    parts = (ROOT / "forms/slips.yml").read_text().split(text)
    return text.join(parts[: nth + 1]).count("\n") + 1


def test_a_slip_that_nobody_knows_is_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "    stop_notice:\n", "    stop_note:\n")

    assert fault.startswith(f"forms/slips.yml:{line_of('    stop_notice:')}:")
    assert "stop_note" in fault


def test_a_slip_that_is_left_out_of_the_newest_circular_is_told(tmp_path: Path) -> None:
    text = (ROOT / "forms/slips.yml").read_text()
    place = text.index("    stop_notice:")
    whole = text[place : text.index("    control_slip:", place)]

    (fault,) = faults(tmp_path, whole, "")

    assert "Thông tư mới nhất thiếu phiếu “stop_notice”" in fault
    assert fault.startswith(f"forms/slips.yml:{line_of(NEWEST) + 1}:")


def test_two_slips_of_a_circular_with_one_number_are_told(tmp_path: Path) -> None:
    found = faults(tmp_path, 'form_no: "07"', 'form_no: "06"')

    assert len(found) == 2
    assert all("Mẫu số 06 ghi cho hơn một phiếu" in fault for fault in found)


def test_a_name_in_braces_that_nobody_fills_in_is_told(tmp_path: Path) -> None:
    found = faults(tmp_path, "{received_at}", "{came_at}")

    assert found
    assert all("Không có gì để thay vào {came_at}" in fault for fault in found)
    assert found[0].startswith(f"forms/slips.yml:{line_of('{received_at}')}:")


def test_a_cell_that_its_rows_do_not_have_is_told(tmp_path: Path) -> None:
    found = faults(tmp_path, '"{originals}"', '"{giver}"')

    assert found
    assert all("{giver}" in fault for fault in found)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("  - {circular: 01/2018/TT-VPCP}\n", "  - {from: 2020-01-01, circular: 01/2018/TT-VPCP}\n", "Mục đầu"),
        ("from: 2025-09-15", "from: 2025-07-01", "muộn hơn mục trước"),
        ("circular: 03/2025/TT-VPCP", "circular: 03/2026/TT-VPCP", "Chưa có mẫu của Thông tư số 03/2026/TT-VPCP"),
    ],
)
def test_periods_out_of_order_or_without_forms_are_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    found = faults(tmp_path, before, after)

    assert any(told in fault for fault in found), found


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("{total_words}", "{sum_words}", "{sum_words}"),
        ('Lý do:"}', 'Lý do: {organisation}"}', "{organisation}"),
        ("    - {sums: true}\n", "", "đúng một bảng số tiền"),
    ],
)
def test_what_is_wrong_in_the_texts_of_decisions_is_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    (fault,) = faults(tmp_path, before, after, "decision.yml")

    assert fault.startswith("forms/decision.yml:")
    assert told in fault
