"""What is wrong in forms/receipt.yml is told with its line."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue


def faults(folder: Path, before: str, after: str) -> list[str]:
    forms = Path(shutil.copytree(ROOT / "forms", folder / "forms"))
    text = (forms / "receipt.yml").read_text()
    assert text.count(before) == 1
    (forms / "receipt.yml").write_text(text.replace(before, after))
    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms, date(2026, 11, 24))
    return [str(fault) for fault in broken.value.faults]


def test_a_name_in_braces_that_nobody_fills_in_is_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "{processing_time}. Khi", "{deadline}. Khi")

    assert fault.startswith("forms/receipt.yml:8: Không có gì để thay vào {deadline}.")


def test_an_outcome_that_is_missing_is_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "  unreadable: {title: Không đọc được biên nhận}\n", "")

    assert "Thiếu “unreadable”" in fault


def test_an_outcome_that_nobody_knows_is_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "  altered: {title", "  forged: {title: Giả}\n  altered: {title")

    assert "Không hiểu “forged”" in fault
