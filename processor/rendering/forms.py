"""Forms, checklists and banners: one HTML for the site and for the processor."""

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Attachment
from processor.domain.errors import Fault
from processor.domain.files import Limits, size_words
from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.forms.fields import AnyField
from processor.domain.forms.submission import MOST_ROWS, ROW, Typed
from processor.rendering.questions import MOST_RADIOS, PageOfForm, Shown, needed_when, said_at, whole_form
from processor.rendering.templating import render

TRAP = "_website"
UNVERIFIED = "thường được yêu cầu, chưa đối chiếu"
# What the page's script says of a file before it is sent, in the server's words.
SAID_BY_SCRIPT = ("file_type", "file_too_large", "file_empty", "files_too_many", "upload_interrupted")
FIXED_HINTS = {"date": "Ví dụ 12/03/2026.", "money": "Viết đủ chữ số, ví dụ 50.000.000."}


def form_html(
    catalogue: Catalogue,
    form: FormDefinition,
    *,
    today: date,
    limits: Limits,
    typed: Typed | None = None,
    faults: Sequence[Fault] = (),
    kept: Sequence[Attachment] = (),
    draft_token: str | None = None,
    rows: Mapping[str, int] | None = None,
    shown: Shown | None = None,
) -> Markup:
    shown = shown or whole_form(form)
    page = PageOfForm(form, shown, typed or {}, said_at(faults), rows or {}, today)
    return render(
        "form.html",
        form=form,
        shown=shown,
        blocks=[page.block(section) for section in shown.sections],
        slots=[page.slot(item, kept) for item in shown.items],
        token=draft_token,
        unverified=UNVERIFIED,
        total=size_words(limits.dossier_bytes),
        each=size_words(limits.file_bytes),
        each_bytes=limits.file_bytes,
        most_files=limits.files,
        trapped=" ".join(page.said.get(TRAP, [])),
        messages={code: catalogue.messages.catalogue[code].text for code in SAID_BY_SCRIPT if shown.items},
    )


def condition_of(item: Item, form: FormDefinition, today: date) -> str:
    """When a paper is needed, in words; empty when that depends on nothing."""
    cause = item.asked_when or item.required_when
    return needed_when(cause, form.ground({}, today)) if cause else ""


def summary_html(faults: Sequence[Fault], form: FormDefinition) -> Markup:
    """Each line leads to the first control of its field. Trouble that is no fault of the form asks to mend nothing."""
    mends = any(fault.field for fault in faults)
    lines = [(target_of(fault, form), fault.message) for fault in faults]
    return render("summary.html", lines=lines, mends=mends)


def target_of(fault: Fault, form: FormDefinition) -> str:
    """The id of the control to mend; the form itself when the fault is about none of its own."""
    if fault.field in form.groups:
        first = form.groups[fault.field].fields[0]
        return control_id(f"{fault.field}.0.{first.id}", first)
    if fault.field in form.items_by_id or fault.field == TRAP:
        return f"f-{fault.field}"
    field = field_posted(form, fault.field)
    return control_id(fault.field, field) if field else f"hotro-{form.id}"


def field_posted(form: FormDefinition, name: str) -> AnyField | None:
    """The field behind a posted name, `tax_code` or `costs.0.amount`."""
    row = ROW.match(name)
    fields: Sequence[AnyField] = () if row else form.single_fields
    if row and row[1] in form.groups and int(row[2]) < MOST_ROWS:
        fields = form.groups[row[1]].fields
    return next((field for field in fields if field.id == (row[3] if row else name)), None)


def control_id(name: str, field: AnyField) -> str:
    """The id of the first control of a field: of its first radio or box where it has several."""
    several = field.kind in ("choices", "consent") or (field.kind == "choice" and len(field.options) <= MOST_RADIOS)
    return f"f-{name}-1" if several else f"f-{name}"


def checklist_html(catalogue: Catalogue, form: FormDefinition) -> Markup:
    notice = catalogue.texts.notices["checklist"]
    return render("checklist.html", form=form, unverified=UNVERIFIED, notice=notice)


def notice_html(catalogue: Catalogue, name: str) -> Markup:
    notice = catalogue.texts.notices[name]
    paragraphs = [catalogue.wording(paragraph) for paragraph in notice.paragraphs]
    return render("notice.html", name=name, title=notice.title, paragraphs=paragraphs)


def tracking_html(reference: str = "", error: str = "") -> Markup:
    return render("tracking.html", reference=reference, error=error)


def contact_html(catalogue: Catalogue) -> Markup:
    return render("contact.html", agency=catalogue.agency, unknown=UNKNOWN)
