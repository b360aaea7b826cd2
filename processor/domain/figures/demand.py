"""The demand of a year: pre-registrations with one organisation counted once, added up in several ways."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from processor.domain.estimate import Figures, figures
from processor.domain.forms.matter import plain
from processor.domain.policy import Fact, SupportType

WITHDRAWN, COUNTED = "withdrawn", "counted"
Key = tuple[str, ...]
Levels = Mapping[tuple[str, str], Figures]
"""By support type and standard; what nobody has read is not in it."""


@dataclass(frozen=True, slots=True)
class Need:
    """`standard` is empty where none was chosen or the support type has none; `cost` in đồng, as declared."""

    support_type: str
    standard: str
    cost: int


@dataclass(frozen=True, slots=True)
class Registration:
    """`year` is the year that the needs are for, not that of receipt."""

    id: int
    reference: str
    year: int
    status: str
    revision: int
    received_at: datetime
    key: Key
    organisation_name: str
    organisation_kind: str
    commune_code: str
    needs: tuple[Need, ...]


def organisation_key(tax_code: str | None, registration_no: str | None, name: str, commune_code: str | None) -> Key:
    """Who is the same: by tax code; without one by registration number and name, at last by name and commune."""
    if tax_code:
        return (tax_code,)
    if number := plain(registration_no or ""):
        return ("no", number, plain(name))
    return ("name", plain(name), commune_code or "")


@dataclass
class Counting:
    """The newest registration of each organisation counts; those before it are known double entries."""

    counting: dict[Key, Registration] = field(default_factory=dict)
    doubles: list[Registration] = field(default_factory=list)
    withdrawn: int = 0

    def add(self, one: Registration) -> None:
        if one.status == WITHDRAWN:
            self.withdrawn += 1
            return
        other = self.counting.get(one.key)
        if other is None or age(other) < age(one):
            self.counting[one.key] = one
        else:
            other = one
        if other is not None:
            self.doubles.append(other)

    def listed_doubles(self) -> list[tuple[Registration, Registration]]:
        """Each with the one that counts instead, in order of receipt."""
        return [(one, self.counting[one.key]) for one in sorted(self.doubles, key=age)]


def age(one: Registration) -> tuple[datetime, int]:
    return one.received_at, one.id


def counted(registrations: Iterable[Registration]) -> Counting:
    """Of one year; in whatever order they come."""
    found = Counting()
    for one in registrations:
        found.add(one)
    return found


def by_year(registrations: Iterable[Registration]) -> dict[int, Counting]:
    found: dict[int, Counting] = defaultdict(Counting)
    for one in registrations:
        found[one.year].add(one)
    return dict(found)


def known_levels(support_types: Mapping[str, SupportType], facts: Mapping[str, Fact], today: date) -> Levels:
    """Only where rate and ceiling are verified on the day."""
    found: dict[tuple[str, str], Figures] = {}
    for name, support in support_types.items():
        for level in support.levels:
            known = figures(level, facts, today)
            if known.known:
                found |= {(name, option.value): known for option in facts[level.standards].options_ever()}
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """What one organisation needs for one standard, or for one support type without a standard.

    The ceiling holds for a standard, so that two needs for the same standard share it. `expected` in đồng, None while
    the level is unknown.
    """

    support_type: str
    standard: str
    needs: int
    cost: int
    expected: int | None


def lines_of(needs: Sequence[Need], levels: Levels) -> list[Line]:
    together: dict[tuple[str, str], list[int]] = {}
    for need in needs:
        together.setdefault((need.support_type, need.standard), []).append(need.cost)
    return [
        Line(*what, len(costs), sum(costs), expected(levels.get(what), sum(costs))) for what, costs in together.items()
    ]


def expected(level: Figures | None, cost: int) -> int | None:
    estimate = level.estimate(cost) if level else None
    return estimate.amount if estimate else None


@dataclass
class Sums:
    """Amounts in đồng. `with_level` are the needs whose support can be estimated; `expected` is theirs alone."""

    organisations: int = 0
    needs: int = 0
    cost: int = 0
    with_level: int = 0
    expected: int = 0

    @property
    def without_level(self) -> int:
        return self.needs - self.with_level

    @property
    def known(self) -> int | None:
        """None where no level is known: not nothing."""
        return self.expected if self.with_level else None

    def add_organisation(self, lines: Iterable[Line]) -> None:
        self.organisations += 1
        for line in lines:
            self.needs += line.needs
            self.cost += line.cost
            if line.expected is not None:
                self.with_level += line.needs
                self.expected += line.expected

    def add_sums(self, other: "Sums") -> None:
        """Of other organisations."""
        for name in ("organisations", "needs", "cost", "with_level", "expected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def sums() -> dict[str, Sums]:
    return defaultdict(Sums)


@dataclass
class Summary:
    """By ids and codes. An organisation with several needs stands in several support types, but once in `total`."""

    total: Sums = field(default_factory=Sums)
    by_support_type: dict[str, Sums] = field(default_factory=sums)
    by_standard: dict[tuple[str, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    by_commune: dict[str, Sums] = field(default_factory=sums)
    by_kind: dict[str, Sums] = field(default_factory=sums)
    of_standards: Sums = field(default_factory=Sums)


def summed(registrations: Iterable[Registration], levels: Levels, of_standards: Collection[str] = ()) -> Summary:
    """`of_standards` are the support types whose level depends on the standard."""
    found = Summary()
    for one in registrations:
        lines = lines_of(one.needs, levels)
        if graded := [line for line in lines if line.support_type in of_standards]:
            found.of_standards.add_organisation(graded)
        for place in (found.total, found.by_commune[one.commune_code], found.by_kind[one.organisation_kind]):
            place.add_organisation(lines)
        for line in lines:
            found.by_standard[line.support_type, line.standard].add_organisation((line,))
        for support_type in {line.support_type for line in lines}:
            of_type = [line for line in lines if line.support_type == support_type]
            found.by_support_type[support_type].add_organisation(of_type)
    return found
