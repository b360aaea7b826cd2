"""What the process must satisfy beyond its shape: ids once, lanes and facts that exist."""

from collections import Counter
from collections.abc import Collection, Iterator

from processor.domain.errors import DefinitionFault
from processor.domain.workflow import Workflow
from processor.storage.positions import Positioned


def check_workflow(workflow: Workflow, facts: Collection[str], source: Positioned) -> Iterator[DefinitionFault]:
    lanes = {lane.id for lane in workflow.lanes}
    times = Counter(step.id for step in workflow.steps)
    for place, step in enumerate(workflow.steps):
        if times[step.id] > 1:
            yield source.fault(("steps", place, "id"), f"Mã bước “{step.id}” đã dùng. Đặt mã khác.")
        if step.who not in lanes:
            yield source.fault(("steps", place, "who"), f"Không có “{step.who}” trong lanes. Sửa tên.")
        for name in step.facts_named():
            if name not in facts:
                yield source.fault(("steps", place, "state"), f"Không có điều “{name}” trong forms/policy/.")
