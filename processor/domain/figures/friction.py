"""How often each question stops people, and what made up for it; small figures are withheld.

Everything told is made of cells that are large enough by themselves, totals and rates included: a withheld cell enters
no other figure, so that none can be worked out from what is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from processor.domain.tally import BY_PROGRAM, Tally

K = TypeVar("K")
Told = int | None
"""None is withheld: more than nothing, but too few."""
VersionKey = tuple[str, str]
"""Form and version."""
PlaceKey = tuple[str, str, str]
"""Form, version, and the section or paper."""
FaultKey = tuple[str, str, str, str]
"""Form, version, place and detail."""


def withheld(counts: Mapping[K, int], smallest: int) -> dict[K, Told]:
    return {key: times if times >= smallest else None for key, times in counts.items() if times}


def added(first: Told, second: Told) -> Told:
    """A withheld figure adds nothing to one that is told."""
    return second if first is None else first if second is None else first + second


def summed(counts: Mapping[K, Told], key: Callable[[K], VersionKey]) -> dict[VersionKey, Told]:
    sums: dict[VersionKey, Told] = {}
    for one, times in counts.items():
        sums[key(one)] = added(sums[key(one)], times) if key(one) in sums else times
    return sums


@dataclass(frozen=True)
class Share:
    """`drafts` that met something of `checked` ones."""

    drafts: Told
    checked: Told

    @property
    def percent(self) -> float | None:
        if self.drafts is None or not self.checked:
            return None
        return round(100 * self.drafts / self.checked, 1)


def share_over(shares: Sequence[Share]) -> Share:
    """Of several times. One in which it is withheld is left out; where no other tells of any, all is withheld."""
    asked = [one for one in shares if one.checked != 0]
    told = [(one.drafts, one.checked) for one in asked if one.drafts is not None and one.checked is not None]
    drafts = sum(drafts for drafts, _ in told)
    if not told or (len(told) < len(asked) and not drafts):
        return Share(None, None)
    return Share(drafts, sum(checked for _, checked in told))


@dataclass(frozen=True)
class Remedy:
    """What made up for a fault: `by` a field or paper; how many checks it took on average."""

    by: str
    drafts: Told
    checks: float | None


@dataclass(frozen=True)
class Friction:
    """The figures of one year: by version, by part, by fault, by fault and remedy."""

    opened: Mapping[VersionKey, Told]
    started: Mapping[VersionKey, Told]
    sent: Mapping[VersionKey, Told]
    checked: Mapping[PlaceKey, Told]
    given_up: Mapping[PlaceKey, Told]
    faults: Mapping[FaultKey, Told]
    programs: Mapping[FaultKey, Told]
    remedies: Mapping[FaultKey, tuple[Remedy, ...]]

    @property
    def empty(self) -> bool:
        return not (self.opened or self.started or self.checked or self.given_up or self.faults or self.programs)

    def versions(self) -> set[VersionKey]:
        """Those of which anything is counted."""
        places = {*self.checked, *self.given_up}
        return {*self.opened, *self.started, *self.sent, *(key[:2] for key in places)}

    def given_up_by_version(self) -> Mapping[VersionKey, Told]:
        return summed(self.given_up, lambda key: key[:2])

    def share(self, key: FaultKey, part: str) -> Share:
        """None met it where nothing is counted."""
        return Share(self.faults.get(key, 0), self.checked.get((*key[:2], part), 0))

    def corrected(self, key: FaultKey) -> Told:
        """Those of the remedies that are told; withheld when none of them is."""
        total: Told = None
        for one in self.remedies.get(key, ()):
            total = added(total, one.drafts)
        return total if key in self.remedies else 0

    def checks(self, key: FaultKey) -> float | None:
        """The average over the remedies that are told."""
        told = [one for one in self.remedies.get(key, ()) if one.drafts and one.checks is not None]
        total = sum(one.drafts or 0 for one in told)
        return sum((one.drafts or 0) * (one.checks or 0) for one in told) / total if total else None


def friction_of(sums: Mapping[Tally, int], smallest: int) -> Friction:
    """`sums` of one year, by everything but the channel."""
    by_version = {
        kind: withheld(gathered(sums, kind, lambda one: (one.form_id, one.form_version)), smallest)
        for kind in ("form_opened", "draft_started", "draft_sent")
    }
    by_place = {
        kind: withheld(gathered(sums, kind, lambda one: (one.form_id, one.form_version, one.place)), smallest)
        for kind in ("checked", "draft_given_up")
    }
    own = {one: times for one, times in sums.items() if one.other != BY_PROGRAM}
    programs = {one: times for one, times in sums.items() if one.other == BY_PROGRAM}
    return Friction(
        by_version["form_opened"],
        by_version["draft_started"],
        by_version["draft_sent"],
        by_place["checked"],
        by_place["draft_given_up"],
        withheld(gathered(own, "fault", fault_key), smallest),
        withheld(gathered(programs, "fault", fault_key), smallest),
        remedies_of(sums, smallest),
    )


def gathered(sums: Mapping[Tally, int], kind: str, key: Callable[[Tally], K]) -> dict[K, int]:
    found: dict[K, int] = {}
    for one, times in sums.items():
        if one.kind == kind:
            found[key(one)] = found.get(key(one), 0) + times
    return found


def fault_key(one: Tally) -> FaultKey:
    return one.form_id, one.form_version, one.place, one.detail


def remedies_of(sums: Mapping[Tally, int], smallest: int) -> dict[FaultKey, tuple[Remedy, ...]]:
    corrected = withheld(gathered(sums, "corrected", lambda one: (*fault_key(one), one.other)), smallest)
    stood = gathered(sums, "stood", lambda one: (*fault_key(one), one.other))
    found: dict[FaultKey, tuple[Remedy, ...]] = {}
    for key, drafts in sorted(corrected.items()):
        checks = stood.get(key, 0) / drafts if drafts else None
        found[key[:4]] = (*found.get(key[:4], ()), Remedy(key[4], drafts, checks))
    return found
