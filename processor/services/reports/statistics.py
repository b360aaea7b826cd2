"""Figures for the public: counts only, made by a command or at night, shown as they were made."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

from processor.domain.days.timeliness import ENDED
from processor.domain.figures.report import Report, Row, Table
from processor.domain.vietnamese import year_bounds
from processor.services.parts import Wired
from processor.services.reports.register_report import duration_rows, term_words, timeliness_of
from processor.storage.engine import Connection, reading, snapshot, writing
from processor.storage.figures.handlings import first_received, handled
from processor.storage.figures.published import find_published, put_published

NAME = "statistics"
ONE_DAY = timedelta(days=1)
OTHERWISE = ("refused_at_intake", "stopped", "withdrawn")


def publish_statistics(wired: Wired) -> int:
    """Make them anew; how many rows they have."""
    with snapshot(wired.engine) as connection:
        tables = {"dossiers": list(dossier_rows(wired, connection)), "durations": list(stay_rows(wired, connection))}
    content = json.dumps({"tables": tables, "limit": term_words(wired)[1]}, ensure_ascii=False)
    with writing(wired.engine) as connection:
        put_published(connection, NAME, wired.clock().replace(microsecond=0), content)
    return sum(len(rows) for rows in tables.values())


def publish_daily(wired: Wired) -> int:
    """When those that stand are older than a day."""
    with reading(wired.engine) as connection:
        found = find_published(connection, NAME)
    if found and wired.clock() - found[0] < ONE_DAY:
        return 0
    return publish_statistics(wired)


def published_statistics(wired: Wired) -> Report | None:
    """As they were made last; None before the first time."""
    with reading(wired.engine) as connection:
        found = find_published(connection, NAME)
    if found is None:
        return None
    made_at, content = found[0], json.loads(found[1])
    text = wired.catalogue.reports[NAME]
    tables = tuple(Table(one, [tuple(row) for row in content["tables"].get(one.id, ())]) for one in text.tables)
    empty = not content["tables"]["dossiers"]
    return Report(text, made_at.year, made_at, tables, empty, {"limit": content["limit"]})


def years(wired: Wired, connection: Connection) -> Iterator[int]:
    first = first_received(connection)
    today: date = wired.today()
    yield from range(first.year if first else today.year + 1, today.year + 1)


def dossier_rows(wired: Wired, connection: Connection) -> Iterator[Row]:
    for year in years(wired, connection):
        counts = year_counts(wired, connection, year)
        for kind, support in wired.catalogue.support_types.items():
            if found := counts.get(kind):
                yield (str(year), support.title, *(found.get(column, 0) for column in COUNTED))


COUNTED = ("received", "approved", "rejected", "ended_otherwise", "open", *ENDED)


def year_counts(wired: Wired, connection: Connection, year: int) -> dict[str, dict[str, int]]:
    """By support type."""
    counts: dict[str, dict[str, int]] = {}
    today = wired.today()
    for one in handled(connection, *year_bounds(year)):
        mine = counts.setdefault(one.support_type, {})
        for column in ("received", outcome_of(one.status), timeliness_of(one, today)):
            mine[column] = mine.get(column, 0) + 1
    return counts


def outcome_of(status: str) -> str:
    if status in ("approved", "rejected"):
        return status
    return "ended_otherwise" if status in OTHERWISE else "open"


def stay_rows(wired: Wired, connection: Connection) -> Iterator[Row]:
    for year in years(wired, connection):
        for row in duration_rows(wired, connection, *year_bounds(year)):
            yield (str(year), *row)
