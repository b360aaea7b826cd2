"""The demand summary of a year as a report: who needs what, against the year before, and what may come of it."""

from collections.abc import Mapping, Sequence

from processor.domain.figures.demand import Counting, Summary, Sums
from processor.domain.figures.demand_closing import Closing
from processor.domain.figures.forecast import Forecast, Scenario, Signs
from processor.domain.figures.report import Cell, Row
from processor.domain.vietnamese import day, day_of, grouped
from processor.services.parts import Wired
from processor.services.reports.demand_closings import closings
from processor.services.reports.demand_deadline import deadline_words
from processor.services.reports.demand_gathering import Demand, gathered, with_standards
from processor.services.reports.tabled import Made
from processor.storage.desk.budgets import envelope_of
from processor.storage.engine import Connection
from processor.storage.figures.demand import Grant, grants

NOTHING: Grant = Grant(0, 0)


def demand_tables(wired: Wired, connection: Connection, year: int) -> Made:
    words = wired.catalogue.reports["demand"].words
    return made(wired, connection, gathered(wired, connection, year), closed_words(words, closings(connection, year)))


def made(wired: Wired, connection: Connection, demand: Demand, closed: str) -> Made:
    """`closed` says whether the summary is closed."""
    words, summary, year = wired.catalogue.reports["demand"].words, demand.summary, demand.year
    total = summary.total
    decided, decided_last = grants(connection, year), grants(connection, year - 1)
    tables = {
        "by_support_type": support_type_rows(wired, summary),
        "by_standard": standard_rows(wired, summary),
        "by_kind": named_rows(kind_labels(wired), summary.by_kind, words),
        "by_former_province": former_province_rows(wired, summary),
        "by_commune": commune_rows(wired, summary),
        "comparison": comparison_rows(wired, connection, demand, decided, decided_last),
        "granted": granted_rows(wired, demand, decided, decided_last),
        "forecast": forecast_rows(words, demand) if total.organisations else (),
        "history": history_rows(wired, demand),
        "doubles": double_rows(demand.counting),
    }
    whole: Row = (words["total"], *figures(total))
    return Made(
        rows=tables,
        totals={
            "by_support_type": whole,
            "by_standard": (words["total"], *figures(summary.of_standards)),
            "by_kind": whole,
            "by_former_province": whole,
            "by_commune": (words["total"], "", *figures(total)),
            "granted": (
                words["total"],
                *granted_cells(
                    total, demand.last.total if demand.last else Sums(), together(decided_last), together(decided)
                ),
            ),
        },
        empty=not total.organisations,
        values={
            "last_year": str(year - 1),
            "day": day(wired.today()),
            "needs": grouped(total.needs),
            "without_level": grouped(total.without_level),
            "closed": closed,
            "deadline": deadline_words(wired, year),
            "forecast": method_words(words, demand.forecast),
        },
    )


def figures(sums: Sums) -> tuple[int, int, int, int | None, int]:
    return sums.organisations, sums.needs, sums.cost, sums.known, sums.without_level


def named_rows(labels: Mapping[str, str], found: Mapping[str, Sums], words: Mapping[str, str]) -> list[Row]:
    """In the order of the labels; what has none comes last."""
    ordered = [*(one for one in labels if one in found), *(one for one in sorted(found) if one not in labels)]
    return [(labels.get(one) or one or words["unknown"], *figures(found[one])) for one in ordered]


def support_titles(wired: Wired) -> dict[str, str]:
    return {id: one.title for id, one in wired.catalogue.support_types.items()}


def support_type_rows(wired: Wired, summary: Summary) -> list[Row]:
    return named_rows(support_titles(wired), summary.by_support_type, wired.catalogue.reports["demand"].words)


def standard_rows(wired: Wired, summary: Summary) -> list[Row]:
    words, facts = wired.catalogue.reports["demand"].words, wired.catalogue.facts
    rows: list[Row] = []
    for id in with_standards(wired):
        levels = wired.catalogue.support_types[id].levels
        labels = {one.value: one.label for level in levels for one in facts[level.standards].options_ever()}
        found = {standard: sums for (support_type, standard), sums in summary.by_standard.items() if support_type == id}
        rows += named_rows(labels | {"": words["no_standard"]}, found, words)
    return rows


def kind_labels(wired: Wired) -> dict[str, str]:
    return {one.value: one.label for one in wired.catalogue.facts["eligible_kinds"].options_ever()}


def former_province_rows(wired: Wired, summary: Summary) -> list[Row]:
    words = wired.catalogue.reports["demand"].words
    found: dict[str, Sums] = {}
    for code, sums in summary.by_commune.items():
        found.setdefault(group_of(wired, code), Sums()).add_sums(sums)
    labels = {group.id: words.get(group.id, group.label) for group in wired.catalogue.communes.groups}
    return named_rows(labels, found, words)


def group_of(wired: Wired, code: str) -> str:
    """By the list of communes (domain fact M8); empty for a code that is not in it."""
    return next((group.id for group in wired.catalogue.communes.groups if code in group.communes), "")


def commune_rows(wired: Wired, summary: Summary) -> list[Row]:
    words, names = wired.catalogue.reports["demand"].words, wired.catalogue.communes.names
    known = [code for code in names if code in summary.by_commune]
    rows: list[Row] = []
    for code in [*known, *sorted(set(summary.by_commune) - set(names))]:
        group = group_of(wired, code)
        former = words.get(group, group) or words["unknown"]
        rows.append((names.get(code) or code or words["unknown"], former, *figures(summary.by_commune[code])))
    return rows


