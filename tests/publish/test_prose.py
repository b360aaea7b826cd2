"""A figure, a deadline or a list of papers typed into a page is found, with what to write instead."""

from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from processor.publish.prose import prose_faults
from processor.settings import ROOT


def told(folder: Path, catalogue: Catalogue, line: str) -> list[str]:
    (folder / "docs").mkdir()
    (folder / "docs" / "trang.md").write_text(f"# Trang\n\n{line}\n", encoding="utf-8")
    return [f"{fault.file}:{fault.line}: {fault.message}" for fault in prose_faults(folder / "docs", folder, catalogue)]


def test_the_pages_of_the_site_type_none(catalogue: Catalogue) -> None:
    assert prose_faults(ROOT / "docs", ROOT / "forms" / "pages", catalogue) == []


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("Tối đa 50 triệu đồng.", "/// muc-ho-tro"),
        ("Kinh phí 810.000.000 đồng.", "((mã của điều))"),
        ("Được hỗ trợ 50% chi phí.", "/// muc-ho-tro"),
        ("Trước ngày 15/10/2024.", "((demand_deadline_2024))"),
        ("Có giới hạn không: ((so_lan)).", "“so_lan”"),
        ("Hỏi ((agency.phone)).", "“agency.phone”"),
        ("- Hóa đơn và chứng từ thanh toán", "/// thanh-phan-ho-so"),
    ],
)
def test_each_is_named_with_its_line(tmp_path: Path, catalogue: Catalogue, line: str, instead: str) -> None:
    (fault,) = told(tmp_path, catalogue, line)

    assert fault.startswith("docs/trang.md:3: ")
    assert instead in fault


@pytest.mark.parametrize(
    "line", ["Ngày 09/12/2022.", "Kinh phí ((budget_2024)).", "Chuẩn bị hóa đơn, chứng từ.", "6 nhóm", "Viết `((ma))`."]
)
def test_other_figures_and_words_are_left_alone(tmp_path: Path, catalogue: Catalogue, line: str) -> None:
    assert told(tmp_path, catalogue, line) == []
