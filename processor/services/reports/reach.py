"""What each channel of the plan led to in a year, as a report: counts without persons, and the log of activities."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from processor.domain.catalogue import Catalogue
from processor.domain.figures.report import Row
from processor.domain.plan import NewActivity
from processor.domain.tally import Kind
from processor.domain.vietnamese import grouped, start_of_day
from processor.services.parts import Wired
from processor.services.reports.tabled import Made
from processor.storage.desk.activities import held_between
from processor.storage.engine import Connection
from processor.storage.figures.plan_figures import received_by_channel
from processor.storage.figures.tallies import tally_sums

NOBODY_KNOWS = ""
OF_TALLIES: Mapping[Kind, str] = {
    "visited": "visits",
    "form_opened": "opened",
    "wizard": "wizard",
    "draft_started": "drafts",
}
OF_KINDS: Mapping[str, str] = {"pre_registration": "pre_registrations", "dossier": "dossiers"}
COLUMNS = (*OF_TALLIES.values(), *OF_KINDS.values(), "activities", "reached")
ByChannel = dict[str, Counter[str]]


def reach_tables(wired: Wired, connection: Connection, year: int) -> Made:
    words, catalogue = wired.catalogue.reports["reach"].words, wired.catalogue
    held = held_between(connection, date(year, 1, 1), date(year + 1, 1, 1))
    months = [month_counts(connection, year, month, held) for month in range(1, 13)]
    whole = added(months)
    return Made(
        rows={
            "by_channel": [
                (name, *figures(whole.get(channel, Counter())))
                for channel, name in channel_names(catalogue, whole, words["no_channel"])
            ],
            "by_month": list(month_rows(catalogue, months, year, words)),
            "log": [log_row(catalogue, one, words["none"]) for one in held],
        },
        totals={"by_channel": (words["total"], *figures(sum(whole.values(), Counter())))},
        empty=not any(counts.total() for counts in whole.values()) and not held,
    )


def month_counts(connection: Connection, year: int, month: int, held: Iterable[NewActivity]) -> ByChannel:
    first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    found: ByChannel = {}
    for tally, count in tally_sums(connection, list(OF_TALLIES), first, after, ["outreach"]).items():
        counts_of(found, tally.outreach)[OF_TALLIES[tally.kind]] += count
    for (channel, kind), count in received_by_channel(connection, start_of_day(first), start_of_day(after)).items():
        if kind in OF_KINDS:
            counts_of(found, channel)[OF_KINDS[kind]] += count
    for one in held:
        if first <= one.held_on < after:
            counts_of(found, one.outreach or NOBODY_KNOWS).update(activities=1, reached=one.reached or 0)
    return found


def counts_of(found: ByChannel, channel: str) -> Counter[str]:
    return found.setdefault(channel, Counter())


def added(months: Iterable[ByChannel]) -> ByChannel:
    whole: ByChannel = {}
    for month in months:
        for channel, counts in month.items():
            counts_of(whole, channel).update(counts)
    return whole


def channel_names(catalogue: Catalogue, found: Mapping[str, object], nobody: str) -> Iterator[tuple[str, str]]:
    """Every channel of the file, those that it names no more, and last what no channel is known of."""
    yield from ((id, one.label) for id, one in catalogue.outreach.items())
    yield from ((id, id) for id in sorted(found) if id not in catalogue.outreach and id != NOBODY_KNOWS)
    yield NOBODY_KNOWS, nobody


def month_rows(catalogue: Catalogue, months: Iterable[ByChannel], year: int, words: Mapping[str, str]) -> Iterator[Row]:
    for month, found in enumerate(months, 1):
        told = words["month"].format(month=f"{month:02}", year=year)
        for channel, name in channel_names(catalogue, found, words["no_channel"]):
            if channel in found:
                yield (told, name, *figures(found[channel]))


def figures(counts: Counter[str]) -> list[int]:
    return [counts[column] for column in COLUMNS]


def log_row(catalogue: Catalogue, one: NewActivity, none: str) -> Row:
    plan = catalogue.plans.get(one.plan)
    task = plan.task(one.task) if plan else None
    channel = catalogue.outreach.get(one.outreach or "")
    return (
        one.held_on,
        plan.title if plan else one.plan,
        task.title if task else one.task,
        channel.label if channel else one.outreach or none,
        one.place,
        one.unit,
        one.document or none,
        none if one.reached is None else grouped(one.reached),
    )
