"""Texts with names in braces: each name must be one that the program fills in at that place."""

from collections.abc import Collection, Iterator
from string import Formatter

from processor.domain.agency import Agency
from processor.domain.catalogue import Texts
from processor.domain.errors import DefinitionFault
from processor.domain.hazards import HAZARDS
from processor.domain.messages import PLACEHOLDERS, Message
from processor.domain.scanning import STANDINGS, STATES
from processor.storage.catalogue.positions import Path_, Positioned

MOST_SHOWN = 15
STATUS_NAMES = {
    "files",
    "time",
    "official_code",
    "reasons",
    "count",
    "date",
    "year",
    "time_limit",
    "decision",
    "amount",
    "next_step",
    "forwarded_to",
}
RESULT_NAMES = {
    "decided": {"number", "date"},
    "not_numbered": set[str](),
    "give_account": set[str](),
    "wait_for_payment": {"payment_steps"},
    "paid": {"date"},
}


def brace_problem(text: str, known: Collection[str]) -> str | None:
    """What is wrong with the braces of a text, and what to write instead; None when nothing is."""
    try:
        named = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return "Dấu ngoặc nhọn viết dở. Viết đủ {tên} hoặc bỏ dấu ngoặc."
    strange = sorted(set(named) - set(known))
    if not strange:
        return None
    if not known:
        return f"Chỗ này không thay gì vào {{{strange[0]}}}. Bỏ dấu ngoặc nhọn."
    few = len(known) <= MOST_SHOWN
    shown = ", ".join(f"{{{name}}}" for name in sorted(known)) if few else "mã của điều trong forms/policy/"
    return f"Không có gì để thay vào {{{strange[0]}}}. Chỗ này nhận: {shown}."


def check_messages(messages: dict[str, Message], agency: Agency, source: Positioned) -> Iterator[DefinitionFault]:
    for code, message in messages.items():
        if problem := brace_problem(message.text, PLACEHOLDERS | agency.wording().keys()):
            yield source.fault(("messages", code), problem)


def check_texts(texts: Texts, agency: Agency, source: Positioned) -> Iterator[DefinitionFault]:
    for path, text, known in written(texts, agency):
        if problem := brace_problem(text, known):
            yield source.fault(path, problem)
    for part, wanted in (("hazards", HAZARDS), ("scan_states", STATES), ("scanner", STANDINGS)):
        for name in sorted(set(wanted) ^ set(getattr(texts, part))):
            yield source.fault((part,), f"“{name}” phải có đúng một câu ở đây. Viết hoặc bỏ câu đó.")


def written(texts: Texts, agency: Agency) -> Iterator[tuple[Path_, str, set[str]]]:
    standing = set(agency.wording())
    for name, notice in texts.notices.items():
        yield from (
            (("notices", name, "paragraphs", place), text, standing) for place, text in enumerate(notice.paragraphs)
        )
    for key in ("statuses", "pre_registration_statuses", "feedback_statuses"):
        for name, status in getattr(texts, key).items():
            yield (key, name, "text"), status.text, standing | STATUS_NAMES
    for name, known in RESULT_NAMES.items():
        yield ("result", name), getattr(texts.result, name), known
