"""Retention rules that leave a state out, name one twice, or name a strange one are refused with their line."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("[withdrawn]", "[approved]"), "Chưa có quy tắc cho dossier, trạng thái “withdrawn”"),
        (lambda text: text.replace("[withdrawn]", "[approved]"), "“approved” của dossier ghi hai lần"),
        (lambda text: text.replace("[withdrawn]", "[withdrawn, gone]"), "Không có trạng thái “gone” của dossier"),
        (lambda text: text.replace("  agreed: Theo thỏa thuận\n", ""), "Thiếu lời của “agreed”"),
        (lambda text: text.replace("erase_after_days: null", "erase_after_days: 0"), "forms/retention.yml"),
    ],
)
def test_each_mistake_is_named(change: Callable[[str], str], said: str, tmp_path: Path) -> None:
    forms = Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))
    rules = forms / "retention.yml"
    rules.write_text(change(rules.read_text()))

    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms)

    assert any(said in str(fault) for fault in broken.value.faults)
