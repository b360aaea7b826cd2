"""What the plans and the words of their board must satisfy beyond their shape."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import get_args

from processor.domain.errors import DefinitionFault
from processor.domain.plan import FigureId, Plan, PlanBoard, StateId, Task
from processor.domain.policy import Fact
from processor.storage.catalogue.positions import Path_, Positioned
from processor.storage.catalogue.wording_checks import brace_problem


def check_plans(
    plans: Mapping[str, Plan], facts: Mapping[str, Fact], sources: Mapping[str, Positioned]
) -> Iterator[DefinitionFault]:
    """`plans` by id, `sources` by file: each file is named after its plan, as is the plan's address."""
    for name in sorted(name for name in sources if name.startswith("plans/")):
        plan = plans.get(name.removeprefix("plans/").removesuffix(".yml"))
        if plan is None:
            yield sources[name].fault(("id",), "Tên tệp phải là id của kế hoạch. Đổi tên tệp hoặc id.")
        else:
            yield from check_plan(plan, facts, sources[name])


def check_plan(plan: Plan, facts: Mapping[str, Fact], source: Positioned) -> Iterator[DefinitionFault]:
    for id, times in Counter(task.id for task in plan.tasks).items():
        if times > 1:
            yield source.fault(("tasks",), f"Việc “{id}” ghi hai lần. Bỏ một.")
    for place, task in enumerate(plan.tasks):
        yield from task_faults(task, ("tasks", place), facts, source)


def task_faults(task: Task, path: Path_, facts: Mapping[str, Fact], source: Positioned) -> Iterator[DefinitionFault]:
    for name, fact_id in (("who_fact", task.who_fact), ("before", task.before)):
        if fact_id and fact_id not in facts:
            yield source.fault((*path, name), f"Không có điều “{fact_id}” trong forms/policy/. Sửa mã.")
    if task.before in facts and facts[str(task.before)].unit != "date":
        yield source.fault((*path, "before"), f"Điều “{task.before}” không phải ngày. Chọn điều có unit: date.")
    if task.who and task.who_fact:
        yield source.fault((*path, "who_fact"), "Việc ghi cả who và who_fact. Giữ một.")
    if task.when and task.before:
        yield source.fault((*path, "before"), "Việc ghi cả when và before. Giữ một.")


def check_board(board: PlanBoard, source: Positioned) -> Iterator[DefinitionFault]:
    for name, wanted in (("states", get_args(StateId)), ("figures", get_args(FigureId))):
        for missing in sorted(set(wanted) - set(getattr(board, name))):
            yield source.fault((name,), f"Thiếu lời của “{missing}”. Thêm một dòng.")
    for path, text, known in braces(board):
        if problem := brace_problem(text, known):
            yield source.fault(path, problem)


def braces(board: PlanBoard) -> Iterator[tuple[Path_, str, Collection[str]]]:
    for state, words in board.states.items():
        yield ("states", state), words, {"days"} if state == "ahead" else ()
    yield ("done_by",), board.done_by, {"state", "document", "day"}
    yield ("before",), board.before, {"day"}
    yield ("page", "title"), board.page.title, {"plan", "year"}
    for name in ("about", "no_visits"):
        yield ("page", name), getattr(board.page, name), {"year", "time"}
    for name, known in (("total", {"count", "people"}), ("taken_back", {"time"}), ("question", {"day", "place"})):
        yield ("log", name), getattr(board.log, name), known
