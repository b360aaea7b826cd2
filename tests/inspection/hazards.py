"""Files that act or reach out when they are opened. Nothing in them works: names and addresses are invented."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf

from tests.inspection.makers import a_docx, a_pdf, an_xlsx, rezipped

Fill = Callable[[pikepdf.Pdf], None]
NOWHERE = "http://khong-co-that.example/mau"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def a_pdf_with(path: Path, fill: Fill, objects: pikepdf.ObjectStreamMode = pikepdf.ObjectStreamMode.disable) -> Path:
    with pikepdf.open(a_pdf(path), allow_overwriting_input=True) as pdf:
        fill(pdf)
        pdf.save(path, object_stream_mode=objects)
    return path


def action(kind: str, **more: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


def on_a_link(act: pikepdf.Dictionary) -> Fill:
    """The action lies directly in an annotation of the first page."""

    def fill(pdf: pikepdf.Pdf) -> None:
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)
        pdf.pages[0].Annots = pikepdf.Array([link])

    return fill


def on_opening(act: Any) -> Fill:
    def fill(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = act

    return fill


def an_attachment(content: bytes = b"xin chao") -> Fill:
    def fill(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["an.txt"] = content

    return fill


def an_xfa_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pdf.make_stream(b"<xdp/>"))


def a_docx_with(path: Path, body: bytes) -> Path:
    """`body` stands at the start of the document's text."""
    return rezipped(a_docx(path), change=lambda name, part: part.replace(b"<w:body>", b"<w:body>" + body))


def run(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def a_field(*words: str) -> bytes:
    """A field whose instruction is spread over runs."""
    begin, end = (run(f'<w:fldChar w:fldCharType="{kind}"/>') for kind in ("begin", "end"))
    said = "".join(run(f"<w:instrText>{one}</w:instrText>") for one in words)
    return f"<w:p>{begin}{said}{end}</w:p>".encode()


def a_docx_related(path: Path, kind: str, mode: str = "External", part: str = "word/_rels/document.xml.rels") -> Path:
    """A relation of the part to something at an address, or in another part."""
    relation = f'<Relationship Id="rIdX" Type="{RELATION}/{kind}" Target="{NOWHERE}" TargetMode="{mode}"/>'
    end = b"</Relationships>"
    return rezipped(
        a_docx(path), change=lambda name, old: old.replace(end, relation.encode() + end) if name == part else old
    )


def an_xlsx_with_formula(path: Path, formula: str) -> Path:
    cell = f"<sheetData><row r='99'><c r='A99'><f>{formula}</f></c></row>".encode()
    return rezipped(an_xlsx(path), change=lambda name, part: part.replace(b"<sheetData>", cell))


def an_xlsx_with_part(path: Path, name: str, content: bytes) -> Path:
    return rezipped(an_xlsx(path), add={name: content})
