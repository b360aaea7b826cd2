"""The receipt: the page, the PDF letter. The signed JSON is the domain's own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Attachment
from processor.domain.files import size_words
from processor.domain.forms.definition import FormDefinition
from processor.domain.receipt import Received, SignedReceipt
from processor.domain.vietnamese import VIETNAM, letter_day, moment
from processor.rendering.forms import notice_html
from processor.rendering.glyphs import BREAK, drawable
from processor.rendering.pages import SENT_THINGS, Page
from processor.rendering.printed import compiled, qr_code
from processor.rendering.templating import render

VERIFY_PAGE = "/xac-minh-bien-nhan/"
TRACK_PAGE = "/tra-cuu/"
QUIET_ZONE = 4  # modules, as the standard of the QR code wants it
LONG_WORD = re.compile(r"(\S{16})(?=\S)")


@dataclass(frozen=True)
class Paper:
    """A file under the title of the paper that it was sent for."""

    item: str
    file: Attachment


def receipt_page(
    catalogue: Catalogue,
    form: FormDefinition,
    received: Received,
    signed: SignedReceipt,
    where: str,
    access_code: str | None = None,
) -> Page:
    """`where` is the receipt's own address. The access code stands only in the answer to sending."""
    html = render(
        "receipt.html",
        form=form,
        received=received,
        papers=list(papers(form, received)),
        absences=absences(form, received),
        steps=steps(catalogue, form, received),
        where=where,
        access_code=access_code,
        agency=catalogue.agency,
        code=Markup(qr_code(signed.seal, QUIET_ZONE)),
        code_words=code_words(received),
        code_text=catalogue.wording(catalogue.receipt.code),
        signature_text=catalogue.wording(catalogue.receipt.signature),
        verify=VERIFY_PAGE,
        notice=notice_html(catalogue, "official"),
        sent_thing=SENT_THINGS[form.kind],
    )
    return f"Đã gửi – {form.title}", html


def receipt_pdf(
    catalogue: Catalogue, form: FormDefinition, received: Received, signed: SignedReceipt, site: str
) -> bytes:
    """The same bytes for the same receipt, with the signed JSON among its keywords. `site` is the public address."""
    day = received.received_at.astimezone(VIETNAM).date()
    notice = catalogue.texts.notices["official"]
    told: dict[str, object] = {
        "title": "Biên nhận",
        "reference": received.reference,
        "department": catalogue.agency.department,
        "agency": catalogue.agency.name,
        "place_and_day": place_and_day(catalogue.receipt.place, letter_day(day)),
        "form_title": form.title,
        "rows": list(rows(received)),
        "count": len(received.attachments),
        "papers": [printed(paper) for paper in papers(form, received)],
        "absences": [(item, breakable(reason)) for item, reason in absences(form, received)],
        "steps": steps(catalogue, form, received),
        "notice": {
            "title": notice.title,
            "paragraphs": [catalogue.wording(paragraph) for paragraph in notice.paragraphs],
        },
        "code_text": catalogue.wording(catalogue.receipt.code),
        "code_words": code_words(received),
        "verify": site + VERIFY_PAGE,
        "track": site + TRACK_PAGE,
        "footer": list(footer(catalogue)),
    }
    marks = {"code": qr_code(signed.seal, QUIET_ZONE), "mark": signed.mark}
    letter = {name: lettered(value) for name, value in told.items()}
    return compiled("receipt.typ", {**letter, **marks}, day, letter=True)


def lettered(value: object) -> object:
    """With every text as the faces can draw it."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, Mapping):
        return {name: lettered(part) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [lettered(part) for part in value]
    return value


def rows(received: Received) -> Iterator[tuple[str, str]]:
    if received.organisation_name:
        yield "Đơn vị", breakable(received.organisation_name)
    yield "Thời điểm nhận", f"{moment(received.received_at)} (giờ Việt Nam)"
    yield "Phiên bản biểu mẫu", received.form_version


def papers(form: FormDefinition, received: Received) -> Iterator[Paper]:
    """In page order."""
    for item in form.items:
        yield from (Paper(item.title, file) for file in received.attachments if file.item_id == item.id)


def absences(form: FormDefinition, received: Received) -> list[tuple[str, str]]:
    reasons = received.absences
    return [(item.title, reasons[item.id]) for item in form.items if item.id in reasons]


def steps(catalogue: Catalogue, form: FormDefinition, received: Received) -> list[str]:
    """What happens next, as it was known when the dossier came."""
    day = received.received_at.astimezone(VIETNAM).date()
    limit = catalogue.facts["processing_time"].words(day)
    return [catalogue.wording(step, processing_time=limit) for step in catalogue.receipt.steps_of(form.kind)]


def printed(paper: Paper) -> dict[str, object]:
    """The hash in two lines."""
    file = paper.file
    halves = (file.sha256[:32], file.sha256[32:])
    return {"item": paper.item, "name": breakable(file.name), "size": size_words(file.size), "sha256": halves}


def breakable(typed: str) -> str:
    """A long word may go on in the next line: applicants name files without spaces."""
    return LONG_WORD.sub(f"\\1{BREAK}", typed)


def code_words(received: Received) -> str:
    return f"Mã QR của biên nhận {received.reference}"


def place_and_day(place: str | None, day: str) -> str:
    return f"{place}, {day}" if place else day.capitalize()


def footer(catalogue: Catalogue) -> Iterator[str]:
    yield catalogue.wording(catalogue.receipt.signature)
    if not catalogue.agency.names_verified_on:
        yield "Tên cơ quan ghi theo Kế hoạch năm 2024; tên hiện nay: chưa đối chiếu."
