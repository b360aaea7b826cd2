"""`hotro due`: the due day and every day counted or skipped, as a table and as JSON."""

import json
import shutil
from pathlib import Path

import pytest

from processor.settings import ROOT
from tests.test_cli import hotro_here as hotro


def test_the_due_day_comes_with_every_day_counted_and_skipped(tmp_path: Path) -> None:
    run = hotro("due", "--received", "2026-02-10T09:00", "--days", "15", "--format", "json", data=tmp_path)

    told = json.loads(run.stdout)
    assert list(told) == ["received", "days", "due_on", "counted", "skipped"]
    assert (told["received"], told["days"], told["due_on"]) == ("2026-02-10T09:00:00+07:00", 15, "2026-03-10")
    assert (len(told["counted"]), len(told["skipped"])) == (15, 13)
    assert told["counted"][0] == "2026-02-11" and told["counted"][-1] == "2026-03-10"
    assert told["skipped"][0] == {"date": "2026-02-14", "reason": "thứ Bảy", "document": None}


def test_the_exchange_of_new_year_2026_is_told_with_its_document(tmp_path: Path) -> None:
    run = hotro("due", "--received", "2025-12-25T02:00Z", "--days", "10", "--format", "json", data=tmp_path)

    told = json.loads(run.stdout)
    assert (told["received"], told["due_on"]) == ("2025-12-25T09:00:00+07:00", "2026-01-10")
    (swapped,) = [off for off in told["skipped"] if off["date"] == "2026-01-02"]
    assert swapped["document"] == "12729/VPCP-KGVX ngày 25/12/2025"


def test_without_a_format_it_is_the_table_of_the_desk(tmp_path: Path) -> None:
    run = hotro("due", "--received", "2026-02-10T09:00", "--days", "15", data=tmp_path)

    lines = run.stdout.splitlines()
    assert run.returncode == 0
    assert lines[0] == "Vì sao là thứ Ba, ngày 10/03/2026?"
    assert "11/02-13/02  3     3         thứ Tư đến thứ Sáu" in lines
    assert lines[-1].startswith("28 ngày theo lịch: 15 ngày tính, 13 ngày nghỉ. Lịch bản ")


def test_it_touches_no_database(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/x"

    run = hotro("due", "--received", "2026-02-10", "--days", "1", data=tmp_path / "x", HOTRO_DATABASE_URL=nowhere)

    assert run.returncode == 0
    assert not (tmp_path / "x").exists()


def test_the_hour_set_by_the_agency_counts(tmp_path: Path) -> None:
    forms = Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))
    calendar = forms / "calendar.yml"
    calendar.write_text(calendar.read_text().replace("cut_off: null", 'cut_off: "15:00"'))
    asked = ("due", "--received", "2026-03-06T15:01", "--days", "5", "--format", "json")

    run = hotro(*asked, data=tmp_path, HOTRO_FORMS=str(forms))

    assert json.loads(run.stdout)["due_on"] == "2026-03-16"


@pytest.mark.parametrize(
    ("received", "days", "shown_as", "said"),
    [
        ("hôm qua", "15", "json", "Không đọc được thời điểm “hôm qua”. Viết dạng 2026-02-10T09:00"),
        ("2026-02-30T09:00", "15", "text", "Không đọc được thời điểm"),
        ("", "15", "text", "Không đọc được thời điểm"),
        ("9999-12-31T23:00-12:00", "15", "text", "Không đọc được thời điểm"),
        ("2026-02-10T09:00", "0", "json", "từ 1 đến 1.000"),
        ("2026-02-10T09:00", "1001", "json", "từ 1 đến 1.000"),
        ("2026-02-10T09:00", "-3", "text", "từ 1 đến 1.000"),
        ("2026-02-10T09:00", "mười", "text", "từ 1 đến 1.000"),
        ("2026-02-10T09:00", "15", "pdf", "Chỉ nhận: text, json"),
        ("1999-02-10T09:00", "15", "json", "Lịch có từ năm 2020 đến năm 2040, không có ngày 10/02/1999"),
        ("2040-12-20T09:00", "15", "json", "Lịch có từ năm 2020 đến năm 2040"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_in_one_line(
    received: str, days: str, shown_as: str, said: str, tmp_path: Path
) -> None:
    run = hotro("due", "--received", received, "--days", days, "--format", shown_as, data=tmp_path)

    assert run.returncode == 1 and run.stdout == ""
    assert said in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
