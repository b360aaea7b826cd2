"""What the process must satisfy beyond its shape: ids once, lanes, facts and steps that exist."""

from collections import Counter
from collections.abc import Collection, Iterator

from processor.domain.catalogue import Texts
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


def check_steps(texts: Texts, workflow: Workflow, source: Positioned) -> Iterator[DefinitionFault]:
    """Where a status says that a dossier stands."""
    known = {step.id for step in workflow.steps}
    for key in ("statuses", "pre_registration_statuses", "feedback_statuses"):
        for name, status in getattr(texts, key).items():
            if status.step is not None and status.step not in known:
                yield source.fault((key, name, "step"), f"Không có bước “{status.step}” trong workflow.yml. Sửa tên.")
