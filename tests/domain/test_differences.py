"""What a change of forms/ does is said in words before it is published."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.differences import differences
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue

TODAY = date(2026, 11, 24)
FORM = "ho-so-tieu-chuan-co-so.yml"
Edit = Callable[[str, str, str], list[str]]


@pytest.fixture
def edited(tmp_path: Path, catalogue: Catalogue) -> Edit:
    """What is said after one text of one file was replaced by another."""

    def said(name: str, old: str, new: str) -> list[str]:
        forms = tmp_path / "forms"
        shutil.copytree(ROOT / "forms", forms)
        text = (forms / name).read_text(encoding="utf-8")
        assert old in text
        (forms / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return [told.words for told in differences(catalogue, load_catalogue(forms, TODAY), TODAY)]

    return said


def test_nothing_changed_says_nothing(catalogue: Catalogue) -> None:
    assert differences(catalogue, catalogue, TODAY) == []


def test_a_figure_is_told_before_and_after(edited: Edit) -> None:
    (told,) = edited("policy/chung.yml", "value: 810000000", "value: 820000000")

    assert told == "Nội dung “Kinh phí năm 2024”: 810.000.000\u00a0đồng → 820.000.000\u00a0đồng."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("        max_length: 300", "        max_length: 200", "số ký tự tối đa 300 → 200, chặt hơn"),
        ("        max_length: 300", "        max_length: 400", "số ký tự tối đa 300 → 400."),
        ("        max_length: 300\n", "        max_length: 300\n        required: false\n", "thành không bắt buộc"),
        ("    required: true\n", "    required: false\n", "Giấy tờ “Tiêu chuẩn cơ sở và quyết định công bố”"),
        ("  - use: contracts\n", "", "Bỏ giấy tờ “Hợp đồng liên quan đến chi phí đề nghị”."),
        ("  - id: within_costs\n", "  - id: within_spent\n", "Bỏ quy tắc “within_costs”."),
    ],
)
def test_a_change_of_a_form_is_told_with_its_new_version(edited: Edit, old: str, new: str, words: str) -> None:
    said = edited(FORM, old, new)

    assert "có phiên bản mới" in said[0]
    assert [line for line in said if words in line]


def test_a_shared_paper_is_told_for_each_form_that_uses_it(edited: Edit, catalogue: Catalogue) -> None:
    said = edited("shared/papers.yml", "required: true", "required: false")

    dossiers = [form for form in catalogue.forms.values() if form.kind == "dossier"]
    assert sum("Đơn đề nghị hỗ trợ" in line for line in said) == len(dossiers)
