"""A form as HTML: labels, ids, errors, and what was typed, given back unchanged."""

from collections.abc import Iterator
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.errors import Fault
from processor.domain.files import Limits
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import check_answers
from processor.rendering.forms import control_id, form_html, summary_html, tracking_html
from processor.rendering.support import support_html
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.submissions import FORMS

TODAY = date(2026, 11, 24)
STANDARDS = "standard_management_system"
FOCUSABLE = ("input", "select", "textarea", "button")
NEEDING_MORE = {"organisation_kind": "enterprise", "standard": "other_iso"}
LOADED = load_catalogue(ROOT / "forms")


def test_every_form_is_tried_here(catalogue: Catalogue) -> None:
    assert tuple(sorted(catalogue.forms)) == FORMS


@pytest.mark.parametrize("form_id", FORMS)
def test_every_field_has_its_label_and_the_id_of_its_control(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits()))

    for name, field in form.field_names():
        assert tag(page, control_id(name, field))["name"] == name
        assert label_words(page, name).startswith(field.label), name


@pytest.mark.parametrize("form_id", FORMS)
def test_every_choice_is_labelled_with_its_own_words(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits()))

    for name, field in form.field_names():
        for choice in (*getattr(field, "options", ()), *getattr(field, "purposes", ())):
            assert choice_words(page, name, choice.value) == " ".join(choice.label.split()), (name, choice.value)


@pytest.mark.parametrize("form_id", FORMS)
def test_every_paper_has_its_label_and_takes_only_its_types(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits()))

    for item in form.items:
        control = tag(page, f"f-{item.id}")
        assert (control["type"], control["name"]) == ("file", item.id)
        assert label_words(page, item.id).startswith(item.title)
        assert (".pdf" in str(control["accept"])) == ("pdf" in item.accept)


@pytest.mark.parametrize("form_id", FORMS)
def test_the_browser_itself_refuses_nothing(catalogue: Catalogue, form_id: str) -> None:
    page = read(form_html(catalogue, catalogue.form(form_id), today=TODAY, limits=Limits()))

    refusing = page.select("[required], [pattern], [minlength], [maxlength], [min], [max]")

    assert refusing == []
    assert page.select("form[novalidate]")


@pytest.mark.parametrize("form_id", FORMS)
def test_what_may_stay_empty_is_named_as_such(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits()))

    for name, field in form.field_names():
        free = not field.required and not field.required_when
        assert ("(không bắt buộc)" in label_words(page, name)) == free, name


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r")))
def test_any_text_comes_back_as_it_was_typed(text: str) -> None:
    form = LOADED.form("ho-so-tieu-chuan")
    typed = {"organisation_name": [text], "certificate_scope": [text], "costs.0.description": [text]}

    page = read(form_html(LOADED, form, today=TODAY, limits=Limits(), typed=typed))

    assert tag(page, "f-organisation_name")["value"] == text
    assert tag(page, "f-costs.0.description")["value"] == text
    # A line break right after the tag belongs to the markup, not to the text.
    assert tag(page, "f-certificate_scope").get_text() == f"\n{text}"


@pytest.mark.parametrize("text", ["<b>đậm</b>", '"><script>alert(1)</script>', "R&D & hợp tác", "'đơn' *sao* &lt;"])
def test_what_was_typed_is_never_markup(catalogue: Catalogue, text: str) -> None:
    form = catalogue.form("ho-so-tieu-chuan")
    blank = read(form_html(catalogue, form, today=TODAY, limits=Limits()))

    page = read(
        form_html(
            catalogue,
            form,
            today=TODAY,
            limits=Limits(),
            typed={name: [text] for name, _ in form.field_names()},
        )
    )

    assert [found.name for found in page.find_all()] == [found.name for found in blank.find_all()]


def test_what_was_chosen_stays_chosen(catalogue: Catalogue) -> None:
    typed = {"organisation_kind": ["cooperative"], "commune_code": ["07210"], "consent": ["processing"]}

    page = read(form_html(catalogue, catalogue.form("ho-so-tieu-chuan"), today=TODAY, limits=Limits(), typed=typed))

    chosen = page.select("input[checked], option[selected]")
    assert sorted(str(found["value"]) for found in chosen) == ["07210", "cooperative", "processing"]


def test_every_posted_row_is_shown(catalogue: Catalogue) -> None:
    typed = {"costs.2.description": ["Đánh giá"]}

    page = read(form_html(catalogue, catalogue.form("ho-so-tieu-chuan"), today=TODAY, limits=Limits(), typed=typed))

    assert [found["name"] for found in page.select("[name^='costs.'][name$='.description']")] == [
        "costs.0.description",
        "costs.1.description",
        "costs.2.description",
    ]


@pytest.mark.parametrize("form_id", FORMS)
def test_an_error_is_tied_to_the_control_it_is_about(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)
    faults = [Fault(name, "made_up", f"Sửa {name}.") for name, _ in form.field_names()]
    faults += [Fault(item.id, "made_up", f"Sửa {item.id}.") for item in form.items]

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits(), faults=faults))

    for fault in faults:
        described = page.select_one(f'[aria-describedby~="error-{fault.field}"][aria-invalid="true"]')
        assert described is not None, fault.field
        assert described.get("name") == fault.field or described.select(f'[name="{fault.field}"]')
        assert fault.message in tag(page, f"error-{fault.field}").get_text()


