"""Requests of people about their own data, and breaches: their words, clocks and states. Source of clocks: forms/."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import Field

from processor.domain.days.calendar import Calendar, OutsideCalendar
from processor.domain.days.clock import reckon
from processor.domain.policy import Fact, Frozen, Identifier
from processor.domain.vietnamese import VIETNAM
from processor.domain.workflow import Role

Kind = Literal["view", "correct", "export", "withdraw", "restrict", "object", "erase"]
Outcome = Literal["done", "partly", "refused"]
EntryKind = Literal["entered", "identified", "replied", "extended", "looked", "exported", "closed"]
Urgency = Literal["late", "near", "open", "closed"]
TERM = re.compile(r"([1-9][0-9]{0,2}) ngày( làm việc)?\Z")
MORNING = time(8)


class RequestKind(Frozen):
    label: str
    fact: Identifier


class May(Frozen):
    enter: tuple[Role, ...] = Field(min_length=1)
    handle: tuple[Role, ...] = Field(min_length=1)
    remove_file: tuple[Role, ...] = Field(min_length=1)


class PrivacyTexts(Frozen):
    """forms/privacy.yml."""

    may: May
    first_reply: Identifier
    near_days: int = Field(ge=0, le=30)
    kinds: dict[Kind, RequestKind]
    outcomes: dict[Outcome, str]
    entries: dict[EntryKind, str]
    breach_hours: int = Field(ge=1)


@dataclass(frozen=True)
class Term:
    """A number of calendar days, or of working days."""

    days: int
    working: bool


def term_of(fact: Fact, today: date) -> Term | None:
    """“10 ngày”, “2 ngày làm việc”; None while it is not known."""
    read = TERM.match(fact.words(today))
    return Term(int(read[1]), bool(read[2])) if read else None


def due_after(term: Term | None, received_on: date, calendar: Calendar) -> date | None:
    """The last day; counted from the day after receipt. None where the term or the calendar does not reach."""
    if term is None:
        return None
    if not term.working:
        return received_on + timedelta(days=term.days)
    try:
        return reckon(calendar, datetime.combine(received_on, MORNING, VIETNAM), term.days).due_on
    except OutsideCalendar:
        return None


@dataclass(frozen=True)
class NewRequest:
    """As an officer writes it down. `dossiers` are references between spaces."""

    kind: Kind
    person: str
    contact: str
    wanted: str
    received_on: date
    dossiers: str = ""


@dataclass(frozen=True)
class DataRequest:
    """`replied_at` is the first answer, `extended_to` the day after the one extension; `outcome`, `answer` close it."""

    id: int
    what: NewRequest
    officer: str
    entered_at: datetime
    identified: str | None = None
    replied_at: datetime | None = None
    extended_to: date | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    answer: str | None = None

    @property
    def references(self) -> list[str]:
        return self.what.dossiers.split()


@dataclass(frozen=True)
class RequestEntry:
    """One thing done about a request."""

    at: datetime
    officer: str
    kind: EntryKind
    note: str | None


@dataclass(frozen=True)
class Dues:
    """By when the first answer and the whole one; None while the term is not known."""

    reply: date | None
    answer: date | None


def dues_of(
    request: DataRequest, texts: PrivacyTexts, facts: Mapping[str, Fact], calendar: Calendar, today: date
) -> Dues:
    received = request.what.received_on
    reply = due_after(term_of(facts[texts.first_reply], today), received, calendar)
    answer = due_after(term_of(facts[texts.kinds[request.what.kind].fact], today), received, calendar)
    return Dues(reply, request.extended_to or answer)


def next_due(request: DataRequest, dues: Dues) -> date | None:
    """The day that comes first of what is still owed."""
    if request.closed_at:
        return None
    owed = [dues.answer] if request.replied_at else [dues.reply, dues.answer]
    return min((due for due in owed if due), default=None)


def urgency_of(request: DataRequest, dues: Dues, near_days: int, today: date) -> Urgency:
    if request.closed_at:
        return "closed"
    due = next_due(request, dues)
    if due is None:
        return "open"
    if due < today:
        return "late"
    return "near" if due <= today + timedelta(days=near_days) else "open"


def most_urgent_first(requests: Sequence[tuple[DataRequest, Dues]]) -> list[tuple[DataRequest, Dues]]:
    """Open ones by their day, those without one after them, then closed ones, newest first."""

    def place(one: tuple[DataRequest, Dues]) -> tuple[bool, date, float]:
        request, dues = one
        closed = request.closed_at.timestamp() if request.closed_at else 0.0
        return bool(request.closed_at), next_due(request, dues) or date.max, -closed

    return sorted(requests, key=place)
