"""What was kept before there was a key is closed with it: rows, then files. May be stopped and begun again."""

from collections.abc import Callable
from dataclasses import dataclass

from processor.services.parts import Wired
from processor.storage.engine import reading
from processor.storage.sealed_rows import Counted, count_rows, seal_rows

Step = Callable[[str, int], None]


@dataclass(frozen=True)
class Standing:
    rows: Counted
    files: Counted


def encrypt(wired: Wired, step: Step) -> tuple[int, int]:
    """How many rows and files stood in clear. Raises Unavailable; what was done stays done."""
    rows = seal_rows(wired.engine, lambda done: step("dòng", done))
    files = 0
    for attachment_id in wired.store.ids():
        files += wired.store.reseal(attachment_id)
        step("tệp", files)
    return rows, files


def standing(wired: Wired) -> Standing:
    with reading(wired.engine) as connection:
        rows = count_rows(connection)
    closed = [wired.store.is_sealed(attachment_id) for attachment_id in wired.store.ids()]
    return Standing(rows, Counted(closed.count(True), closed.count(False)))
