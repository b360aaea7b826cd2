"""A draft as a Word file in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I, for the records office to finish."""

import io
import unicodedata
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from processor.rendering.documents.decision_text import DraftText, Said, SumsTable

FACE = "Times New Roman"
BODY, SMALL, RECIPIENTS, LISTED = Pt(14), Pt(12), Pt(12), Pt(11)
HEAD_WIDTHS = (Mm(66), Mm(94))
# The line under Tiêu ngữ is as long as the words, that under the agency a third to a half of them: 13 and 12 points.
MOTTO_LINE, AGENCY_LINE, TITLE_LINE = Mm(57), Mm(22), Mm(50)
TEXT_WIDTH = Mm(160)
SUMS_WIDTHS = (Mm(11), Mm(60), Mm(55), Mm(34))
CENTRE, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
UNWRITABLE = {"Cc", "Cs", "Cn"}


def word_file(text: DraftText) -> bytes:
    document = docx.Document()
    prepare(document, text)
    write_head(document, text)
    if text.title:
        write_opening(document, text)
    else:
        write_addressees(document, text)
    for part in text.body:
        if isinstance(part, Said):
            write_paragraph(document, part)
        else:
            write_sums(document, part)
    write_end(document, text)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def prepare(document: Any, text: DraftText) -> None:
    """Sheet, face, language, and the page number from the second page on."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    set_face(document.styles["Normal"], BODY)
    set_face(document.styles["Heading 1"], BODY)
    document.styles["Heading 1"].font.color.rgb = RGBColor(0, 0, 0)
    document.core_properties.title = clean(text.document_title)
    document.core_properties.author = clean(text.issuer)
    document.core_properties.language = "vi-VN"
    document.core_properties.comments = ""
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    number.paragraph_format.first_line_indent = 0
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        number.add_run()._r.append(field_part(kind, words))


def set_face(style: Any, size: Any) -> None:
    style.font.name, style.font.size = FACE, size
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FACE)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)


def field_part(kind: str | None, words: str | None) -> Any:
    part = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        part.set(qn("w:fldCharType"), kind)
    else:
        part.text = words
    return part


def write_head(document: Any, text: DraftText) -> None:
    table = bare_table(document, 2, HEAD_WIDTHS)
    agency, state, number, day = (cell for row in table.rows for cell in row.cells)
    line(agency, text.above.upper(), SMALL)
    line(agency, text.issuer.upper(), SMALL, bold=True)
    rule(agency.add_paragraph(), HEAD_WIDTHS[0], AGENCY_LINE)
    line(state, text.state, SMALL, bold=True)
    line(state, text.motto, Pt(13), bold=True)
    rule(state.add_paragraph(), HEAD_WIDTHS[1], MOTTO_LINE)
    line(number, text.number, Pt(13))
    if not text.title:
        line(number, text.about, SMALL)
    line(day, text.place_and_day, Pt(13), italic=True)


def write_opening(document: Any, text: DraftText) -> None:
    title = document.add_paragraph(style="Heading 1")
    set_line(title, text.title.upper(), BODY, bold=True)
    title.paragraph_format.space_before = Pt(18)
    line(document, text.about, BODY, bold=True)
    rule(document.add_paragraph(), TEXT_WIDTH, TITLE_LINE)
    line(document, text.authority.upper(), BODY, bold=True, before=Pt(6))
    for ground in text.grounds:
        run = flowing(document).add_run(clean(ground))
        run.italic = True
    line(document, text.resolves.upper(), BODY, bold=True, before=Pt(6))


def write_addressees(document: Any, text: DraftText) -> None:
    if len(text.addressees) == 1:
        line(document, f"{text.addressed} {text.addressees[0]}", BODY, before=Pt(18))
        return
    for place, words in enumerate((text.addressed, *(f"- {name}" for name in text.addressees))):
        paragraph = document.add_paragraph(clean(words))
        paragraph.paragraph_format.left_indent = Mm(30)
        paragraph.paragraph_format.space_before = Pt(0 if place else 18)
        paragraph.paragraph_format.space_after = Pt(0)


def write_paragraph(document: Any, part: Said) -> None:
    paragraph = flowing(document)
    if part.lead:
        paragraph.add_run(f"{clean(part.lead)} ").bold = True
    paragraph.add_run(clean(part.words))


def write_sums(document: Any, part: SumsTable) -> None:
    table = document.add_table(rows=0, cols=len(part.columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    set_columns(table, SUMS_WIDTHS)
    for number, row in enumerate((part.columns, *part.rows)):
        cells = new_row(table, SUMS_WIDTHS, repeated=number == 0)
        for place, words in enumerate(row):
            sideways = (CENTRE, None, None, WD_ALIGN_PARAGRAPH.RIGHT)[place] if number else CENTRE
            set_line(cells[place].paragraphs[0], words, Pt(13), bold=not number, alignment=sideways)
    cells = new_row(table, SUMS_WIDTHS)
    first = cells[0].merge(cells[2])
    set_line(first.paragraphs[0], part.total[0], Pt(13), bold=True)
    set_line(cells[3].paragraphs[0], part.total[1], Pt(13), bold=True, alignment=WD_ALIGN_PARAGRAPH.RIGHT)


def new_row(table: Any, widths: Sequence[Any], repeated: bool = False) -> Any:
    """Not broken over pages; the first is repeated at the top of each."""
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeated:
        properties.append(OxmlElement("w:tblHeader"))
    cells = row.cells
    for cell, width in zip(cells, widths, strict=True):
        cell.width = width
    return cells


def write_end(document: Any, text: DraftText) -> None:
    flowing(document)
    table = bare_table(document, 1, (Mm(75), Mm(85)))
    listed, signed = table.rows[0].cells
    line(listed, text.recipients_title, RECIPIENTS, bold=True, italic=True, alignment=WD_ALIGN_PARAGRAPH.LEFT)
    for recipient in text.recipients:
        line(listed, recipient, LISTED, alignment=WD_ALIGN_PARAGRAPH.LEFT)
    line(signed, text.signer_title.upper(), BODY, bold=True)
    for _ in range(4):
        line(signed, "", BODY)
    line(signed, text.signer, BODY, bold=True)


def bare_table(document: Any, rows: int, widths: tuple[Any, ...]) -> Any:
    """For layout alone, without lines."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    set_columns(table, widths)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    return table


