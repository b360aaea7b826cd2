"""What the retention rules must satisfy beyond their shape: one for each kind and state, words for each ground."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from processor.domain.catalogue import Texts
from processor.domain.errors import DefinitionFault
from processor.domain.retention import Ground, Retention, Scope
from processor.storage.catalogue.positions import Positioned

KINDS = ("pre_registration", "dossier", "feedback")


def check_retention(retention: Retention, texts: Texts, source: Positioned) -> Iterator[DefinitionFault]:
    for name, wanted in (("grounds", get_args(Ground)), ("scopes", get_args(Scope))):
        for missing in sorted(set(wanted) - set(getattr(retention, name))):
            yield source.fault((name,), f"Thiếu lời của “{missing}”. Thêm một dòng.")
    known = {(kind, status) for kind in KINDS for status in texts.of_kind(kind)}
    told = Counter((rule.kind, status) for rule in retention.rules for status in rule.statuses)
    for kind, status in sorted(known - set(told)):
        yield source.fault(("rules",), f"Chưa có quy tắc cho {kind}, trạng thái “{status}”. Thêm vào một dòng.")
    for place, rule in enumerate(retention.rules):
        for status in rule.statuses:
            if (rule.kind, status) not in known:
                yield source.fault(("rules", place), f"Không có trạng thái “{status}” của {rule.kind}. Sửa tên.")
            elif told[rule.kind, status] > 1:
                yield source.fault(("rules", place), f"Trạng thái “{status}” của {rule.kind} ghi hai lần. Bỏ một.")
