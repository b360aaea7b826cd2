"""What a sound file does or reaches for when it is opened is found by its structure, however it is written."""

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.files import FileFault
from processor.domain.hazards import HAZARDS
from processor.inspection.inspect import inspect_file
from tests.inspection.hazards import (
    Fill,
    a_docx_related,
    a_docx_with,
    a_field,
    a_pdf_with,
    action,
    an_attachment,
    an_xfa_form,
    an_xlsx_with_formula,
    an_xlsx_with_part,
    on_a_link,
    on_opening,
)
from tests.inspection.makers import OLE, a_docx, a_jpeg, a_pdf, a_png, an_xlsx, rezipped

OBJECT = re.compile(rb"(?m)^(\d+) 0 obj")
STREAMS = pikepdf.ObjectStreamMode
SCRIPT = action("JavaScript", JS=pikepdf.String("app.alert(1)"))


def hazards(path: Path) -> tuple[str, ...]:
    return inspect_file(path, path.name, [path.suffix[1:]]).hazards


@pytest.mark.parametrize("make", [a_pdf, a_docx, an_xlsx, a_png], ids=lambda make: str(make.__name__))
def test_an_ordinary_file_carries_no_hazard(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    ending = {"a_pdf": "pdf", "a_docx": "docx", "an_xlsx": "xlsx", "a_png": "png"}[make.__name__]

    assert hazards(make(tmp_path / f"a.{ending}")) == ()


@pytest.mark.parametrize("objects", [STREAMS.disable, STREAMS.generate])
@pytest.mark.parametrize(
    ("fill", "found"),
    [
        (on_a_link(SCRIPT), "pdf_script"),
        (an_xfa_form, "pdf_script"),
        (on_a_link(action("Launch", F=pikepdf.String("calc.exe"))), "pdf_action"),
        (on_a_link(action("SubmitForm", F=pikepdf.String("http://khong-co-that.example"))), "pdf_action"),
        (on_a_link(action("GoToR", F=pikepdf.String("khac.pdf"))), "pdf_action"),
        (on_opening(action("Named", N=pikepdf.Name.Print)), "pdf_opens_itself"),
        (an_attachment(), "carries_files"),
    ],
)
def test_a_pdf_that_acts_or_carries_files_is_known_inside_object_streams_too(
    tmp_path: Path, fill: Fill, found: str, objects: pikepdf.ObjectStreamMode
) -> None:
    path = a_pdf_with(tmp_path / "a.pdf", fill, objects)

    assert hazards(path) == (found,)


def test_a_search_of_the_bytes_would_have_missed_what_the_walk_finds(tmp_path: Path) -> None:
    packed = a_pdf_with(tmp_path / "a.pdf", on_a_link(SCRIPT), STREAMS.generate)
    spelt = a_pdf_with(tmp_path / "b.pdf", on_a_link(SCRIPT))
    spelt.write_bytes(spelt.read_bytes().replace(b"/JavaScript", b"/J#61v#61Scr#69pt").replace(b"/JS", b"/#4A#53"))
    with_new_table_of_places(spelt)

    assert b"JavaScript" not in packed.read_bytes() + spelt.read_bytes()
    assert hazards(packed) == hazards(spelt) == ("pdf_script",)


def with_new_table_of_places(path: Path) -> None:
    """The longer spelling moved the objects; qpdf would write the table anew, but spell the names shortly again."""
    content = path.read_bytes()
    body = content[: content.rindex(b"xref\n", 0, content.rindex(b"startxref"))]
    places = {int(found[1]): found.start() for found in OBJECT.finditer(body)}
    rows = [b"0000000000 65535 f \n", *(b"%010d 00000 n \n" % places[number] for number in range(1, len(places) + 1))]
    trailer = content[content.rindex(b"trailer") : content.rindex(b"startxref")]
    table = b"xref\n0 %d\n" % len(rows) + b"".join(rows)
    path.write_bytes(body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body))


def test_a_pdf_that_opens_at_a_page_does_nothing_by_that(tmp_path: Path) -> None:
    def first_page(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = action("GoTo", D=pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit]))

    assert hazards(a_pdf_with(tmp_path / "a.pdf", first_page)) == ()


def test_a_script_that_runs_on_opening_has_both_flags(tmp_path: Path) -> None:
    assert hazards(a_pdf_with(tmp_path / "a.pdf", on_opening(SCRIPT))) == ("pdf_script", "pdf_opens_itself")


def test_a_script_named_only_by_an_object_of_its_own_is_found(tmp_path: Path) -> None:
    def hidden(pdf: pikepdf.Pdf) -> None:
        on_a_link(action("JavaScript"))(pdf)
        pdf.pages[0].Annots[0].A.S = pdf.make_indirect(pikepdf.Name.JavaScript)

    assert hazards(a_pdf_with(tmp_path / "a.pdf", hidden)) == ("pdf_script",)


@pytest.mark.parametrize(
    "body",
    [
        a_field(r' DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"'),
        a_field("dd", "e", "auto", " excel x"),
        b'<w:p><w:fldSimple w:instr="DDE excel x"/></w:p>',
    ],
)
def test_a_dde_field_is_flagged_however_its_words_are_spread(tmp_path: Path, body: bytes) -> None:
    assert hazards(a_docx_with(tmp_path / "a.docx", body)) == ("office_dde",)


