"""What the program logs of itself holds no personal data: not by name of field, not in the text of a failure."""

import ast

import pytest
from sqlalchemy import text

from processor.console import LOG_STEPS, mask_personal
from processor.domain.catalogue import Catalogue
from processor.domain.masking import masked
from processor.settings import ROOT
from processor.storage.engine import Engine, writing

PROGRAMS = sorted((ROOT / "processor").rglob("*.py"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("550 <lien-he@vi-du.example> unknown", "550 <‹thư›> unknown"),
        ("gọi 0912 345 678 hoặc +84912345678.", "gọi ‹điện thoại› hoặc ‹điện thoại›."),
        ("gọi 0204.3854.321", "gọi ‹điện thoại›"),
        ("2026-11-29T07:18:54 cổng 8000 tệp 261129c862da9a2f0389793d7bfe5082", None),
        ("HT-2222-2222-2222, 42.000.000 đồng", None),
    ],
)
def test_addresses_and_numbers_are_taken_out_and_nothing_else(said: str, told: str | None) -> None:
    assert masked(said) == (told or said)


def test_every_line_of_the_log_goes_through_the_mask_after_failures_are_told() -> None:
    line = mask_personal(
        None, "error", {"event": "x", "reason": "to a@b.example", "exception": "phone 0912345678", "n": 1}
    )

    assert mask_personal is LOG_STEPS[-1]
    assert line == {"event": "x", "reason": "to ‹thư›", "exception": "phone ‹điện thoại›", "n": 1}


def test_a_failure_of_the_database_does_not_tell_what_was_to_be_written(engine: Engine) -> None:
    with pytest.raises(Exception) as failed, writing(engine) as connection:
        connection.execute(text("INSERT INTO nowhere (name) VALUES (:name)"), {"name": "Vũ Thị Ví Dụ"})

    assert "Vũ Thị" not in str(failed.value) and "Vũ Thị" not in str(failed.value.__cause__)


def test_no_program_logs_what_a_form_marks_as_personal(catalogue: Catalogue) -> None:
    personal = {field.id for form in catalogue.forms.values() for _, field in form.field_names() if field.personal} | {
        "answers",
        "typed",
        "address",
        "organisation_name",
    }

    told = {
        (program.name, word.arg)
        for program in PROGRAMS
        for node in ast.walk(ast.parse(program.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "LOG"
        for word in node.keywords
    }

    assert len(told) > 10
    assert [one for one in told if one[1] in personal] == []


def test_lists_and_reports_have_no_column_that_a_form_marks_as_personal(catalogue: Catalogue) -> None:
    personal = {field.id for form in catalogue.forms.values() for _, field in form.field_names() if field.personal}

    columns = {
        column.id for report in catalogue.reports.values() for table in report.tables for column in table.columns
    }

    assert len(columns) > 20 and columns & personal == set()
