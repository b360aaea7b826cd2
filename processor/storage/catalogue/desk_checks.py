"""What the small forms of the desk must satisfy beyond their shape."""

from collections import Counter
from collections.abc import Collection, Iterator

from processor.domain.desk_forms import WITHOUT_STATUS, DeskForms
from processor.domain.errors import DefinitionFault
from processor.domain.workflow import Workflow
from processor.storage.catalogue.positions import Positioned
from processor.storage.catalogue.wording_checks import brace_problem

ASKS_REASON, ASKS_DAYS, ASKS_AMOUNT = "reason", "days", "amount"


def check_desk(desk: DeskForms, workflow: Workflow, source: Positioned) -> Iterator[DefinitionFault]:
    known = {one.id for one in workflow.transitions} | set(WITHOUT_STATUS)
    for name, fields in desk.forms.items():
        if name not in known:
            yield source.fault(("forms", name), f"Không có việc “{name}” trong workflow.yml. Sửa tên.")
        for field, times in Counter(field.id for field in fields).items():
            if times > 1:
                yield source.fault(("forms", name), f"Ô “{field}” ghi hai lần. Bỏ một.")
    if problem := brace_problem(desk.asked_less, {"requested"}):
        yield source.fault(("asked_less",), problem)
    for name in desk.papers.keys() - desk.forms.keys():
        yield source.fault(("papers", name), f"Việc “{name}” không có trong forms. Sửa tên.")
    for one in workflow.transitions:
        asked = {field.id for field in desk.forms.get(one.id, ())}
        wanted = set(one.needs) & {ASKS_REASON, ASKS_DAYS, ASKS_AMOUNT}
        yield from missing(one.id, wanted - asked if one.roles else (), source)
    for name in WITHOUT_STATUS:
        yield from missing(name, () if name in desk.forms else ("các ô của việc này",), source)
        yield from missing(name, () if name in desk.titles else ("tên ở titles",), source)


def missing(name: str, what: Collection[str], source: Positioned) -> Iterator[DefinitionFault]:
    for one in sorted(what):
        yield source.fault(("forms",), f"Việc “{name}” thiếu {one}. Thêm vào.")
