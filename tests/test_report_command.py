"""`hotro report`: what there is not is named; a year without data is an empty report that says so."""

from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from processor.commands import app


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTRO_DATA", str(tmp_path / "var"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("cau-hoi", "--year", "2027"), "demand"),
        (("demand", "--year", "1999"), "2023"),
        (("demand", "--year", "2027", "--format", "pdf"), "xlsx, csv, json, docx"),
        (("demand", "--year", "2027", "--format", "csv", "--table", "la"), "by_commune"),
    ],
)
def test_the_command_names_what_there_is(asked: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(app, ["report", *asked])

    assert done.exit_code != 0 and said in str(done.exception)


def test_the_command_writes_an_empty_report_that_says_so(tmp_path: Path) -> None:
    made = tmp_path / "r.docx"

    done = CliRunner().invoke(app, ["report", "demand", "--year", "2029", "--format", "docx", "--output", str(made)])

    assert done.exit_code == 0, done.output
    words = [paragraph.text for paragraph in docx.Document(str(made)).paragraphs]
    assert "Chưa có đăng ký nhu cầu nào cho năm 2029." in words
