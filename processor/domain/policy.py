"""Policy facts: each value has a day from which it holds and a source; what is not known stays unknown."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints, model_validator

from processor.domain.agency import UNKNOWN
from processor.domain.vietnamese import day, listed, money, percent, working_days

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Option(Frozen):
    """One choice, offered from `since` and no more from `until` on; None means without such a day."""

    value: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
    label: str
    since: date | None = None
    until: date | None = None

    def offered(self, today: date) -> bool:
        return (self.since is None or self.since <= today) and (self.until is None or today < self.until)


class Source(Frozen):
    document: str
    clause: str | None = None
    read_at: str | None = None
    at: Annotated[str, StringConstraints(pattern=r"^van-ban/[a-z0-9-]+(#[a-z0-9-]+)?$")] | None = Field(
        default=None, description="Trang và mục của văn bản trong docs/van-ban/, dạng van-ban/ke-hoach-2024#muc-ii-3."
    )

    @property
    def words(self) -> str:
        return ", ".join(part for part in (self.document, self.clause, self.read_at) if part)

    @property
    def href(self) -> str | None:
        """The address of the provision on the site."""
        if self.at is None:
            return None
        page, _, anchor = self.at.partition("#")
        return f"/{page}/{'#' if anchor else ''}{anchor}"


FactValue = StrictInt | date | str | tuple[Option, ...]


class DatedValue(Frozen):
    from_: date = Field(alias="from")
    value: FactValue
    verified: bool
    source: Source


class Fact(Frozen):
    """`values` are in order of their days; none means that nobody has read the value yet."""

    id: Identifier
    title: str
    unit: Literal["percent", "dong", "working_days", "date", "text", "options"]
    values: tuple[DatedValue, ...]
    unknown: str | None = Field(default=None, description="Một câu nói rõ điều gì chưa biết, khi values trống.")
    confirm_by: Literal["agency", "department"] | None = Field(
        default=None, description="Ai phải xác nhận điều chưa biết: agency hoặc department trong agency.yml."
    )

    @model_validator(mode="before")
    @classmethod
    def _read_days(cls, raw: Any) -> Any:
        """A day read back from JSON is text; its unit says that it is a day."""
        if not isinstance(raw, dict) or raw.get("unit") != "date":
            return raw
        return {**raw, "values": [_with_day(dated) for dated in raw.get("values", ())]}

    def on(self, today: date) -> DatedValue | None:
        """The verified value that holds on a day, or None while it is unknown."""
        held = [dated for dated in self.values if dated.from_ <= today and dated.verified]
        return held[-1] if held else None

    def words(self, today: date) -> str:
        dated = self.on(today)
        return UNKNOWN if dated is None else value_words(dated.value, self.unit)

    def options(self, today: date) -> tuple[Option, ...]:
        """Those that hold on a day; none while the fact is unknown."""
        dated = self.on(today)
        return dated.value if dated and isinstance(dated.value, tuple) else ()

    def options_ever(self) -> tuple[Option, ...]:
        """Every verified option with the days on which it is offered, the newest label of each."""
        offers = [
            (dated.from_, dated.value) for dated in self.values if dated.verified and isinstance(dated.value, tuple)
        ]
        ends = [*(start for start, _ in offers), None][1:]
        found: dict[str, Option] = {}
        for place, ((start, options), end) in enumerate(zip(offers, ends, strict=True)):
            for option in options:
                first = found.get(option.value)
                since = first.since if first else start if place else None
                found[option.value] = option.model_copy(update={"since": since, "until": end})
        return tuple(found.values())


def value_words(value: FactValue, unit: str) -> str:
    if isinstance(value, int):
        counted = {"percent": percent, "working_days": working_days}
        return counted.get(unit, money)(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return value
    return listed(in_a_row(value), last="và")


def in_a_row(options: Sequence[Option]) -> list[str]:
    """Labels as they stand in a sentence: after the first, a common noun begins small; SA8000 and ISO stay."""
    labels = [option.label for option in options]
    return labels[:1] + [label[0].lower() + label[1:] if label[1:2].islower() else label for label in labels[1:]]


def _with_day(dated: Any) -> Any:
    if isinstance(dated, dict) and isinstance(dated.get("value"), str):
        return {**dated, "value": date.fromisoformat(dated["value"])}
    return dated


class SupportLevel(Frozen):
    """One row of the table of support: which standards, how much of which costs, up to what. All are fact ids."""

    id: Identifier
    standards: Identifier
    rate: Identifier
    costs: Identifier
    ceiling: Identifier
    example_standard: str | None = None


class PolicyFile(Frozen):
    """A file under forms/policy/."""

    support_type: Identifier | None = None
    title: str
    order: int = Field(description="Thứ tự trong bảng các điều.")
    page: str | None = Field(default=None, description="Trang của nhóm, dưới docs/, không có đuôi .md.")
    levels: tuple[SupportLevel, ...] = ()
    facts: tuple[Fact, ...]


class Chapter(Frozen):
    """One part of the ledger of facts."""

    title: str
    facts: tuple[str, ...]


class SupportType(Frozen):
    """`page` is the path of its page on the site, between slashes."""

    id: str
    title: str
    page: str
    levels: tuple[SupportLevel, ...]
    facts: tuple[str, ...]


COUNTED = ("dong", "working_days")


def unit_fits(fact: Fact, dated: DatedValue) -> bool:
    wanted: dict[str, type | tuple[type, ...]] = {
        "dong": int,
        "working_days": int,
        "date": date,
        "text": str,
        "options": tuple,
    }
    if fact.unit == "percent":
        return isinstance(dated.value, int) and 0 < dated.value <= 100
    return isinstance(dated.value, wanted[fact.unit]) and (fact.unit not in COUNTED or int(str(dated.value)) > 0)


def days_ascend(values: Sequence[DatedValue]) -> bool:
    return all(earlier.from_ < later.from_ for earlier, later in zip(values, values[1:], strict=False))
