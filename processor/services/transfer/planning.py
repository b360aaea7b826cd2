"""What a move will do, told before it does anything; whatever hinders it is told here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from processor.storage.address import shown
from processor.storage.durability import refuse_undurable
from processor.storage.engine import Engine, reading
from processor.storage.files.attachments import AttachmentStore
from processor.storage.schema import current, newest
from processor.storage.transfer.comparing import count_rows
from processor.storage.transfer.files import named_files
from processor.storage.transfer.holding import refuse_served
from processor.storage.transfer.place import refuse_filled
from processor.storage.transfer.standing import MoveFault, Standing, standing_of


class Watch:
    """Whoever is told how far it is; this one tells nobody."""

    def begin(self, phase: str, total: int) -> None: ...

    def step(self, done: int) -> None: ...


@dataclass(frozen=True)
class Move:
    """Both engines are opened `verbatim`. `folder` is the installation's data folder: it moves once at a time."""

    source: Engine
    target: Engine
    store: AttachmentStore
    folder: Path
    clock: Callable[[], datetime]
    watch: Watch = field(default_factory=Watch)

    @property
    def names(self) -> tuple[str, str]:
        return shown(self.source.url), shown(self.target.url)


@dataclass(frozen=True)
class Plan:
    """`standing` is that of an earlier try to the same place, which is gone on with."""

    source: str
    target: str
    tables: int
    rows: int
    files: int
    standing: Standing | None


def plan_of(move: Move) -> Plan:
    """Nothing is written. Raises MoveFault, NotDurable, WrongLetters, Unavailable."""
    source, target = move.names
    if source == target:
        raise MoveFault("Nơi mới chính là cơ sở dữ liệu đang dùng.")
    refuse_undurable(move.target)
    refuse_served(move.source)
    with reading(move.source) as connection:
        if current(connection) != newest():
            raise MoveFault(
                "Cơ sở dữ liệu đang dùng chưa có, hoặc khác bản với chương trình. Chạy hotro migrate trước."
            )
        there = standing_of(connection)
        rows, files = count_rows(connection), sum(1 for _ in named_files(connection))
    standing = there if there and there.role == "source" and there.other == target else None
    refuse_filled(move.target, standing.id if standing else "")
    return Plan(source, target, len(rows), sum(rows.values()), files, standing)