def set_columns(table: Any, widths: Sequence[Any]) -> None:
    """Word reads the widths of the cells, other programs those of the columns."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def flowing(document: Any) -> Any:
    """A paragraph of the body: justified, first line 1.27 cm in, 6 points after it."""
    paragraph = document.add_paragraph()
    paragraph.alignment = BOTH
    shape = paragraph.paragraph_format
    shape.first_line_indent, shape.space_after, shape.line_spacing = Mm(12.7), Pt(6), 1.1
    return paragraph


def line(
    parent: Any,
    words: str,
    size: Any,
    bold: bool = False,
    italic: bool = False,
    alignment: Any = CENTRE,
    before: Any = None,
) -> None:
    """A paragraph of its own; the empty one that every cell begins with is used first."""
    unused = [one for one in getattr(parent, "paragraphs", ())[:1] if hasattr(parent, "_tc") and not one.runs]
    fresh = unused[0] if unused and len(parent.paragraphs) == 1 else parent.add_paragraph()
    set_line(fresh, words, size, bold, italic, alignment)
    if before is not None:
        fresh.paragraph_format.space_before = before


def set_line(
    paragraph: Any, words: str, size: Any, bold: bool = False, italic: bool = False, alignment: Any = CENTRE
) -> None:
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(clean(words))
    run.font.size, run.bold, run.italic = size, bold, italic


def rule(paragraph: Any, room: Any, length: Any) -> None:
    """A line of a length in the middle of the room: the lower border of an empty paragraph drawn in on both sides."""
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = int((room - length) / 2)
    shape.space_after, shape.line_spacing = Pt(4), Pt(3)
    paragraph.add_run().font.size = Pt(2)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def clean(text: str) -> str:
    """Without the signs that XML cannot hold."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in composed if unicodedata.category(sign) not in UNWRITABLE)
