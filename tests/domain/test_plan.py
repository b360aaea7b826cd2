"""How a task of a plan stands: by a document, by its day, by what is counted."""

from datetime import date

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.plan import Done, Plan, Task, TaskState, state_of

DUE = date(2024, 10, 15)


@pytest.fixture
def plan(catalogue: Catalogue) -> Plan:
    return catalogue.plans["2024"]


@pytest.fixture
def demand(plan: Plan) -> Task:
    found = plan.task("tong-hop-nhu-cau")
    assert found
    return found


@pytest.fixture
def spread(plan: Plan) -> Task:
    found = plan.task("phoi-hop-gioi-thieu")
    assert found
    return found


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2024, 10, 1), TaskState("ahead", 14)),
        (date(2024, 10, 14), TaskState("ahead", 1)),
        (date(2024, 10, 15), TaskState("late")),
        (date(2026, 11, 24), TaskState("late")),
    ],
)
def test_a_day_counts_down_to_before_it_and_then_the_task_is_late(
    plan: Plan, demand: Task, today: date, state: TaskState
) -> None:
    assert state_of(demand, plan, DUE, {"pre_registrations": 12}, today) == state


def test_only_a_document_says_that_a_task_is_done_from_its_day_on(plan: Plan, demand: Task) -> None:
    done = demand.model_copy(update={"done": Done(on=date(2024, 10, 10), document="Báo cáo ví dụ số 01/BC-VD")})

    assert state_of(done, plan, DUE, {}, date(2024, 10, 9)) == TaskState("ahead", 6)
    assert state_of(done, plan, DUE, {}, date(2024, 10, 10)) == TaskState("done")


def test_a_standing_task_goes_on_once_something_is_counted_until_its_year_is_over(plan: Plan, spread: Task) -> None:
    assert state_of(spread, plan, None, {"activities": 0}, date(2024, 6, 1)) == TaskState("not_begun")
    assert state_of(spread, plan, None, {"activities": 1}, date(2024, 12, 31)) == TaskState("continuing")
    assert state_of(spread, plan, None, {"activities": 1}, date(2025, 1, 1)) == TaskState("over")


def test_an_envelope_that_is_only_set_begins_no_decision(plan: Plan) -> None:
    task = plan.task("quyet-dinh-ho-tro")
    assert task

    states = [
        state_of(task, plan, None, {"budget_set": 810_000_000, "budget_committed": spent}, date(2024, 6, 1)).id
        for spent in (0, 1)
    ]

    assert states == ["not_begun", "continuing"]
