"""What a slip of the one-stop circulars is filled with; kept with its form, it prints the same for ever."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from processor.domain.agency import UNKNOWN
from processor.domain.days.calendar import WEEKDAYS
from processor.domain.slips.slip_forms import SlipForm, SlipTexts
from processor.domain.vietnamese import VIETNAM, day, moment


class Filled(BaseModel):
    """What a slip was filled with, for ever: names that are no more used are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class SlipItem(Filled):
    """A paper of the dossier; how many originals and copies of it, None where nobody counted."""

    title: str
    originals: int | None = None
    copies: int | None = None
    reason: str = ""

    def words(self, number: int, blank: str) -> dict[str, str]:
        return {
            "no": str(number),
            "title": self.title,
            "originals": count_words(self.originals),
            "copies": count_words(self.copies),
            "reason": self.reason,
        }


class Handover(Filled):
    """A dossier handed from one unit to the next."""

    unit: str
    given_at: datetime | None = None
    received_at: datetime | None = None
    giver: str = ""
    receiver: str = ""
    result: str = ""
    note: str = ""

    def words(self, number: int, blank: str) -> dict[str, str]:
        told = {name: getattr(self, name) for name in ("unit", "result", "note")}
        signed = {name: getattr(self, name) or blank for name in ("giver", "receiver")}
        times = {name: moment_words(getattr(self, name), blank) for name in ("given_at", "received_at")}
        return {"no": str(number), **told, **signed, **times}


class RegisterRow(Filled):
    no: int
    code: str
    procedure: str
    organisation: str
    address_phone: str
    unit: str
    received_on: date
    due_on: date | None = None
    returned_on: date | None = None
    method: str = ""
    signed: str = ""

    def words(self, number: int, blank: str) -> dict[str, str]:
        days = {name: getattr(self, name) for name in ("received_on", "due_on", "returned_on")}
        told = {name: str(value) for name, value in self if name not in days}
        return told | {name: day(value) if value else "" for name, value in days.items()}


class SlipContent(Filled):
    """`days` in working days; `days_unknown` is said where they, or a day that rests on them, are not known.

    `made_on` is the day of the slip. What is None is left to a pen, unless the form says otherwise.
    """

    made_on: date
    reference: str = ""
    official_code: str | None = None
    organisation: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    matter: str | None = None
    items: tuple[SlipItem, ...] = ()
    days: int | None = None
    days_unknown: str = UNKNOWN
    received_at: datetime | None = None
    due_on: date | None = None
    results_at: str | None = None
    reasons: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    officer: str | None = None
    agency: str
    department: str
    place: str | None = None
    old_due_on: date | None = None
    new_due_on: date | None = None
    stage: str | None = None
    handovers: tuple[Handover, ...] = ()
    rows: tuple[RegisterRow, ...] = ()

    def table(self, name: str) -> Sequence[SlipItem | Handover | RegisterRow]:
        tables: Mapping[str, Sequence[SlipItem | Handover | RegisterRow]] = {
            "items": self.items,
            "handovers": self.handovers,
            "register": self.rows,
        }
        return tables[name]

    def words(self, texts: SlipTexts) -> dict[str, str]:
        """What fills the braces of a form."""
        blank = texts.letterhead.blank
        plain = {name: getattr(self, name) or blank for name in PLAIN}
        days = {name: self.day_words(getattr(self, name)) for name in ("due_on", "old_due_on", "new_due_on")}
        return {
            **plain,
            **days,
            "official_code": self.official_code or texts.labels.no_code,
            "days": f"{self.days} ngày làm việc" if self.days else self.days_unknown,
            "received_at": moment_words(self.received_at, blank),
            "received_on": day(self.received_at.astimezone(VIETNAM).date()) if self.received_at else blank,
            "year": str(self.made_on.year),
            "unknown": UNKNOWN,
            "blank": blank,
            "short_blank": texts.letterhead.short_blank,
        }

    def day_words(self, value: date | None) -> str:
        """A deadline, so with its weekday."""
        return f"{WEEKDAYS[value.weekday()]}, ngày {day(value)}" if value else self.days_unknown


PLAIN = (
    *("reference", "organisation", "address", "phone", "email", "matter", "results_at", "reasons"),
    *("contact_name", "contact_phone", "officer", "agency", "department", "stage"),
)
PLACEHOLDERS = frozenset(
    (
        *PLAIN,
        *("due_on", "old_due_on", "new_due_on", "official_code", "days", "received_at", "received_on"),
        *("year", "unknown", "blank", "short_blank"),
    )
)
"""The names that the texts of a form may use."""
ROW_PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "items": frozenset(("no", *SlipItem.model_fields)),
    "handovers": frozenset(("no", *Handover.model_fields)),
    "register": frozenset(RegisterRow.model_fields),
}


def count_words(count: int | None) -> str:
    return "" if count is None else str(count)


def moment_words(value: datetime | None, blank: str) -> str:
    return moment(value) if value else blank


def frozen(form: SlipForm, content: SlipContent) -> dict[str, Any]:
    """As JSON: what was filled in, and the form as its texts were on that day."""
    return {**content.model_dump(mode="json"), "form": form.model_dump(mode="json")}


def form_frozen_in(content: Mapping[str, Any]) -> SlipForm:
    return SlipForm.model_validate(content["form"])
