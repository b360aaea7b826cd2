"""A small form of the desk that misses what its step needs stops everything, with file, line and what to write."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue


@pytest.mark.parametrize(
    ("before", "after", "said", "where"),
    [
        ("  take_in_again: [*reason]", "  take_in: [*reason]", "Không có việc “take_in”", "take_in: [*reason]"),
        ("  take_in_again: [*reason]", "  take_in: [*reason]", "Việc “take_in_again” thiếu reason", "forms:"),
        ("  stop: [*reason]", "  stop: [*reason, *reason]", "Ô “reason” ghi hai lần", "stop: [*reason, *reason]"),
        ("id: days, kind", "id: day, kind", "Việc “extend” thiếu days", "forms:"),
        ("id: amount, kind", "id: sum, kind", "Việc “propose” thiếu amount", "forms:"),
        ("papers:\n  record_decision:", "papers:\n  sign:", "Việc “sign” không có trong forms", "  sign:"),
        ("  comment: Ghi ý kiến\n", "", "Việc “comment” thiếu tên ở titles", "forms:"),
        ("kind: money", "kind: mony", "mony", "kind: mony"),
    ],
)
def test_each_mistake_is_named_with_its_line(before: str, after: str, said: str, where: str, tmp_path: Path) -> None:
    forms = Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))
    text = (forms / "desk.yml").read_text()
    assert text.count(before) == 1
    changed = text.replace(before, after)
    (forms / "desk.yml").write_text(changed)

    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms, date(2026, 11, 24))

    lines = changed.splitlines()
    found = [(fault.message, lines[fault.line - 1]) for fault in broken.value.faults if fault.file == "forms/desk.yml"]
    assert any(said in message and where in line for message, line in found), found
