"""A fact that cites an official text cites a provision that is there."""

import shutil
from pathlib import Path

import pytest

from processor.publish.citations import citation_faults
from processor.settings import ROOT

CITED = 'at: "van-ban/ke-hoach-2024#muc-ii-3"'


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))


def changed(forms: Path, new: str) -> int:
    """The line of the citation that was replaced."""
    path = forms / "policy" / "chung.yml"
    text = path.read_text()
    path.write_text(text.replace(CITED, new))
    return text[: text.index(CITED)].count("\n") + 1


def test_the_facts_of_the_policy_cite_provisions_that_exist() -> None:
    assert citation_faults(ROOT / "docs", ROOT / "forms") == []


@pytest.mark.parametrize("page", ["ke-hoach-2025", "ke-hoach-2024.md", "chinh-sach/abc"])
def test_a_page_that_is_not_there_is_named_with_file_and_line(forms: Path, page: str) -> None:
    workflow = forms / "workflow.yml"
    text = workflow.read_text()
    workflow.write_text(text.replace("page: ke-hoach-2024\n", f"page: {page}\n"))

    (fault,) = citation_faults(ROOT / "docs", forms)

    assert (fault.file, fault.line) == ("forms/workflow.yml", text[: text.index("page: ke-hoach-2024")].count("\n") + 1)
    assert f"docs/{page}.md" in fault.message


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ('at: "van-ban/ke-hoach-2024#muc-iii"', "docs/van-ban/ke-hoach-2024.md không có mục “muc-iii”"),
        ('at: "van-ban/ke-hoach-2025#muc-i"', "Không có docs/van-ban/ke-hoach-2025.md"),
    ],
)
def test_a_citation_of_nothing_is_named_with_file_and_line(forms: Path, new: str, said: str) -> None:
    line = changed(forms, new)

    (fault,) = citation_faults(ROOT / "docs", forms)

    assert (fault.file, fault.line) == ("forms/policy/chung.yml", line)
    assert fault.message.startswith(said)
