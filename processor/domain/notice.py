"""Mail to applicants: texts as data (forms/notices.yml), and how one letter is put together from them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import Field
from pydantic_core import PydanticCustomError

from processor.addresses import MAIL_ADDRESS
from processor.domain.agency import Agency
from processor.domain.forms.fields import EmailField
from processor.domain.forms.kinds import HIDDEN, one_line, read_email
from processor.domain.policy import Frozen

ADDRESS = EmailField(
    kind="email",
    id="address",
    label="Thư điện tử để nhận đường dẫn",
    what="địa chỉ thư điện tử để nhận đường dẫn bản nháp",
    example="lien-he@vi-du.example",
)
LONGEST_NAME = 200
LONGEST_WAIT = timedelta(hours=4)
# Anybody can have a letter sent to anybody, with a name of his choosing in it: no address of a page may come along.
LINKED = re.compile(r"://|www\.|@|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)


class Wording(Frozen):
    subject: str
    body: str


class NoticeText(Wording):
    """`variants` are said instead where something else holds: another kind of form, no day known."""

    variants: dict[str, Wording] = Field(default_factory=dict)


class NoticeTexts(Frozen):
    """`unnamed` stands for an organisation whose name is not known; `subject` and `opening` frame every letter.

    `demand_days`: so many days ahead officers are reminded of the day of the demand summary.
    """

    subject: str
    subject_without_reference: str
    subject_of_desk: str
    opening: str
    opening_of_desk: str
    unnamed: str
    ending: str
    ending_without_phone: str
    demand_days: tuple[int, ...]
    notices: dict[str, NoticeText]

    def wording(self, notice: str, variant: str | None) -> Wording:
        text = self.notices[notice]
        return text.variants[variant] if variant else text


@dataclass(frozen=True)
class Fillable:
    """What the program fills in a notice, and which other wordings it may choose."""

    names: frozenset[str]
    variants: frozenset[str] = frozenset()


def fillable(names: str, variants: str = "") -> Fillable:
    return Fillable(frozenset(names.split()), frozenset(variants.split()))


NOTICES = {
    "receipt": fillable("reference form_title time files status_url", "pre_registration feedback"),
    "withdrawn": fillable("reference form_title time", "pre_registration feedback"),
    "contact_corrected": fillable("reference form_title time"),
    "code_renewal": fillable("reference form_title until renewal_url"),
    "supplement_requested": fillable(
        "reference form_title count items_with_reasons answer_by status_url", "without_day"
    ),
    "accepted": fillable("reference form_title time status_url"),
    "refused_at_intake": fillable("reference form_title reasons status_url"),
    "extended": fillable("reference form_title reasons status_url"),
    "proposal": fillable("reference form_title status_url"),
    "approved": fillable("reference form_title amount decision_no decision_date status_url"),
    "rejected": fillable("reference form_title reasons decision_no decision_date status_url"),
    "reconsidered": fillable("reference form_title reasons status_url"),
    "stopped": fillable("reference form_title time reasons status_url"),
    "digest": fillable("date overdue due_today mine unclaimed answered to_decide list desk_url"),
    "demand_reminder": fillable("year date source days registrations desk_url"),
    "backup_late": fillable("since hours desk_url"),
    "feedback_answered": fillable("reference form_title time answer status_url"),
    "feedback_forwarded": fillable("reference form_title time forwarded_to reasons status_url"),
    "answered": fillable("reference form_title count time remaining_items status_url", "partly"),
    "draft_link": fillable("form_title date resume_url"),
    "draft_expiring": fillable("form_title date open_tasks resume_url", "complete"),
}
TO_OFFICERS = frozenset({"digest", "demand_reminder", "backup_late"})
ABOUT_DRAFTS = frozenset({"draft_link", "draft_expiring"})


@dataclass(frozen=True)
class DueNotice:
    """A row of the outbox whose turn has come. `address` is None where that of the dossier or draft holds."""

    id: int
    notice: str
    reference: str | None
    draft_id: int | None
    address: str | None
    created_at: datetime
    attempts: int


@dataclass(frozen=True)
class WaitingMail:
    """A notice that has not gone out; `given_up_at` is set when it never will."""

    notice: str
    reference: str | None
    created_at: datetime
    attempts: int
    next_try_at: datetime
    last_error: str | None
    given_up_at: datetime | None


@dataclass(frozen=True)
class Letter:
    """Plain text to one address; the subject has no line break."""

    address: str
    subject: str
    body: str


def compose(
    texts: NoticeTexts,
    agency: Agency,
    notice: str,
    address: str,
    organisation_name: str,
    values: Mapping[str, str],
    variant: str | None = None,
) -> Letter:
    """`values` fill the placeholders, in words already; with `reference` among them it leads the subject."""
    said = {**agency.wording(), **values, "organisation_name": shown_name(organisation_name) or texts.unnamed}
    wording = texts.wording(notice, variant)
    frame, opening = framed(texts, notice, values)
    subject = frame.format_map({**said, "about": wording.subject.format_map(said)})
    ending = texts.ending if agency.contact_phone else texts.ending_without_phone
    parts = (text.format_map(said).strip() for text in (opening, wording.body, ending))
    return Letter(address, one_line(HIDDEN.sub(" ", subject)), "\n\n".join(parts) + "\n")


def framed(texts: NoticeTexts, notice: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The frame of the subject, and the opening."""
    if notice in TO_OFFICERS:
        return texts.subject_of_desk, texts.opening_of_desk
    return texts.subject if "reference" in values else texts.subject_without_reference, texts.opening


def shown_name(typed: str) -> str:
    """A name as it may stand in a letter; empty when it holds what would become a link."""
    name = one_line(HIDDEN.sub(" ", typed))[:LONGEST_NAME]
    return "" if LINKED.search(name) else name


def readable_address(typed: str) -> str | None:
    """One address by the rule of the forms, that every mail server takes; None for anything else."""
    try:
        address = read_email(typed, ADDRESS, date.min)
    except PydanticCustomError:
        return None
    return address if MAIL_ADDRESS.match(address) and not address.startswith(".") and ".@" not in address else None


def wait_after(attempts: int) -> timedelta:
    """Before the next try: a minute, then twice as long each time, up to hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 16)), LONGEST_WAIT)


def tried_for(attempts: int) -> timedelta:
    """How long a notice has been tried when this many tries have failed, each in its turn."""
    return sum((wait_after(number) for number in range(1, attempts)), timedelta())
