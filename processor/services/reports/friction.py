"""The friction of a year as a report: which question, paper and rule stops how many, and what a change did to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from processor.domain.days.durations import days_lasted, moving_kinds, quantile
from processor.domain.figures.friction import FaultKey, Friction, Told, VersionKey, friction_of, withheld
from processor.domain.figures.report import Cell, Row
from processor.domain.tally import Kind
from processor.domain.vietnamese import day_of, year_bounds
from processor.services.parts import Wired
from processor.services.reports.form_places import FormPlaces
from processor.services.reports.tabled import Made
from processor.services.reports.version_changes import Changed, changed_between
from processor.storage.engine import Connection, reading
from processor.storage.figures.asked_figures import asked_counts
from processor.storage.figures.handlings import moves
from processor.storage.figures.tallies import tally_sums

NAME = "friction"
KINDS: tuple[Kind, ...] = (
    "form_opened",
    "draft_started",
    "draft_sent",
    "draft_given_up",
    "checked",
    "fault",
    "corrected",
    "stood",
)
BY = ("form_id", "form_version", "place", "detail", "other")
THEIRS = "supplement_requested"


def friction_tables(wired: Wired, connection: Connection, year: int) -> Made:
    wired.tallier.flush()
    teller = Teller(wired)
    now = friction_in(wired, connection, year)
    changes = changed_between(wired, [friction_in(wired, connection, year - 1), now])
    asked = list(teller.supplements(connection, year))
    days = list(teller.days(connection, year))
    return Made(
        rows={
            "funnel": list(teller.funnel(now)),
            "faults": list(teller.faults(now)),
            "remedies": list(teller.remedies(now)),
            "given_up": list(teller.given_up(now)),
            "supplements": asked,
            "days": days,
            "before_after": [row for change in changes for row in teller.before_after(change)],
            "changes": [row for change in changes for row in teller.changes(change)],
        },
        empty=now.empty and not asked and not days,
        values={"smallest": str(teller.smallest), "few": teller.few},
    )


def friction_in(wired: Wired, connection: Connection, year: int) -> Friction:
    sums = tally_sums(connection, KINDS, date(year, 1, 1), date(year + 1, 1, 1), BY)
    return friction_of(sums, wired.catalogue.reports[NAME].smallest)


@dataclass(frozen=True)
class Comparison:
    """One change of a form. Each row: question or paper, its address, code, share before and after, the difference."""

    title: str
    before: str
    after: str
    changed_on: date
    words: Sequence[str]
    rows: Sequence[Row]


class Teller:
    """Figures as rows, with the words of forms/reports/friction.yml."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.text = wired.catalogue.reports[NAME]
        self.smallest = self.text.smallest
        self.few = self.text.words["few"].format(smallest=self.smallest)
        self.places = lru_cache(maxsize=None)(self.places_of)

    def places_of(self, form_id: str, version: str) -> FormPlaces:
        return FormPlaces(self.wired, form_id, version, self.text.words)

    def cell(self, told: Told | float) -> Cell:
        return self.few if told is None else told

    def figure(self, told: float | None) -> Cell:
        """A figure that rests on a withheld one is withheld too."""
        return self.few if told is None else round(told, 1)

    def funnel(self, friction: Friction) -> Iterator[Row]:
        given_up = friction.given_up_by_version()
        for key in self.in_order(friction.versions()):
            places = self.places(*key)
            checked = friction.checked.get((*key, ""), 0)
            figures = (friction.opened.get(key, 0), friction.started.get(key, 0), checked)
            ends = (friction.sent.get(key, 0), given_up.get(key, 0))
            yield places.title, places.version_words, *(self.cell(told) for told in (*figures, *ends))

    def in_order(self, keys: Iterable[VersionKey]) -> list[VersionKey]:
        forms = list(self.wired.catalogue.forms)
        return sorted(keys, key=lambda key: (forms.index(key[0]) if key[0] in forms else len(forms), key[1]))

    def faults(self, friction: Friction) -> Iterator[Row]:
        """The most frequent first; those that are withheld last, as they stand on the page."""
        keys = {*friction.faults, *friction.programs}
        for key in sorted(keys, key=lambda key: self.rank(friction.faults.get(key, 0), key)):
            form_id, version, place, detail = key
            places = self.places(form_id, version)
            share = friction.share(key, places.part(place))
            corrected, checks = friction.corrected(key), friction.checks(key)
            yield (
                places.title,
                places.version_words,
                places.label(place),
                places.fault(place, detail),
                detail,
                self.cell(share.drafts),
                0 if share.drafts == 0 else self.figure(share.percent),
                self.cell(corrected),
                self.text.words["none_yet"] if corrected == 0 else self.figure(checks),
                self.cell(friction.programs.get(key, 0)),
                places.clause(place, detail),
                places.link(place),
                places.line(place, detail),
            )

    def rank(self, told: Told, key: FaultKey) -> tuple[int, int, FaultKey]:
        return -(told or 0), self.places(*key[:2]).order(key[2]), key

    def remedies(self, friction: Friction) -> Iterator[Row]:
        for key in sorted(friction.remedies, key=lambda key: self.rank(friction.corrected(key), key)):
            places = self.places(*key[:2])
            for one in sorted(friction.remedies[key], key=lambda one: (-(one.drafts or 0), one.by)):
                told = (places.label(one.by), self.cell(one.drafts), self.figure(one.checks))
                yield places.title, places.version_words, places.label(key[2]), key[3], *told

    def given_up(self, friction: Friction) -> Iterator[Row]:
        for key in sorted(friction.given_up, key=lambda key: (-(friction.given_up[key] or 0), key)):
            places, place = self.places(*key[:2]), key[2]
            told = (places.label(place), self.cell(friction.given_up[key]), places.link(place), places.line(place))
            yield places.title, places.version_words, *told

    def supplements(self, connection: Connection, year: int) -> Iterator[Row]:
        counts = withheld(asked_counts(connection, *year_bounds(year)), self.smallest)
        for key in sorted(counts, key=lambda key: (-(counts[key] or 0), key)):
            form_id, version, item, reason = key
            places = self.places(form_id, version)
            told = (places.label(item), reason, self.cell(counts[key]))
            yield (
                places.title,
                places.version_words,
                *told,
                places.clause(item),
                places.link(item),
                places.line(item),
            )

    def days(self, connection: Connection, year: int) -> Iterator[Row]:
        by_event = self.wired.catalogue.workflow.by_event
        lasted = days_lasted(moves(connection, *year_bounds(year), moving_kinds(by_event)), by_event)
        for status, text in self.wired.catalogue.texts.statuses.items():
            if status in lasted:
                whose = self.text.words["theirs" if status == THEIRS else "ours"]
                yield text.label, whose, *self.day_figures(sorted(lasted[status]))

    def day_figures(self, ordered: list[float]) -> Row:
        if len(ordered) < self.smallest:
            return (self.few,) * 3
        return len(ordered), self.figure(quantile(ordered, 0.5)), self.figure(sum(ordered))

    def before_after(self, change: Changed) -> Iterator[Row]:
        one = self.comparison(change)
        for place, _, *told in one.rows:
            yield one.title, one.before, one.after, place, *told

    def comparison(self, change: Changed) -> Comparison:
        older, newer = self.places(*change.before), self.places(*change.after)
        return Comparison(
            newer.title,
            older.version_words,
            newer.version_words,
            day_of(change.registered_at),
            change.words,
            list(self.shares(change, older, newer)),
        )

    def shares(self, change: Changed, older: FormPlaces, newer: FormPlaces) -> Iterator[Row]:
        for place, detail in sorted(change.shares, key=lambda one: (newer.order(one[0]), one)):
            before, after = change.shares[place, detail]
            points = None if before is None or after is None else after - before
            yield (
                (newer if newer.asks(place) else older).label(place),
                newer.link(place),
                detail,
                self.share(older, place, before),
                self.share(newer, place, after),
                self.figure(points),
            )

    def share(self, places: FormPlaces, place: str, percent: float | None) -> Cell:
        return self.figure(percent) if places.asks(place) else self.text.words["not_asked"]

    def changes(self, change: Changed) -> Iterator[Row]:
        older, newer = self.places(*change.before), self.places(*change.after)
        for words in change.words:
            yield newer.title, older.version_words, newer.version_words, words


def comparisons(wired: Wired, year: int) -> list[Comparison]:
    """The changes that the figures of this year and the one before tell of, the newest first."""
    wired.tallier.flush()
    teller = Teller(wired)
    with reading(wired.engine) as connection:
        years = [friction_in(wired, connection, one) for one in (year - 1, year)]
    return [teller.comparison(change) for change in changed_between(wired, years)]
