"""What there is of backups, what of it is whole, what goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from processor.domain.backup import BackupFault, Manifest, named_objects, outdated
from processor.storage.backup.vault import Survey, Vault

T = TypeVar("T")


def list_backups(folder: Path) -> Survey:
    vault = Vault(folder)
    if not vault.backups.is_dir():
        raise BackupFault(f"{folder} không có bản sao nào. Kiểm tra đường dẫn, và ổ đã gắn chưa.")
    return vault.survey()


@dataclass(frozen=True)
class Pruned:
    gone: list[Manifest]
    kept: int
    freed: int


def prune(folder: Path, now: datetime, keep_days: int) -> Pruned:
    """Also what is damaged or was interrupted. The last complete backup stays, however old."""
    list_backups(folder)
    vault = Vault(folder)
    with vault.held():
        found = vault.survey()
        gone = outdated(found.complete, now, keep_days)
        for sequence in [*(one.sequence for one in gone), *found.useless]:
            vault.forget(sequence)
        kept = vault.survey().complete
        freed = vault.keep_only(named_objects(kept)) if kept else 0
    return Pruned(gone, len(kept), freed)


def damages(folder: Path, step: Callable[[int, int], None] = lambda done, total: None) -> list[str]:
    """Reads every byte of every backup, without the secret key: what is missing, cut or changed, in words."""
    list_backups(folder)
    vault = Vault(folder)
    with vault.read():
        found = vault.survey()
        wanted = {stored.name: stored for one in found.complete for stored in one.objects}
        said = [f"Bản sao số {sequence} đã hỏng." for sequence in found.damaged]
        said += [fault for one in found.complete for fault in faults(vault.contents, one)]
        for done, stored in enumerate(wanted.values(), 1):
            said += faults(vault.get, stored)
            step(done, len(wanted))
    return said


def faults(read: Callable[[T], bytes], wanted: T) -> list[str]:
    try:
        read(wanted)
    except BackupFault as fault:
        return [str(fault)]
    return []
