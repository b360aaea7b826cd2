"""`hotro report` and `hotro statistics`: the reports from the command line."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from processor import budgets, reporting
from processor.rendering.documents.workbook import HEAD_ROW

AMOUNT = 810_000_000


def report(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(reporting.app, ("report", *arguments), env={"HOTRO_DATA": str(data)})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """With the money of 2026."""
    told = ("set", "--year", "2026", "--amount", str(AMOUNT), "--document", "Quyết định ví dụ")
    run = CliRunner().invoke(budgets.budget, told, env={"HOTRO_DATA": str(tmp_path / "var")})
    assert run.exit_code == 0, run.exception
    return tmp_path / "var"


def test_without_an_output_the_report_goes_to_standard_output(data: Path) -> None:
    told = json.loads(report(data, "budget", "--year", "2026", "--format", "json").stdout)
    lines = report(data, "budget", "--year", "2026", "--format", "csv").stdout_bytes.decode("utf-8-sig")

    assert told["tables"][0]["rows"][0]["amount"] == AMOUNT
    assert next(csv.DictReader(io.StringIO(lines)))["amount"] == str(AMOUNT)


def test_a_file_is_written_and_named(data: Path, tmp_path: Path) -> None:
    run = report(data, "budget", "--year", "2026", "--output", str(tmp_path / "kp.xlsx"))

    assert run.exit_code == 0 and f"Đã ghi {tmp_path / 'kp.xlsx'}" in run.stdout
    sheet = openpyxl.load_workbook(tmp_path / "kp.xlsx")["Tổng hợp"]
    assert sheet.cell(HEAD_ROW + 2, 2).value == AMOUNT


def test_another_table_of_the_csv_is_chosen_by_its_name(data: Path) -> None:
    run = report(data, "register", "--year", "2026", "--format", "csv", "--table", "by_status")

    assert run.stdout_bytes.decode("utf-8-sig").splitlines() == ["status,dossiers"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kinh-phi", "--year", "2026"), "Không có báo cáo “kinh-phi”. Chỉ có: "),
        (("budget", "--year", "1999"), "Chọn một năm từ 2023 đến 2100."),
        (("budget", "--year", "2026", "--format", "pdf"), "Chỉ nhận: xlsx, csv, json, docx."),
        (("budget", "--year", "2026", "--format", "csv", "--table", "x"), "Chỉ có: summary, "),
        (("budget", "--year", "2026", "--output", "/khong-co/x.xlsx"), "Chọn nơi khác cho --output."),
    ],
)
def test_what_cannot_be_made_is_told_in_one_line(data: Path, arguments: tuple[str, ...], said: str) -> None:
    run = report(data, *arguments)

    assert run.exit_code == 1
    assert said in str(run.exception) and "\n" not in str(run.exception)


def test_public_figures_are_made_by_a_command(data: Path) -> None:
    run = CliRunner().invoke(reporting.app, ["statistics"], env={"HOTRO_DATA": str(data)})

    assert run.exit_code == 0 and "Đã tính lại số liệu công khai: 0 dòng." in run.stdout