@pytest.mark.parametrize("form_id", FORMS)
def test_whatever_describes_a_control_is_on_the_page(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)
    faults = empty_faults(catalogue, form)

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits(), faults=faults))

    described = [str(found["aria-describedby"]).split() for found in page.select("[aria-describedby]")]
    assert [name for names in described for name in names if page.find(id=name) is None] == []


@pytest.mark.parametrize("form_id", FORMS)
def test_every_line_of_the_summary_leads_to_a_control(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)
    faults = empty_faults(catalogue, form)

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits(), faults=faults) + summary_html(faults, form))

    targets = [str(link["href"]).removeprefix("#") for link in page.select(".hotro-summary a")]
    assert len(targets) == len(faults) >= len([field for field in form.single_fields if field.required])
    assert [target for target in targets if tag(page, target).name not in FOCUSABLE] == []


def test_a_fault_of_no_field_leads_to_the_form(catalogue: Catalogue) -> None:
    form = catalogue.form("dang-ky-nhu-cau")
    fault = Fault("la", "unknown_field", "Không có ô “la”.")

    page = read(form_html(catalogue, form, today=TODAY, limits=Limits()) + summary_html([fault], form))

    assert [link["href"] for link in page.select(".hotro-summary a")] == ["#hotro-dang-ky-nhu-cau"]
    assert tag(page, "hotro-dang-ky-nhu-cau").name == "form"


@pytest.mark.parametrize("form_id", FORMS)
def test_no_id_is_used_twice(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)

    page = read(
        form_html(
            catalogue, form, today=TODAY, limits=Limits(), faults=empty_faults(catalogue, form), rows={"costs": 3}
        )
    )

    ids = [str(found["id"]) for found in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids))


def test_an_unknown_ceiling_is_named_as_unknown(catalogue: Catalogue) -> None:
    page = read(support_html(catalogue, STANDARDS, TODAY))

    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in page.select("tbody tr")]

    assert [UNKNOWN in row[2] for row in rows] == [False, True]
    assert page.select(".hotro-unknown")


def test_a_figure_is_not_known_before_its_first_day(catalogue: Catalogue) -> None:
    page = read(support_html(catalogue, STANDARDS, date(2022, 12, 8)))

    figures = [cell.get_text(strip=True) for row in page.select("tbody tr") for cell in row.select("td")[1:]]

    assert set(figures) == {UNKNOWN}
    assert "ước tính" not in page.get_text()


def test_the_worked_example_stops_at_the_ceiling(catalogue: Catalogue) -> None:
    page = read(support_html(catalogue, STANDARDS, TODAY))

    example = page.get_text().replace("\N{NO-BREAK SPACE}", " ")

    assert "84.000.000 đồng thì 50% là 42.000.000 đồng, ước tính 42.000.000 đồng." in example
    assert "130.000.000 đồng thì 50% là 65.000.000 đồng, ước tính dừng ở 50.000.000 đồng." in example


def test_the_tracking_form_keeps_the_reference_and_never_the_code() -> None:
    page = read(tracking_html('HT-"<b>', "Không tìm thấy."))

    assert tag(page, "f-reference")["value"] == 'HT-"<b>'
    assert tag(page, "f-reference")["aria-describedby"] == "hint-reference error-reference"
    assert not tag(page, "f-access_code").get("value")


def empty_faults(catalogue: Catalogue, form: FormDefinition) -> list[Fault]:
    """Every fault of an empty submission, one empty row, the missing papers and the fields needed after all."""
    checked = [check_answers(form, typed, catalogue.messages, TODAY).faults for typed in empty_submissions(form)]
    missing = [Fault(item.id, "file_required", f"Chưa có {item.title}.") for item in form.items]
    return list(dict.fromkeys([*(fault for faults in checked for fault in faults), *missing]))


def empty_submissions(form: FormDefinition) -> Iterator[dict[str, list[str]]]:
    yield {}
    known = {field.id for field in form.single_fields}
    yield {name: [value] for name, value in NEEDING_MORE.items() if name in known}
    for group, section in form.groups.items():
        for field in section.fields:
            yield {f"{group}.0.{field.id}": ["?"]}


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def tag(page: BeautifulSoup, name: str) -> Tag:
    found = page.find(id=name)
    assert found is not None, name
    return found


def label_words(page: BeautifulSoup, name: str) -> str:
    """The label of a single control, or the legend of several."""
    label = page.find("label", attrs={"for": f"f-{name}"}) or tag(page, f"field-{name}").find("legend")
    assert label is not None, name
    return " ".join(label.get_text().split())


def choice_words(page: BeautifulSoup, name: str, value: str) -> str:
    box = page.select_one(f'input[name="{name}"][value="{value}"]')
    found = box.find_parent("label") if box else page.select_one(f'[name="{name}"] option[value="{value}"]')
    assert found is not None, (name, value)
    return " ".join(found.get_text().split())
