"""A workflow that would leave a dossier stranded stops everything, with file, line and what to write instead."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue

FILE = "forms/workflow.yml"


def told(folder: Path, *changes: tuple[str, str]) -> list[tuple[str, str]]:
    """Each fault of the changed file with the line it names, as that line reads."""
    forms = Path(shutil.copytree(ROOT / "forms", folder / "forms"))
    text = (ROOT / FILE).read_text()
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    (forms / "workflow.yml").write_text(text)
    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms, date(2026, 11, 24))
    lines = text.splitlines()
    return [(fault.message, lines[fault.line - 1]) for fault in broken.value.faults if fault.file == FILE]


@pytest.mark.parametrize(
    ("before", "after", "said", "where"),
    [
        ("who: organisation\n    where: Tại", "who: nobody\n    where: Tại", "“nobody” trong lanes", "who: nobody"),
        ("id: carry_out", "id: appraise", "Mã bước “appraise” đã dùng", "id: appraise"),
        ("nhận: {pre_registration_deadline}", "nhận: {deadline}", "{deadline}", "{deadline}"),
        ("days: processing_time #", "days: time_limit #", "Không có điều “time_limit”", "days: time_limit"),
        ("id: send_back\n", "id: propose\n", "Mã “propose” đã dùng", "id: propose"),
        ("to: refused_at_intake\n", "to: refused\n", "Không có trạng thái “refused”", "to: refused"),
        ("from: [refused_at_intake]", "from: [refused]", "Không có trạng thái “refused”", "from: [refused]"),
        ("notice: accepted", "notice: taken", "Không có thư “taken”", "notice: taken"),
        ("slip: stop_notice", "slip: stop_note", "Không có phiếu “stop_note”", "slip: stop_note"),
        ("Dừng giải quyết {reference}", "Dừng giải quyết {ref}", "{ref}", "Dừng giải quyết {ref}"),
        ("[refused_at_intake, w", "[refused_at_intake, closed, w", "Không có trạng thái “closed”", "closed"),
        ("intake, withdrawn, s", "intake, s", "Từ “withdrawn” không tới kết thúc được", "transitions:"),
        ("to: stopped", "to: withdrawn", "Không bước nào dẫn tới “stopped”", "transitions:"),
    ],
)
def test_each_mistake_is_named_with_its_line(before: str, after: str, said: str, where: str, tmp_path: Path) -> None:
    found = told(tmp_path, (before, after))

    assert any(said in message and where in line for message, line in found), found


def test_a_status_that_leads_only_to_itself_is_no_end(tmp_path: Path) -> None:
    in_a_circle = ("to: submitted\n", "to: refused_at_intake\n"), ("ends: [refused_at_intake, ", "ends: [")

    found = told(tmp_path, *in_a_circle)

    assert [message for message, _ in found] == [
        "Từ “refused_at_intake” không tới kết thúc được. Thêm bước, hoặc ghi vào ends."
    ]
