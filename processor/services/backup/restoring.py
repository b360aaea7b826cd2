"""A backup becomes an installation again: built beside, checked whole, then renamed into its place."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from processor.domain.backup import BackupFault, Contents, Manifest, StoredObject, contents_from
from processor.domain.vietnamese import VIETNAM, end_of_day
from processor.services.backup.keeping import list_backups
from processor.services.parts import Wired
from processor.services.proof.verification import Verified, verify
from processor.storage.backup.restored import empty_database, forget_what_passed, put_database, refuse_wrong_database
from processor.storage.backup.sealing import Opener
from processor.storage.backup.vault import Vault, disk_named
from processor.storage.engine import writing
from processor.storage.files.disk import sync_file, sync_folder

Step = Callable[[int, int], None]
OpenParts = Callable[[Path, str], Wired]
"""The parts on a data folder and the address of a database, brought to the newest schema."""


def no_step(done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Wanted:
    """`at` is a number, a day or a moment; `database_url` an empty PostgreSQL. `despite_damage` puts what is whole in
    its place although files are missing."""

    source: Path
    opener: Opener
    at: str = ""
    database_url: str | None = None
    despite_damage: bool = False


@dataclass(frozen=True)
class Restored:
    """`problems` are names of what is missing or changed; `lost` what the server had lost already."""

    manifest: Manifest
    verified: Verified
    problems: list[str]
    lost: list[str]


@dataclass
class Opened:
    """One backup, with the key that opens it."""

    vault: Vault
    opener: Opener
    manifest: Manifest
    contents: Contents
    objects: dict[str, StoredObject] = field(init=False)

    def __post_init__(self) -> None:
        self.objects = {stored.name: stored for stored in self.manifest.objects}

    def read(self, name: str) -> bytes:
        """Raises BackupFault naming the object."""
        if name not in self.objects:
            raise BackupFault(f"Danh mục của bản sao số {self.manifest.sequence} không có {name}.")
        try:
            return self.opener.opened(self.vault.get(self.objects[name]))
        except ValueError:
            raise BackupFault(f"{self.vault.named(name)} không mở được bằng khóa này.") from None


def restore(wanted: Wanted, folder: Path, open_parts: OpenParts, step: Step = no_step) -> Restored:
    """Into `folder`, which is not there yet or empty. With problems, or BackupFault, `folder` is as it was."""
    refuse_filled(folder)
    with built_beside(wanted, folder, open_parts, step) as (aside, restored):
        if wanted.despite_damage or not restored.problems:
            put_in_place(aside, folder)
    return restored


def check(wanted: Wanted, scratch: Path, open_parts: OpenParts, step: Step = no_step) -> Restored:
    """The same, and nothing stays."""
    with built_beside(wanted, scratch, open_parts, step) as (_, restored):
        return restored


@contextmanager
def built_beside(wanted: Wanted, folder: Path, open_parts: OpenParts, step: Step) -> Iterator[tuple[Path, Restored]]:
    """The whole of it in a folder beside, gone again with its database unless it was renamed."""
    aside = folder.with_name(f".{folder.name}.restoring")
    vault = Vault(wanted.source)
    with disk_named(folder), vault.read():
        backup = opened_backup(vault, wanted)
        refuse_wrong_database(backup.manifest.database, wanted.database_url)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700, parents=True)
        try:
            yield aside, built(backup, aside, wanted, open_parts, step)
        finally:
            if aside.exists():
                shutil.rmtree(aside)
                if wanted.database_url:
                    empty_database(wanted.database_url)


def opened_backup(vault: Vault, wanted: Wanted) -> Opened:
    manifest = chosen(list_backups(vault.folder).complete, wanted.at)
    sealed = vault.contents(manifest)
    if not set(wanted.opener.public) & set(manifest.recipients):
        held, needed = ", ".join(wanted.opener.public), " hoặc ".join(manifest.recipients)
        raise BackupFault(f"Khóa bí mật này là của {held}; bản sao số {manifest.sequence} cần khóa của {needed}.")
    try:
        contents = contents_from(wanted.opener.opened(sealed))
    except ValueError:
        raise BackupFault(f"Phần mã hóa của bản sao số {manifest.sequence} không mở được bằng khóa này.") from None
    return Opened(vault, wanted.opener, manifest, contents)


def chosen(complete: list[Manifest], at: str) -> Manifest:
    """The last one, that of a number, or the last one made until then."""
    until = complete
    if at.isdecimal() and len(at) <= 6:
        until = [one for one in complete if one.sequence == int(at)]
    elif at:
        last = moment_of(at)
        until = [one for one in complete if one.taken_at <= last]
    if not until:
        raise BackupFault(
            f"Không có bản sao trọn vẹn nào{f' ứng với “{at[:40]}”' if at else ''}. Xem hotro backup list."
        )
    return until[-1]


def moment_of(at: str) -> datetime:
    """A day means its end, and a time without zone that of Viet Nam."""
    try:
        if len(at) == 10:
            return end_of_day(date.fromisoformat(at))
        when = datetime.fromisoformat(at)
    except ValueError:
        raise BackupFault(f"“{at[:40]}” không phải số bản sao, ngày (2027-01-31) hay lúc (2027-01-31T08:00).") from None
    return when if when.tzinfo else when.replace(tzinfo=VIETNAM)


def built(backup: Opened, aside: Path, wanted: Wanted, open_parts: OpenParts, step: Step) -> Restored:
    put_key(aside, bytes.fromhex(backup.contents.server_key))
    put_dump(backup, aside / "dump")
    parts = open_parts(aside, put_database(aside / "dump", aside, wanted.database_url))
    try:
        return tried(backup, parts, step)
    finally:
        parts.writer.thread.shutdown()
        parts.engine.dispose()


def tried(backup: Opened, parts: Wired, step: Step) -> Restored:
    unread = put_files(backup, parts, step)
    with writing(parts.engine) as connection:
        forget_what_passed(connection)
    verified = verify(parts)
    lost = [f"tệp {one} đã mất trên máy chủ trước khi sao lưu" for one in backup.contents.lost]
    unexplained = [told for told in verified.problems if not any(one in told for one in backup.contents.lost)]
    return Restored(backup.manifest, verified, [*unread, *unexplained], lost)


def put_key(aside: Path, key: bytes) -> None:
    place = aside / "server.key"
    place.touch(mode=0o600)
    place.write_bytes(key)
    sync_file(place)


def put_dump(backup: Opened, place: Path) -> None:
    """Without the whole database there is nothing to restore."""
    whole = hashlib.sha256()
    with place.open("wb") as file:
        for name in backup.contents.pieces:
            data = backup.read(name)
            whole.update(data)
            file.write(data)
    if whole.hexdigest() != backup.contents.database_sha256:
        raise BackupFault(f"Cơ sở dữ liệu trong bản sao số {backup.manifest.sequence} đã hỏng.")


def put_files(backup: Opened, parts: Wired, step: Step) -> list[str]:
    """What could not be brought back, in words."""
    problems = []
    for done, file in enumerate(backup.contents.files, 1):
        try:
            data = backup.read(file.object)
            incoming = parts.store.receive(file.id)
            incoming.write(data, len(data))
            parts.store.keep([incoming])
        except BackupFault as fault:
            problems.append(f"{fault} (tệp {file.id})")
        step(done, len(backup.contents.files))
    return problems


def refuse_filled(folder: Path) -> None:
    if folder.is_mount():
        raise BackupFault(f"{folder} là gốc của một ổ. Chọn một thư mục trong đó.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupFault(f"{folder} không trống. Chỉ khôi phục vào chỗ trống.")


def put_in_place(aside: Path, folder: Path) -> None:
    sync_folder(aside)
    aside.rename(folder)
    sync_folder(folder.parent)
