"""Conditions and limits as a small typed tree: checked at load, evaluated here alone, said in Vietnamese words.

A condition holds (True), does not (False) or cannot be told (None): an answer is missing or a fact is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field, StrictInt

from processor.domain.policy import Fact, Frozen, Identifier
from processor.domain.vietnamese import day, listed, money, percent

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Ground:
    """What a condition is evaluated on. `labels` name fields and options in words."""

    answers: Answers
    facts: Mapping[str, Fact]
    labels: Mapping[str, str]
    today: date

    def fact(self, fact_id: str) -> Any:
        dated = self.facts[fact_id].on(self.today)
        return None if dated is None else dated.value

    def answer(self, name: str) -> Any:
        value = self.answers.get(name)
        return None if value in ("", [], None) else value

    def chosen(self, name: str) -> list[Any]:
        """The answer as a list, so that one choice and several are asked alike; empty when there is none."""
        value = self.answer(name)
        return value if isinstance(value, list) else [] if value is None else [value]

    def option_label(self, field: str, value: str) -> str:
        return self.labels.get(f"{field}={value}", value)


class Value(Frozen):
    value: StrictInt

    def amount(self, ground: Ground) -> int | None:
        return self.value

    def words(self, ground: Ground) -> str:
        return money(self.value)

    def parts(self) -> Iterator[object]:
        yield self


class FactRef(Frozen):
    fact: Identifier

    def amount(self, ground: Ground) -> int | None:
        value = ground.fact(self.fact)
        return value if isinstance(value, int) else None

    def words(self, ground: Ground) -> str:
        return ground.facts[self.fact].words(ground.today)

    def parts(self) -> Iterator[object]:
        yield self


class FieldRef(Frozen):
    field: Identifier

    def amount(self, ground: Ground) -> int | None:
        value = ground.answer(self.field)
        return value if isinstance(value, int) else None

    def words(self, ground: Ground) -> str:
        return f"“{ground.labels[self.field]}”"

    def parts(self) -> Iterator[object]:
        yield self


class Sum(Frozen):
    """The total of one field over the rows of a repeated section: `costs.amount`."""

    sum: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")

    def amount(self, ground: Ground) -> int | None:
        group, field = self.sum.split(".")
        amounts: list[int] = [row.get(field) for row in ground.answers.get(group) or []]
        if not amounts or not all(isinstance(amount, int) for amount in amounts):
            return None
        return sum(amounts)

    def words(self, ground: Ground) -> str:
        return f"tổng “{ground.labels[self.sum]}”"

    def parts(self) -> Iterator[object]:
        yield self


class PercentOf(Frozen):
    percent_of: Amount
    percent: Amount

    def amount(self, ground: Ground) -> int | None:
        whole, share = self.percent_of.amount(ground), self.percent.amount(ground)
        return None if whole is None or share is None else whole * share // 100

    def words(self, ground: Ground) -> str:
        return f"{self.percent.words(ground)} của {self.percent_of.words(ground)}"

    def parts(self) -> Iterator[object]:
        yield self
        yield from self.percent_of.parts()
        yield from self.percent.parts()


Amount = Value | FactRef | FieldRef | Sum | PercentOf


class Equals(Frozen):
    field: Identifier
    value: str


class EqualsCondition(Frozen):
    equals: Equals

    def holds(self, ground: Ground) -> bool | None:
        chosen = ground.chosen(self.equals.field)
        return self.equals.value in chosen if chosen else None

    def words(self, ground: Ground) -> str:
        field = self.equals.field
        return f"“{ground.labels[field]}” là “{ground.option_label(field, self.equals.value)}”"

    def parts(self) -> Iterator[object]:
        yield self.equals


class OneOf(Frozen):
    field: Identifier
    values: FactRef | tuple[str, ...]

    def named(self, ground: Ground) -> tuple[str, ...]:
        if isinstance(self.values, FactRef):
            return tuple(option.value for option in ground.facts[self.values.fact].options(ground.today))
        return self.values

    def unknown(self, ground: Ground) -> bool:
        return isinstance(self.values, FactRef) and ground.facts[self.values.fact].on(ground.today) is None


class OneOfCondition(Frozen):
    one_of: OneOf

    def holds(self, ground: Ground) -> bool | None:
        chosen = ground.chosen(self.one_of.field)
        if self.one_of.unknown(ground):
            return None
        return not set(chosen).isdisjoint(self.one_of.named(ground)) if chosen else None

    def words(self, ground: Ground) -> str:
        field = self.one_of.field
        labels = [ground.option_label(field, value) for value in self.one_of.named(ground)]
        return f"“{ground.labels[field]}” là {listed(labels)}"

    def parts(self) -> Iterator[object]:
        yield self.one_of
        if isinstance(self.one_of.values, FactRef):
            yield self.one_of.values


class Bound(Frozen):
    field: Identifier
    limit: Amount

    def pair(self, ground: Ground) -> tuple[int, int] | None:
        answer, limit = ground.answer(self.field), self.limit.amount(ground)
        return None if not isinstance(answer, int) or limit is None else (answer, limit)

    def figures(self, ground: Ground) -> dict[str, str]:
        """The numbers of a refusal, in words."""
        pair = self.pair(ground)
        if pair is None:
            return {}
        words = {"amount": money(pair[0]), "allowed": money(pair[1]), "ceiling": money(pair[1])}
        if isinstance(self.limit, PercentOf):
            whole, share = self.limit.percent_of.amount(ground), self.limit.percent.amount(ground)
            words |= {"total": money(whole or 0), "percent": percent(share or 0)}
        if isinstance(self.limit, Sum):
            words["total"] = money(pair[1])
        return words


class AtMost(Frozen):
    at_most: Bound

    def holds(self, ground: Ground) -> bool | None:
        pair = self.at_most.pair(ground)
        return None if pair is None else pair[0] <= pair[1]

    def words(self, ground: Ground) -> str:
        return f"“{ground.labels[self.at_most.field]}” tối đa {self.at_most.limit.words(ground)}"

    def parts(self) -> Iterator[object]:
        yield self.at_most
        yield from self.at_most.limit.parts()


class AtLeast(Frozen):
    at_least: Bound

    def holds(self, ground: Ground) -> bool | None:
        pair = self.at_least.pair(ground)
        return None if pair is None else pair[0] >= pair[1]

    def words(self, ground: Ground) -> str:
        return f"“{ground.labels[self.at_least.field]}” ít nhất {self.at_least.limit.words(ground)}"

    def parts(self) -> Iterator[object]:
        yield self.at_least
        yield from self.at_least.limit.parts()


class DatePair(Frozen):
    field: Identifier
    than: Identifier

    def days(self, ground: Ground) -> tuple[date, date] | None:
        first, second = ground.answer(self.field), ground.answer(self.than)
        return (first, second) if isinstance(first, date) and isinstance(second, date) else None


def order_figures(later: str, earlier: str, ground: Ground) -> dict[str, str]:
    return {
        "later_label": ground.labels[later],
        "later": day(ground.answers[later]),
        "earlier_label": ground.labels[earlier],
        "earlier": day(ground.answers[earlier]),
    }


class After(Frozen):
    """The first day is not before the second."""

    after: DatePair

    def holds(self, ground: Ground) -> bool | None:
        days = self.after.days(ground)
        return None if days is None else days[0] >= days[1]

    def words(self, ground: Ground) -> str:
        return f"“{ground.labels[self.after.field]}” không sớm hơn “{ground.labels[self.after.than]}”"

    def parts(self) -> Iterator[object]:
        yield self.after


class Before(Frozen):
    """The first day is not after the second."""

    before: DatePair

    def holds(self, ground: Ground) -> bool | None:
        days = self.before.days(ground)
        return None if days is None else days[0] <= days[1]

    def words(self, ground: Ground) -> str:
        return f"“{ground.labels[self.before.field]}” không muộn hơn “{ground.labels[self.before.than]}”"

    def parts(self) -> Iterator[object]:
        yield self.before


class All(Frozen):
    all: tuple[Condition, ...] = Field(min_length=1)

    def holds(self, ground: Ground) -> bool | None:
        held = [part.holds(ground) for part in self.all]
        return False if False in held else None if None in held else True

    def words(self, ground: Ground) -> str:
        return listed([part.words(ground) for part in self.all], last="và")

    def parts(self) -> Iterator[object]:
        for part in self.all:
            yield from part.parts()


class AnyOf(Frozen):
    any: tuple[Condition, ...] = Field(min_length=1)

    def holds(self, ground: Ground) -> bool | None:
        held = [part.holds(ground) for part in self.any]
        return True if True in held else None if None in held else False

    def words(self, ground: Ground) -> str:
        return listed([part.words(ground) for part in self.any])

    def parts(self) -> Iterator[object]:
        for part in self.any:
            yield from part.parts()


class Not(Frozen):
    not_: Condition = Field(alias="not")

    def holds(self, ground: Ground) -> bool | None:
        held = self.not_.holds(ground)
        return None if held is None else not held

    def words(self, ground: Ground) -> str:
        return f"không phải: {self.not_.words(ground)}"

    def parts(self) -> Iterator[object]:
        yield from self.not_.parts()


Condition = EqualsCondition | OneOfCondition | AtMost | AtLeast | Before | After | All | AnyOf | Not

for model in (PercentOf, Bound, AtMost, AtLeast, All, AnyOf, Not):
    model.model_rebuild()


def fields_named(condition: Condition) -> set[str]:
    names = set()
    for part in condition.parts():
        names |= {str(getattr(part, key)) for key in ("field", "than", "sum") if getattr(part, key, None)}
    return names


def cause_words(condition: Condition, ground: Ground) -> str:
    """The answer that made a condition hold, in words."""
    match condition:
        case EqualsCondition(equals=asked):
            return ground.option_label(asked.field, asked.value)
        case OneOfCondition(one_of=listing):
            named = [value for value in ground.chosen(listing.field) if value in listing.named(ground)]
            return listed([ground.option_label(listing.field, value) for value in named], last="và")
    return condition.words(ground)


class Rule(Frozen):
    """`require` must hold when `when` does. A rule that cannot be told does not fire; the officer sees that."""

    id: Identifier
    at: Identifier = Field(description="Ô mà câu báo lỗi đứng cạnh.")
    when: Condition | None = None
    require: Condition
    code: str

    def broken(self, ground: Ground) -> bool:
        applies = self.when is None or self.when.holds(ground) is True
        return applies and self.require.holds(ground) is False

    def figures(self, ground: Ground) -> dict[str, str]:
        match self.require:
            case AtMost(at_most=bound) | AtLeast(at_least=bound):
                return bound.figures(ground)
            case After(after=pair):
                return order_figures(pair.field, pair.than, ground)
            case Before(before=pair):
                return order_figures(pair.than, pair.field, ground)
        return {}

    def unknown_facts(self, ground: Ground) -> list[Fact]:
        parts = list(self.require.parts()) + (list(self.when.parts()) if self.when else [])
        wanted = [ground.facts[part.fact] for part in parts if isinstance(part, FactRef)]
        return [fact for fact in wanted if fact.on(ground.today) is None]
