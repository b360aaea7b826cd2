"""What is printed, as PDF by typst with the fonts that it carries. The same text gives the same bytes."""

import io
import json
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition
from processor.domain.vietnamese import VIETNAM, day
from processor.rendering.forms import UNVERIFIED, condition_of
from processor.rendering.glyphs import FONTS

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"


def checklist_pdf(catalogue: Catalogue, form: FormDefinition, address: str, today: date) -> bytes:
    """The papers of a form with a box each; the QR code leads to `address`."""
    notice = catalogue.texts.notices["checklist"]
    told: dict[str, object] = {
        "title": "Danh mục giấy tờ cần chuẩn bị",
        "form_title": form.title,
        "agency": catalogue.agency.name,
        "intro": f"Danh mục trong Nghị quyết: {catalogue.facts['dossier_components'].words(today)}.",
        "items": [
            {
                "title": item.title,
                "needed": "" if item.required else " (không bắt buộc)",
                "unverified": "" if item.basis.verified else UNVERIFIED,
                "guidance": f"{item.guidance} {condition_of(item, form, today)}".strip(),
            }
            for item in form.items
        ],
        "closing": notice.title,
        "official": [catalogue.wording(paragraph) for paragraph in notice.paragraphs],
        "version": form.version,
        "printed_on": day(today),
        "code": qr_code(address),
        "code_words": f"Mã QR mở {address}",
        "address": address.partition("?")[0],
        "resolution": f"Theo {catalogue.facts['resolution'].words(today)}.",
    }
    return compiled("checklist.typ", told, today)


def qr_code(text: str, border: int = 1) -> str:
    """As SVG of no size of its own. `border` in modules."""
    import segno

    written = io.BytesIO()
    segno.make(text, error="m").save(written, kind="svg", xmldecl=False, omitsize=True, border=border)
    return written.getvalue().decode()


def compiled(template: str, told: dict[str, object], today: date, *, letter: bool = False) -> bytes:
    """A letter is set in the faces of fonts/ alone and kept for long: PDF/A and PDF/UA, where a sign without a glyph
    is an error."""
    import typst

    moment = datetime.combine(today, time(), VIETNAM)
    made = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=letter_faces() if letter else [],
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"] if letter else [],
        format="pdf",
        timestamp=int(moment.timestamp()),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def letter_faces() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