def comparison_rows(
    wired: Wired,
    connection: Connection,
    demand: Demand,
    decided: Mapping[str, Grant],
    decided_last: Mapping[str, Grant],
) -> list[Row]:
    words = wired.catalogue.reports["demand"].words
    this = registered_figures(demand.counting, demand.summary)
    last = registered_figures(demand.last_counting, demand.last)
    for found, granted, year in ((this, decided, demand.year), (last, decided_last, demand.year - 1)):
        envelope = envelope_of(connection, year)
        found["envelope"] = envelope.amount if envelope else words["not_set"]
        found["dossiers"], found["granted"] = together(granted).dossiers, together(granted).amount
    return [compared(words, item, last.get(item, words["no_data"]), this[item]) for item in this]


def registered_figures(counting: Counting | None, summary: Summary | None) -> dict[str, Cell]:
    if counting is None or summary is None:
        return {}
    total = summary.total
    return {
        "organisations": total.organisations,
        "registrations": len(counting.counting) + len(counting.doubles),
        "taken_back": counting.withdrawn,
        "needs": total.needs,
        "declared": total.cost,
        "expected": total.known,
        "without_level": total.without_level,
    }


def compared(words: Mapping[str, str], item: str, last: Cell, this: Cell) -> Row:
    """What cannot be compared has no difference."""
    difference = this - last if isinstance(this, int) and isinstance(last, int) else words["not_comparable"]
    return words[item], last, this, difference


def granted_rows(
    wired: Wired, demand: Demand, decided: Mapping[str, Grant], decided_last: Mapping[str, Grant]
) -> list[Row]:
    this, last = demand.summary.by_support_type, demand.last.by_support_type if demand.last else {}
    rows: list[Row] = []
    for id, title in support_titles(wired).items():
        sums = (this.get(id, Sums()), last.get(id, Sums()))
        cells = granted_cells(*sums, decided_last.get(id, NOTHING), decided.get(id, NOTHING))
        if any(cells):
            rows.append((title, *cells))
    return rows


def granted_cells(this: Sums, last: Sums, decided_last: Grant, decided: Grant) -> tuple[int, ...]:
    registered = (this.organisations, this.cost, last.organisations, last.cost)
    return (*registered, decided_last.dossiers, decided_last.amount, decided.dossiers, decided.amount)


def together(granted: Mapping[str, Grant]) -> Grant:
    return Grant(sum(one.dossiers for one in granted.values()), sum(one.amount for one in granted.values()))


def forecast_rows(words: Mapping[str, str], demand: Demand) -> list[Row]:
    return [
        (words[one.name], assumption(words, demand, one), *scenario_cells(words, demand, one))
        for one in demand.forecast.scenarios
    ]


def scenario_cells(words: Mapping[str, str], demand: Demand, one: Scenario) -> tuple[Cell, Cell, Cell]:
    """The support is unknown as the levels are; what else nothing tells is said so."""
    cells = (one.filing, one.granted, one.support)
    told = [words["not_known"] if cell is None else cell for cell in cells]
    return told[0], told[1], None if demand.summary.total.known is None else told[2]


def assumption(words: Mapping[str, str], demand: Demand, one: Scenario) -> str:
    taught = [past for past in demand.past if past.year in demand.forecast.years]
    signs = demand.signs.get(demand.year - 1, Signs())
    return words[one.basis].format(
        years=years_words(demand.forecast),
        last_year=demand.year - 1,
        others_filed=max((past.others_filed for past in taught), default=0),
        others_granted=max((past.others_granted for past in taught), default=0),
        given_up=words["no_data"] if signs.given_up is None else grouped(signs.given_up),
        ineligible=grouped(signs.ineligible or 0),
        judged=grouped(signs.judged or 0),
    )


def years_words(known: Forecast) -> str:
    return ", ".join(map(str, known.years))


def method_words(words: Mapping[str, str], known: Forecast) -> str:
    chosen = words["scenarios"] if known.coverage is None else words["interval"]
    return chosen.format(count=len(known.years), years=years_words(known), coverage=known.coverage)


def history_rows(wired: Wired, demand: Demand) -> list[Row]:
    words, this_year = wired.catalogue.reports["demand"].words, wired.today().year
    rows: list[Row] = []
    for one in demand.past:
        signs = demand.signs.get(one.year, Signs())
        rows.append(
            (
                str(one.year) if one.year < this_year else words["not_ended"].format(year=one.year),
                *(one.registered, one.filed, one.granted, one.refused, one.withdrawn),
                share(words, one.filed, one.registered),
                share(words, one.granted, one.registered),
                one.others_filed,
                *(counted_or(words, figure) for figure in (signs.given_up, signs.judged, signs.ineligible)),
            )
        )
    return rows


def share(words: Mapping[str, str], part: int, whole: int) -> Cell:
    return round(100 * part / whole, 1) if whole else words["no_data"]


def counted_or(words: Mapping[str, str], figure: int | None) -> Cell:
    return words["no_data"] if figure is None else figure


def double_rows(counting: Counting) -> list[Row]:
    return [
        (one.organisation_name, one.reference, day_of(one.received_at), newer.reference, day_of(newer.received_at))
        for one, newer in counting.listed_doubles()
    ]


def closed_words(words: Mapping[str, str], closed: Sequence[Closing]) -> str:
    if not closed:
        return words["not_closed"]
    last = closed[-1]
    return words["closed"].format(number=last.number, date=day(day_of(last.closed_at)), document=last.document)
