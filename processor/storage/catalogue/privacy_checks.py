"""What the register of requests must satisfy beyond its shape: words for everything, terms that can be reckoned."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import get_args

from processor.domain.agency import UNKNOWN
from processor.domain.errors import DefinitionFault
from processor.domain.policy import Fact
from processor.domain.privacy import EntryKind, Kind, Outcome, PrivacyTexts, term_of
from processor.storage.catalogue.positions import Path_, Positioned


def check_privacy(
    texts: PrivacyTexts, facts: Mapping[str, Fact], today: date, source: Positioned
) -> Iterator[DefinitionFault]:
    for name, wanted in (("kinds", get_args(Kind)), ("outcomes", get_args(Outcome)), ("entries", get_args(EntryKind))):
        for missing in sorted(set(wanted) - set(getattr(texts, name))):
            yield source.fault((name,), f"Thiếu lời của “{missing}”. Thêm một dòng.")
    for path, fact_id in named_facts(texts):
        fact = facts.get(fact_id)
        if fact is None:
            yield source.fault(path, f"Không có điều “{fact_id}” trong forms/policy/. Sửa mã.")
        elif fact.words(today) != UNKNOWN and term_of(fact, today) is None:
            yield source.fault(path, f"Điều “{fact_id}” phải viết dạng “10 ngày” hoặc “2 ngày làm việc”. Sửa ở policy.")


def named_facts(texts: PrivacyTexts) -> Iterator[tuple[Path_, str]]:
    yield ("first_reply",), texts.first_reply
    for kind, one in texts.kinds.items():
        yield ("kinds", kind, "fact"), one.fact
