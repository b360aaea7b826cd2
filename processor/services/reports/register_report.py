"""The register of a year and what it tells of time limits, as a report."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from processor.domain.days.durations import days_lasted, moving_kinds, quantile
from processor.domain.days.timeliness import KINDS, Handling, Timeliness, share_on_time, timeliness
from processor.domain.figures.report import Row
from processor.domain.vietnamese import day_of, year_bounds
from processor.services.appraisal.timing import limit
from processor.services.parts import Wired
from processor.services.reports.tabled import Made
from processor.storage.engine import Connection
from processor.storage.figures.handlings import Handled, handled, moves

WITHDRAWN = "withdrawn"
Counts = Mapping[str, Counter[str]]


def register_tables(wired: Wired, connection: Connection, year: int) -> Made:
    since, until = year_bounds(year)
    today, words = wired.today(), wired.catalogue.reports["register"].words
    by_type, by_status = counted(handled(connection, since, until), today)
    titles = {id: one.title for id, one in wired.catalogue.support_types.items()}
    summary: list[Row] = [(title, *figures(by_type[kind], words)) for kind, title in titles.items() if kind in by_type]
    due_label, told = term_words(wired)
    return Made(
        rows={
            "summary": summary,
            "by_status": [
                (text.label, by_status[status])
                for status, text in wired.catalogue.texts.statuses.items()
                if status in by_status
            ],
            "durations": duration_rows(wired, connection, since, until),
            "register": register_rows(wired, words, titles, handled(connection, since, until)),
        },
        totals={
            "summary": (words["total"], *figures(sum(by_type.values(), Counter()), words)),
            "by_status": (words["total"], by_status.total()),
        },
        empty=not by_type,
        values={"limit": told, "due_label": due_label},
    )


def term_words(wired: Wired) -> tuple[str, str]:
    """What the due day is called, and what is said of the time limit."""
    term, words = limit(wired), wired.catalogue.reports["register"].words
    chosen = "internal" if term.internal else "promised"
    return words[chosen], words[f"limit_{chosen}"].format(days=term.days)


def counted(dossiers: Iterable[Handled], today: date) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """By support type and timeliness, and by status."""
    by_type: dict[str, Counter[str]] = defaultdict(Counter)
    by_status: Counter[str] = Counter()
    for one in dossiers:
        by_type[one.support_type][timeliness_of(one, today)] += 1
        by_status[one.status] += 1
    return by_type, by_status


def figures(counts: Counter[str], words: Mapping[str, str]) -> Sequence[int | float | str]:
    share = share_on_time(counts)
    return [counts.total(), *(counts[kind] for kind in KINDS), words["none"] if share is None else share]


def timeliness_of(one: Handled, today: date) -> Timeliness:
    case = Handling(
        has_clock=one.clock_started_at is not None,
        due_on=one.due_on,
        ended_on=day_of(one.stopped_at) if one.stopped_at else None,
        requests=one.requests,
        withdrawn=one.status == WITHDRAWN,
    )
    return timeliness(case, today)


def duration_rows(wired: Wired, connection: Connection, since: datetime, until: datetime) -> list[Row]:
    by_event = wired.catalogue.workflow.by_event
    days = days_lasted(moves(connection, since, until, moving_kinds(by_event)), by_event)
    rows: list[Row] = []
    for status, text in wired.catalogue.texts.statuses.items():
        if lasted := sorted(days.get(status, ())):
            rows.append((text.label, len(lasted), tenth(quantile(lasted, 0.5)), tenth(quantile(lasted, 0.9))))
    return rows


def tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def register_rows(
    wired: Wired, words: Mapping[str, str], titles: Mapping[str, str], dossiers: Iterable[Handled]
) -> Iterator[Row]:
    today, none = wired.today(), words["none"]
    labels = {status: text.label for status, text in wired.catalogue.texts.statuses.items()}
    heads = {column.id: column.label for column in wired.catalogue.reports["register"].table("summary").columns}
    for number, one in enumerate(dossiers, start=1):
        paused = one.clock_started_at and not one.due_on and not one.stopped_at
        yield (
            number,
            one.reference,
            one.official_code or none,
            titles[one.support_type],
            one.organisation_name,
            day_of(one.received_at),
            one.due_on or (words["waiting"] if paused else none),
            day_or(one.stopped_at, none),
            day_or(one.handed_over_at, none),
            labels[one.status],
            heads[timeliness_of(one, today)],
            one.requests,
        )


def day_or(moment: datetime | None, otherwise: str) -> date | str:
    return day_of(moment) if moment else otherwise