def test_a_field_or_text_that_only_mentions_dde_is_not_flagged(tmp_path: Path) -> None:
    body = a_field(' HYPERLINK "http://khong-co-that.example/DDE"') + b"<w:p><w:r><w:t>DDEAUTO</w:t></w:r></w:p>"

    assert hazards(a_docx_with(tmp_path / "a.docx", body)) == ()


def test_a_formula_or_link_that_calls_a_program_is_flagged(tmp_path: Path) -> None:
    formula = an_xlsx_with_formula(tmp_path / "a.xlsx", "cmd|'/c calc'!A0")
    part = "xl/externalLinks/externalLink1.xml"
    link = an_xlsx_with_part(tmp_path / "b.xlsx", part, b"<x:e xmlns:x='u'><x:ddeLink/></x:e>")

    assert hazards(formula) == hazards(link) == ("office_dde",)


def test_a_bar_in_the_text_of_a_formula_is_not_flagged(tmp_path: Path) -> None:
    assert hazards(an_xlsx_with_formula(tmp_path / "a.xlsx", 'A1&amp;" | "&amp;B1')) == ()


def test_a_template_from_elsewhere_is_flagged(tmp_path: Path) -> None:
    assert hazards(a_docx_related(tmp_path / "a.docx", "attachedTemplate")) == ("office_template",)


@pytest.mark.parametrize("kind", ["image", "frame"])
def test_what_is_fetched_from_elsewhere_is_flagged_except_hyperlinks(tmp_path: Path, kind: str) -> None:
    fetched, followed = a_docx_related(tmp_path / "a.docx", kind), a_docx_related(tmp_path / "b.docx", "hyperlink")

    assert hazards(fetched) == ("office_external",)
    assert hazards(followed) == ()


def test_a_relation_is_read_as_xml_whatever_its_spelling(tmp_path: Path) -> None:
    path = a_docx_related(tmp_path / "a.docx", "attachedTempl&#97;te", "&#69;xternal")

    assert hazards(path) == ("office_template",)


def test_a_relation_far_down_a_long_part_is_found(tmp_path: Path) -> None:
    path = a_docx_related(tmp_path / "a.docx", "attachedTemplate")
    rezipped(path, change=lambda name, part: part.replace(b"<Relationship ", b" " * 200_000 + b"<Relationship ", 1))

    assert hazards(path) == ("office_template",)


def test_an_object_of_another_program_is_flagged(tmp_path: Path) -> None:
    assert hazards(a_docx_related(tmp_path / "a.docx", "oleObject", "Internal")) == ("carries_files",)


def test_a_field_or_a_function_that_fetches_is_flagged(tmp_path: Path) -> None:
    field = a_docx_with(tmp_path / "a.docx", a_field(' INCLUDETEXT "http://khong-co-that.example"'))
    function = an_xlsx_with_formula(tmp_path / "a.xlsx", 'WEBSERVICE("http://khong-co-that.example")')

    assert hazards(field) == hazards(function) == ("office_external",)


@pytest.mark.parametrize("before", [504, 65_520])
def test_a_macro_storage_is_refused_under_an_innocent_name_and_type(tmp_path: Path, before: int) -> None:
    part = OLE + bytes(before) + "_VBA_PROJECT".encode("utf-16-le")
    path = rezipped(a_docx(tmp_path / "a.docx"), add={"word/media/anh.emf": part})

    with pytest.raises(FileFault, match="file_macro"):
        hazards(path)


def test_a_macro_relation_and_a_macro_sheet_are_refused(tmp_path: Path) -> None:
    related = a_docx_related(tmp_path / "a.docx", "vbaProject", "Internal")
    declaration = b'<Override PartName="/xl/x.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>'
    sheet = rezipped(an_xlsx(tmp_path / "a.xlsx"), change=lambda _, part: part.replace(b"</Types>", declaration))

    for path in (related, sheet):
        with pytest.raises(FileFault, match="file_macro"):
            hazards(path)


@pytest.mark.parametrize(("make", "ending"), [(a_jpeg, "jpeg"), (a_png, "png")])
def test_a_picture_with_a_page_in_its_tail_is_taken_as_a_picture(
    tmp_path: Path, make: Callable[[Path], Path], ending: str
) -> None:
    path = make(tmp_path / f"a.{ending}")
    path.write_bytes(path.read_bytes() + b"<script>alert(1)</script>%PDF-1.7")

    sound = inspect_file(path, path.name, [ending])

    assert (sound.type.id, sound.hazards) == (ending, ())


@pytest.mark.parametrize("before", [b"GIF89a/*", b"PK\x03\x04", b"<html>", b"x"])
def test_a_pdf_after_anything_but_blanks_is_no_pdf(tmp_path: Path, before: bytes) -> None:
    path = a_pdf(tmp_path / "a.pdf")
    path.write_bytes(before + path.read_bytes())

    with pytest.raises(FileFault, match="file_content_mismatch"):
        hazards(path)


def test_every_hazard_has_its_words(catalogue: Catalogue) -> None:
    assert set(catalogue.texts.hazards) == set(HAZARDS)
