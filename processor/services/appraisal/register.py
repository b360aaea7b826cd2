"""The register of dossiers: one month of it as the slip of the circular, from what is stored and logged."""

from datetime import date

from processor.domain.errors import NotFound
from processor.domain.forms.kinds import national_phone
from processor.domain.slips.slips import RegisterRow, SlipContent, frozen
from processor.domain.vietnamese import day_of, start_of_day
from processor.rendering.documents.slips import slip_pdf
from processor.services.appraisal import timing
from processor.services.parts import Wired
from processor.storage.engine import reading
from processor.storage.figures.register import Registered, registered

KIND = "dossier_register"


def register_pdf(wired: Wired, year: int, month: int) -> bytes:
    """The form is that of the circular on the first day of the month. Raises NotFound for no such month."""
    if not 1 <= month <= 12 or not 2023 <= year <= 2100:
        raise NotFound("not_found")
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    form = wired.catalogue.slips.slip_form(KIND, first)
    assert form
    with reading(wired.engine) as connection:
        found = list(registered(connection, start_of_day(first), start_of_day(following)))
    agency = wired.catalogue.agency
    content = SlipContent(
        made_on=wired.today(),
        agency=agency.name,
        department=agency.department,
        place=wired.catalogue.receipt.place,
        rows=tuple(row_of(wired, number, one) for number, one in enumerate(found, start=1)),
    )
    return slip_pdf(wired.catalogue, form, frozen(form, content))


def row_of(wired: Wired, number: int, one: Registered) -> RegisterRow:
    """The due day only where it is promised: an internal target stays inside."""
    form = wired.catalogue.forms.get(one.form_id)
    phone = one.answers.get("contact_phone")
    reached = (one.answers.get("address_line", ""), national_phone(phone) if phone else "")
    return RegisterRow(
        no=number,
        code=one.official_code or f"Chưa có; tham chiếu {one.reference}",
        procedure=form.title if form else one.form_id,
        organisation=one.organisation_name,
        address_phone=", ".join(part for part in reached if part),
        unit=wired.catalogue.agency.name,
        received_on=day_of(one.received_at),
        due_on=None if timing.limit(wired).internal else one.due_on,
        returned_on=day_of(one.handed_over_at) if one.handed_over_at else None,
    )
