"""The table of support: rates, ceilings, what nobody has read yet, and a worked example."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.estimate import Estimate, figures
from processor.domain.policy import Fact, SupportLevel, in_a_row
from processor.domain.vietnamese import money, percent
from processor.rendering.templating import render

ILLUSTRATIVE_COSTS = (84_000_000, 130_000_000)


@dataclass(frozen=True)
class LevelRow:
    """One row of the table in words. An empty figure is one that nobody has read yet."""

    standards: str
    rate: str
    ceiling: str


def support_html(catalogue: Catalogue, support_type_id: str, today: date) -> Markup:
    """The table of support on a day, unknown figures named as such, sources, and a worked example."""
    support = catalogue.support_types[support_type_id]
    facts = [catalogue.facts[fact_id] for fact_id in support.facts]
    of_levels = [fact for level in support.levels for fact in level_facts(catalogue, level)]
    sources = {dated.source.words: dated.source for fact in of_levels if (dated := fact.on(today))}
    return render(
        "support.html",
        rows=[level_row(catalogue, level, today) for level in support.levels],
        sources=[sources[words] for words in sorted(sources)],
        gaps=[gap_words(catalogue, fact) for fact in facts if fact.on(today) is None],
        examples=[words for level in support.levels if (words := worked_example(catalogue, level, today))],
        unknown=UNKNOWN,
        contact=catalogue.agency.contact,
    )


def gap_words(catalogue: Catalogue, fact: Fact) -> str:
    """What is not known, and who has to confirm it."""
    return f"{fact.unknown or UNKNOWN + '.'} Cần {confirmer(catalogue, fact)} xác nhận."


def confirmer(catalogue: Catalogue, fact: Fact) -> str:
    return catalogue.agency.department if fact.confirm_by == "department" else catalogue.agency.name


def level_facts(catalogue: Catalogue, level: SupportLevel) -> list[Fact]:
    return [catalogue.facts[fact_id] for fact_id in (level.standards, level.rate, level.costs, level.ceiling)]


def level_row(catalogue: Catalogue, level: SupportLevel, today: date) -> LevelRow:
    standards, rate, costs, ceiling = level_facts(catalogue, level)
    counted = f" {costs.words(today)}" if costs.on(today) else "; phần chi phí được tính: chưa đối chiếu"
    return LevelRow(
        ", ".join(in_a_row(standards.options(today))),
        f"{rate.words(today)}{counted}" if rate.on(today) else "",
        f"{ceiling.words(today)} cho mỗi tiêu chuẩn" if ceiling.on(today) else "",
    )


def worked_example(catalogue: Catalogue, level: SupportLevel, today: date) -> str:
    """For a level whose figures are all known; the costs are illustrative, the rest is computed."""
    standards = catalogue.facts[level.standards].options(today)
    name = next((option.label for option in standards if option.value == level.example_standard), None)
    estimates = [figures(level, catalogue.facts, today).estimate(cost) for cost in ILLUSTRATIVE_COSTS]
    if name is None or None in estimates:
        return ""
    first, *others = [example_words(estimate) for estimate in estimates if estimate]
    return f"Ví dụ với {name}: {' '.join([first, *map(sentence, others)])}"


def sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def example_words(estimate: Estimate) -> str:
    stops = "" if estimate.case == "within" else "dừng ở "
    share = f"{percent(estimate.rate)} là {money(estimate.share)}"
    return f"chi phí {money(estimate.cost)} thì {share}, ước tính {stops}{money(estimate.amount)}."
