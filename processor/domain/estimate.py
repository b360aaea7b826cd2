"""What support a cost would give: the rate of the cost, at most the ceiling. Never where either is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from processor.domain.policy import Fact, SupportLevel
from processor.domain.vietnamese import money, percent


@dataclass(frozen=True)
class Estimate:
    """Amounts in đồng; `rate` in percent. Fractions of a đồng are left out, to the applicant's disadvantage."""

    cost: int
    rate: int
    ceiling: int

    @property
    def share(self) -> int:
        return self.cost * self.rate // 100

    @property
    def amount(self) -> int:
        return min(self.share, self.ceiling)

    @property
    def case(self) -> Literal["within", "above"]:
        return "within" if self.share <= self.ceiling else "above"

    def words(self, texts: Mapping[str, str]) -> str:
        """The steps, by the text of the case."""
        return texts[self.case].format(
            percent=percent(self.rate),
            cost=money(self.cost),
            share=money(self.share),
            ceiling=money(self.ceiling),
            amount=money(self.amount),
        )


@dataclass(frozen=True)
class Figures:
    """The rate and the ceiling of a level on a day; None where nobody has read it."""

    rate: int | None
    ceiling: int | None

    def estimate(self, cost: int) -> Estimate | None:
        if self.rate is None or self.ceiling is None:
            return None
        return Estimate(cost, self.rate, self.ceiling)

    @property
    def known(self) -> bool:
        return self.rate is not None and self.ceiling is not None


def figures(level: SupportLevel, facts: Mapping[str, Fact], today: date) -> Figures:
    return Figures(number(facts[level.rate], today), number(facts[level.ceiling], today))


def number(fact: Fact, today: date) -> int | None:
    dated = fact.on(today)
    return dated.value if dated and isinstance(dated.value, int) else None
