"""The Markdown extension: blocks and facts come from forms/ as it is now, escaped, and nothing unknown passes."""

import os
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from processor.domain.catalogue import Catalogue
from processor.publish.markdown import UnknownName
from processor.rendering.forms import control_id
from processor.settings import ROOT
from tests.submissions import FORMS

AS_ON_THE_SITE = ["admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "hotro"]


@pytest.fixture
def own_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of forms/ that the test may edit."""
    folder = tmp_path / "forms"
    shutil.copytree(ROOT / "forms", folder)
    monkeypatch.setenv("HOTRO_FORMS", str(folder))
    return folder


@pytest.mark.parametrize("form_id", FORMS)
def test_a_form_comes_with_every_field_and_every_paper(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)

    page = rendered(f"/// bieu-mau | {form_id}\n///")

    names = {str(control["name"]) for control in page.select("form [name]")}
    assert {name for name, _ in form.field_names()} | {item.id for item in form.items} <= names
    assert [name for name, field in form.field_names() if not page.find(id=control_id(name, field))] == []


def test_a_form_is_kept_out_of_the_search_index() -> None:
    page = rendered("/// bieu-mau | dang-ky-nhu-cau\n///\n\n/// tra-cuu\n///")

    forms = page.find_all("form")

    assert [form.has_attr("data-search-exclude") for form in forms] == [True, True]


def test_a_checklist_names_every_paper(catalogue: Catalogue) -> None:
    page = rendered("/// thanh-phan-ho-so | ho-so-tieu-chuan\n///")

    shown = page.get_text()

    assert [item.id for item in catalogue.form("ho-so-tieu-chuan").items if item.title not in shown] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/// muc-ho-tro | standard_management_system\n///", "ISO 22000"),
        ("/// thong-bao | official\n///", "Gửi ở đây chưa phải là nộp hồ sơ chính thức."),
        ("/// thong-bao | territory\n///", "Hiệu lực sau ngày 01/07/2025"),
        ("/// tra-cuu\n///", "Mã truy cập"),
        ("/// lien-he\n///", "Chi cục Tiêu chuẩn Đo lường Chất lượng"),
    ],
)
def test_every_other_block_has_its_words(text: str, words: str) -> None:
    page = rendered(text)

    assert words in page.get_text()


def test_the_text_around_a_block_stays() -> None:
    page = rendered("Trước **đậm**.\n\n/// thong-bao | official\n///\n\nSau.")

    assert [found.get_text() for found in page.find_all("strong")][0] == "đậm"
    assert page.get_text().rstrip().endswith("Sau.")


@pytest.mark.parametrize(
    "label", ["Tên <b>đơn vị</b>", "R&D và *sao* và _gạch_", "((budget_2024)) [a](b) `c`", "a &lt; b"]
)
def test_a_label_comes_out_as_it_is_written(own_forms: Path, label: str) -> None:
    edit(own_forms / "shared/applicant.yml", "label: Tên đơn vị", f"label: '{label}'")

    page = rendered("/// bieu-mau | dang-ky-nhu-cau\n///")

    found = page.find("label", attrs={"for": "f-organisation_name"})
    assert found is not None
    assert found.get_text() == label
    assert found.find_all() == []


def test_words_of_the_agency_come_out_as_they_are_written(own_forms: Path) -> None:
    edit(own_forms / "agency.yml", "name: Chi cục Tiêu chuẩn", "name: <b>R&D</b> *sao* Chi cục Tiêu chuẩn")

    page = rendered("Hỏi ((agency.name)).\n\n/// lien-he\n///\n\n/// thong-bao | official\n///")

    name = "<b>R&D</b> *sao* Chi cục Tiêu chuẩn Đo lường Chất lượng"
    assert page.get_text().count(name) == 4
    assert page.find_all(["b", "em"]) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/// bieu-mau | khong-co\n///", "khong-co"),
        ("/// bieu-mau\n///", "bieu-mau"),
        ("/// thanh-phan-ho-so | khong-co\n///", "khong-co"),
        ("/// muc-ho-tro | no_such_type\n///", "no_such_type"),
        ("/// thong-bao | khong-co\n///", "khong-co"),
        ("Kinh phí ((no_such_fact)).", "no_such_fact"),
        ("Hỏi ((agency.no_such_word)).", "agency.no_such_word"),
    ],
)
def test_a_name_that_does_not_exist_stops_the_build_and_is_told(text: str, name: str) -> None:
    with pytest.raises(UnknownName, match=name):
        rendered(text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("budget_2024", "810.000.000\N{NO-BREAK SPACE}đồng"),
        ("demand_deadline_2024", "15/10/2024"),
        ("agency.name", "Chi cục Tiêu chuẩn Đo lường Chất lượng"),
        ("agency.controller", "Sở Khoa học và Công nghệ"),
    ],
)
def test_a_fact_stands_in_its_sentence_in_words(name: str, words: str) -> None:
    page = rendered(f"Một câu với (({name})) ở giữa.")

    assert page.get_text().strip() == f"Một câu với {words} ở giữa."


def test_a_fact_that_nobody_has_read_is_named_as_unknown() -> None:
    page = rendered("Thời hạn: ((processing_time)).")

    assert "hưa rõ" in page.get_text() or "chưa đọc được" in page.get_text()


@pytest.mark.parametrize("text", ["`((budget_2024))`", "    ((budget_2024))"])
def test_a_fact_in_code_is_left_alone(text: str) -> None:
    page = rendered(text)

    assert page.get_text().strip() == "((budget_2024))"


@pytest.mark.parametrize("text", ["a ((b", "((B))", "(( budget_2024 ))", "f((x, y))"])
def test_other_brackets_are_left_alone(text: str) -> None:
    page = rendered(text)

    assert page.get_text().strip() == text


def test_an_edit_is_seen_by_the_next_render(own_forms: Path) -> None:
    before = rendered("((budget_2024))").get_text()
    edit(own_forms / "policy/chung.yml", "value: 810000000", "value: 820000000")

    after = rendered("((budget_2024))").get_text()

    assert (before[:3], after[:3]) == ("810", "820")


def rendered(text: str) -> BeautifulSoup:
    return BeautifulSoup(markdown(text, extensions=AS_ON_THE_SITE), "html.parser")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    before = path.stat().st_mtime_ns
    path.write_text(text.replace(old, new, 1))
    os.utime(path, ns=(before + 10**9, before + 10**9))  # a clock may be coarser than a test is fast
