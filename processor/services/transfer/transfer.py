"""One move: everything is copied while the old database goes on serving; then it takes no writes for as long as the
rest goes over and every row is held against its copy; the transaction that ends this closes it for good.

Whoever sends meanwhile is told to come again, and nothing is acknowledged that does not go along. Files stay where they
are; each is read once and held against its SHA-256.
"""

import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from processor.domain.errors import HotroError
from processor.services.transfer.planning import Move, plan_of
from processor.storage.backup.snapshots import NamedFile
from processor.storage.engine import Connection, Engine, reading, snapshot, writing
from processor.storage.files.attachments import CHUNK
from processor.storage.transfer.comparing import Difference, count_rows, differences
from processor.storage.transfer.copying import Copied, copy_all
from processor.storage.transfer.files import named_files
from processor.storage.transfer.holding import alone, held, refuse_served
from processor.storage.transfer.place import finish, learn, prepare
from processor.storage.transfer.standing import (
    MoveFault,
    Standing,
    close_for_good,
    put_standing,
    reopen,
    standing_of,
)

BY_ITSELF = {"marks", "counters", "tallies", "sessions"}
"""Tables that a server writes without anybody having sent anything."""
MOST_NAMED = 5


@dataclass(frozen=True)
class Moved:
    """`live` was copied while people went on sending, `last` while nobody could, for so many seconds."""

    live: Copied
    last: Copied
    files: int
    damaged: int
    closed_seconds: float


@dataclass
class Files:
    """By id: those that are what their row says, and those that are lost or changed."""

    whole: set[str]
    damaged: set[str]


def carry_out(move: Move, despite_damage: bool = False) -> Moved:
    """May be interrupted at any moment and begun again. Raises MoveFault, Unavailable: the source serves as before, or
    tells where it has gone."""
    with alone(move.folder):
        standing = plan_of(move).standing or begun(move)
        prepare(move.target, replace(standing, role="target", other=move.names[0], done_at=None))
        live, files = copied_live(move)
        if not despite_damage:
            refuse_damaged(move, files)
        began = time.monotonic()
        with held(move.source) if standing.done_at is None else snapshot(move.source) as connection:
            last = brought_in_step(move, connection, files, despite_damage)
            if standing.done_at is None:
                standing = replace(standing, done_at=move.clock().isoformat())
                put_standing(connection, standing)
                close_for_good(connection)
        with writing(move.target) as connection:
            put_standing(connection, replace(standing, role="target", other=move.names[0]))
        return Moved(live, last, len(files.whole), len(files.damaged), time.monotonic() - began)


def begun(move: Move) -> Standing:
    standing = Standing(secrets.token_hex(8), "source", move.names[1], move.clock().isoformat())
    with writing(move.source) as connection:
        put_standing(connection, standing)
    return standing


def copied_live(move: Move) -> tuple[Copied, Files]:
    with snapshot(move.source) as connection:
        move.watch.begin("Đang chép, trang vẫn nhận", sum(count_rows(connection).values()))
        live = copy_all(connection, move.target, move.watch.step)
        learn(move.target)
        named = list(named_files(connection))
    return live, read_again(move, named, Files(set(), set()))


def brought_in_step(move: Move, connection: Connection, files: Files, despite_damage: bool) -> Copied:
    """With nobody writing: what came meanwhile goes over, and every row of both sides is compared."""
    move.watch.begin("Tạm ngừng nhận, đang so từng dòng", sum(count_rows(connection).values()))
    last = copy_all(connection, move.target, move.watch.step, check=True)
    named = list(named_files(connection))
    known = files.whole | files.damaged
    read_again(move, [file for file in named if file.id not in known], files)
    files.damaged &= {file.id for file in named}
    if files.damaged and not despite_damage:
        raise damage(files)
    finish(connection, move.target)
    return last


def read_again(move: Move, named: Iterable[NamedFile], files: Files) -> Files:
    wanted = list(named)
    move.watch.begin("Đang đọc lại tệp", len(wanted))
    for file in wanted:
        (files.whole if is_whole(move, file) else files.damaged).add(file.id)
        move.watch.step(1)
    return files


def is_whole(move: Move, file: NamedFile) -> bool:
    hashed, size = hashlib.sha256(), 0
    try:
        with move.store.open(file.id) as opened:
            while block := opened.read(CHUNK):
                hashed.update(block)
                size += len(block)
    except (OSError, HotroError):
        return False
    return (size, hashed.hexdigest()) == (file.size, file.sha256)


def refuse_damaged(move: Move, files: Files) -> None:
    """A file that went with its row meanwhile is none."""
    if files.damaged:
        with reading(move.source) as connection:
            files.damaged &= {file.id for file in named_files(connection)}
    if files.damaged:
        raise damage(files)


def damage(files: Files) -> MoveFault:
    named = ", ".join(sorted(files.damaged)[:MOST_NAMED])
    return MoveFault(
        f"{len(files.damaged)} tệp đã mất hoặc khác SHA-256 đã ghi ({named}). Chưa chuyển; nơi cũ vẫn phục vụ. "
        "Xem hotro verify; vẫn muốn chuyển thì thêm --despite-damage."
    )


def compared(move: Move) -> list[Difference]:
    """Every row of both sides, nothing is written. What servers write by themselves is told too."""
    with snapshot(move.source) as connection:
        move.watch.begin("Đang so từng dòng", sum(count_rows(connection).values()))
        return list(differences(connection, move.target, move.watch.step))


def take_back(move: Move) -> None:
    """The source serves again and the target does not. Raises MoveFault when anybody has worked with the target."""
    with alone(move.folder):
        refuse_unmoved(move.source)
        refuse_served(move.target)
        newer = [one for one in compared(move) if one.table not in BY_ITSELF]
        if newer:
            tables = ", ".join(sorted({one.table for one in newer})[:MOST_NAMED])
            raise MoveFault(
                f"Nơi mới đã có việc mới: {len(newer)} dòng khác ({tables}). Mở lại nơi cũ thì mất chúng. "
                "Chuyển ngược cả dữ liệu: xem “Quay lại” ở trang Chuyển sang PostgreSQL."
            )
        with writing(move.target) as connection:
            there = standing_of(connection)
            if there:
                put_standing(connection, replace(there, done_at=None))
        reopen(move.source)


def open_again(source: Engine, folder: Path) -> None:
    """The target is lost, and with it whatever came after the move. Raises MoveFault."""
    with alone(folder):
        refuse_unmoved(source)
        reopen(source)


def refuse_unmoved(source: Engine) -> None:
    with reading(source) as connection:
        standing = standing_of(connection)
    if standing is None or standing.role != "source":
        raise MoveFault("Cơ sở dữ liệu này chưa chuyển đi đâu.")
