"""What the process must satisfy beyond its shape: ids once, names that exist, every status reached and left."""

from collections import Counter
from collections.abc import Collection, Iterator

from processor.domain.catalogue import Texts
from processor.domain.errors import DefinitionFault
from processor.domain.slips.slip_forms import KINDS
from processor.domain.workflow import BEFORE, SAME, Transition, Workflow
from processor.storage.catalogue.positions import Positioned
from processor.storage.catalogue.wording_checks import brace_problem

Faults = Iterator[DefinitionFault]
FIRST = "submitted"
CONFIRM_NAMES = {"reference", "organisation", "amount", "reason", "count", "days"}


def check_workflow(workflow: Workflow, facts: Collection[str], source: Positioned) -> Faults:
    lanes = {lane.id for lane in workflow.lanes}
    times = Counter(step.id for step in workflow.steps)
    if workflow.clock.days not in facts:
        yield source.fault(("clock", "days"), f"Không có điều “{workflow.clock.days}” trong policy/. Sửa tên.")
    for place, step in enumerate(workflow.steps):
        if times[step.id] > 1:
            yield source.fault(("steps", place, "id"), f"Mã bước “{step.id}” đã dùng. Đặt mã khác.")
        if step.who not in lanes:
            yield source.fault(("steps", place, "who"), f"Không có “{step.who}” trong lanes. Sửa tên.")
        for key, text in (("where", step.where), ("state", step.state)):
            if problem := brace_problem(text, facts):
                yield source.fault(("steps", place, key), problem)


def check_transitions(workflow: Workflow, texts: Texts, notices: Collection[str], source: Positioned) -> Faults:
    times = Counter(name for one in workflow.transitions for name in {one.id, one.event})
    for place, one in enumerate(workflow.transitions):
        path = ("transitions", place)
        if times[one.id] > 1:
            yield source.fault((*path, "id"), f"Mã “{one.id}” đã dùng ở mục khác. Đặt mã khác.")
        for key, status in (*(("from", name) for name in one.sources), ("to", one.to)):
            if status not in texts.statuses and not (key == "to" and status in (SAME, BEFORE)):
                yield source.fault((*path, key), f"Không có trạng thái “{status}” trong shared/texts.yml. Sửa tên.")
        if one.notice and one.notice not in notices:
            yield source.fault((*path, "notice"), f"Không có thư “{one.notice}” trong notices.yml. Sửa tên.")
        if one.slip and one.slip not in KINDS:
            yield source.fault((*path, "slip"), f"Không có phiếu “{one.slip}” trong slips.yml. Sửa tên.")
        if one.confirm and (problem := brace_problem(one.confirm, CONFIRM_NAMES)):
            yield source.fault((*path, "confirm"), problem)
    yield from check_ways(workflow, texts, source)


def check_ways(workflow: Workflow, texts: Texts, source: Positioned) -> Faults:
    """No status that nothing leads to, none from which no way leads to an end."""
    reached, ending = {FIRST}, set(workflow.ends)
    while more := {one.to for one in workflow.transitions if reached & set(one.sources)} - reached - {SAME, BEFORE}:
        reached |= more
    while (
        more := {status for one in workflow.transitions if ending & ways_of(workflow, one) for status in one.sources}
        - ending
    ):
        ending |= more
    for status in texts.statuses:
        if status not in reached:
            yield source.fault(("transitions",), f"Không bước nào dẫn tới “{status}”. Thêm bước hoặc xóa trạng thái.")
        if status not in ending:
            yield source.fault(
                ("transitions",), f"Từ “{status}” không tới kết thúc được. Thêm bước, hoặc ghi vào ends."
            )
    for place, status in enumerate(workflow.ends):
        if status not in texts.statuses:
            yield source.fault(("ends", place), f"Không có trạng thái “{status}” trong shared/texts.yml. Sửa tên.")


def ways_of(workflow: Workflow, one: Transition) -> set[str]:
    """Where it leads; after a pause, to wherever the pause may have begun."""
    if one.to == BEFORE:
        return {status for pause in workflow.transitions if pause.to in one.sources for status in pause.sources}
    return {one.to} - {SAME}


def check_steps(texts: Texts, workflow: Workflow, source: Positioned) -> Faults:
    """Where a status says that a dossier stands."""
    known = {step.id for step in workflow.steps}
    for key in ("statuses", "pre_registration_statuses", "feedback_statuses"):
        for name, status in getattr(texts, key).items():
            if status.step is not None and status.step not in known:
                yield source.fault((key, name, "step"), f"Không có bước “{status.step}” trong workflow.yml. Sửa tên.")
