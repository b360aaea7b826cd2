"""What the process must satisfy beyond its shape: ids once, lanes and facts that exist."""

from collections import Counter
from collections.abc import Collection, Iterator

from processor.domain.errors import DefinitionFault
from processor.domain.workflow import Workflow
from processor.storage.positions import Positioned
from processor.storage.wording_checks import brace_problem


def check_workflow(workflow: Workflow, facts: Collection[str], source: Positioned) -> Iterator[DefinitionFault]:
    lanes = {lane.id for lane in workflow.lanes}
    times = Counter(step.id for step in workflow.steps)
    for place, step in enumerate(workflow.steps):
        if times[step.id] > 1:
            yield source.fault(("steps", place, "id"), f"Mã bước “{step.id}” đã dùng. Đặt mã khác.")
        if step.who not in lanes:
            yield source.fault(("steps", place, "who"), f"Không có “{step.who}” trong lanes. Sửa tên.")
        for key, text in (("where", step.where), ("state", step.state)):
            if problem := brace_problem(text, facts):
                yield source.fault(("steps", place, key), problem)
