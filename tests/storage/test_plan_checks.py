"""What is wrong in the files of plans and channels is told with its line."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue

PLAN, BOARD, OUTREACH = "plans/2024.yml", "plan_board.yml", "outreach.yml"


def faults(folder: Path, name: str, before: str, after: str) -> list[str]:
    forms = Path(shutil.copytree(ROOT / "forms", folder / "forms"))
    text = (forms / name).read_text()
    assert text.count(before) == 1
    (forms / name).write_text(text.replace(before, after))
    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms, date(2026, 11, 24))
    return [str(fault) for fault in broken.value.faults]


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        (PLAN, "before: demand_deadline_2024", "before: khong_co", "Không có điều “khong_co”"),
        (PLAN, "before: demand_deadline_2024", "before: resolution", "không phải ngày"),
        (PLAN, "who_fact: decision_maker", "who: Sở\n    who_fact: decision_maker", "Giữ một"),
        (PLAN, "id: ra-soat-thu-tuc", "id: tong-hop-vuong-mac", "ghi hai lần"),
        (PLAN, 'id: "2024"', 'id: "2025"', "Tên tệp phải là id"),
        (PLAN, "begun_by: [budget_committed]", "begun_by: [visits]", "begun_by có con số không hiện"),
        (BOARD, "  not_begun: Chưa ghi việc nào\n", "", "Thiếu lời của “not_begun”"),
        (BOARD, "tại {place} khỏi", "tại {noi} khỏi", "{noi}"),
        (OUTREACH, "id: trang-cua-so", "id: truyen-thong", "ghi hai lần"),
        (OUTREACH, "giai đoạn {policy_period}.", "giai đoạn {giai_doan}.", "{giai_doan}"),
        (OUTREACH, "{material_address}", "{noi_tai}", "{noi_tai}"),
    ],
)
def test_a_fault_names_what_to_mend(tmp_path: Path, name: str, before: str, after: str, said: str) -> None:
    (fault,) = faults(tmp_path, name, before, after)

    assert fault.startswith(f"forms/{name}:")
    assert said in fault
