"""One backup: the database of one moment first, then the files it names, then the manifest that makes it one.

Files never change, so each is stored once. A draft that goes while its files are copied takes them along: then the
database is taken again, which is quick, because what was copied stays.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from processor import __version__
from processor.domain.access.credentials import derived
from processor.domain.backup import BackupFault, Contents, KeptFile, Manifest, Previous, StoredObject
from processor.domain.files import MB, size_words
from processor.services.backup.age import backup_age, remember_backup
from processor.services.parts import Wired
from processor.services.proof.signing import published_keys
from processor.storage.backup.sealing import Sealer
from processor.storage.backup.snapshots import NamedFile, Taken, snapshot_bytes, take_snapshot
from processor.storage.backup.vault import Vault, disk_named, held_folder
from processor.storage.engine import writing
from processor.storage.files.disk import free_bytes

PIECE = MB
"""Of a database; small enough that what did not change between two backups is stored once."""
SNAPSHOTS = 5

Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """`added` bytes were written; `lost` are ids of files that the server itself has lost or found changed."""

    manifest: Manifest
    added: int
    lost: tuple[str, ...]


@dataclass
class Store:
    """What is put into the vault; each object once."""

    vault: Vault
    sealer: Sealer
    recipients: Sequence[str]
    server_key: bytes
    known: dict[str, StoredObject]
    objects: dict[str, StoredObject] = field(default_factory=dict)
    added: int = 0

    def name_of(self, sha256: str) -> str:
        """Tells nothing of the content to whoever keeps the backups; other keys make other objects."""
        return derived(self.server_key, "backup", "\0".join((*self.recipients, sha256))).hex()

    def has(self, name: str) -> bool:
        if name not in self.objects and (there := self.vault.has(name, self.known.get(name))):
            self.objects[name] = there
        return name in self.objects

    def keep(self, data: bytes, sha256: str) -> str:
        name = self.name_of(sha256)
        if not self.has(name):
            self.objects[name] = self.vault.put(name, self.sealer.sealed(data))
            self.added += self.objects[name].size
        return name


def no_step(done: int, total: int) -> None: ...


def make_backup(
    wired: Wired, folder: Path, recipients: Sequence[str], step: Step = no_step, new_place: bool = False
) -> Made:
    """`step(done, total)` counts files. Raises BackupFault; what was stored until then serves the next one.

    `new_place` lets a server that was backed up before begin in an empty folder: mostly a disk was not mounted.
    """
    keys = tuple(sorted(set(recipients)))
    if not keys:
        raise BackupFault("Chưa có khóa công khai. Đặt HOTRO_BACKUP_RECIPIENTS hoặc dùng --recipient.")
    sealer, vault = Sealer(keys), Vault(folder)
    refuse_own_data(wired, folder)
    if not new_place:
        refuse_unmounted(wired, vault)
    with disk_named(folder):
        vault.prepare()
        with vault.held(), work_folder(wired) as aside:
            earlier = cleared(vault)
            store = Store(vault, sealer, keys, wired.server_key, known_objects(earlier))
            made = finished(wired, store, aside, earlier, step)
    with writing(wired.engine) as connection:
        remember_backup(connection, made.manifest.taken_at)
    return made


def cleared(vault: Vault) -> list[Manifest]:
    """The backups that are whole; what is none is taken away, its objects stay."""
    found = vault.survey()
    for sequence in found.useless:
        vault.forget(sequence)
    return found.complete


def finished(wired: Wired, store: Store, aside: Path, earlier: Sequence[Manifest], step: Step) -> Made:
    vault = store.vault
    sequence = max((one.sequence for one in earlier), default=0) + 1
    vault.begin(sequence)
    published_keys(wired)  # made before the snapshot, so that receipts shown after it verify after a restore
    taken_at = wired.clock().replace(microsecond=0)
    taken, contents = gathered(wired, store, aside / "database", step)
    last = earlier[-1] if earlier else None
    manifest = Manifest(
        sequence=sequence,
        taken_at=taken_at,
        program=__version__,
        schema=taken.schema,
        database=taken.database,
        dossiers=taken.dossiers,
        files=len(contents.files),
        bytes=contents.database_size + sum(file.size for file in contents.files),
        lost=len(contents.lost),
        recipients=tuple(store.recipients),
        previous=Previous(last.sequence, last.sha256) if last else None,
        contents=vault.put_contents(sequence, store.sealer.sealed(contents.to_bytes())),
        objects=tuple(store.objects[name] for name in sorted(named_in(contents))),
    )
    vault.finish(manifest)
    return Made(manifest, store.added, contents.lost)


def gathered(wired: Wired, store: Store, place: Path, step: Step) -> tuple[Taken, Contents]:
    """A file that is gone although a later snapshot still names it is lost; any other went with its row."""
    gone: set[str] = set()
    for _ in range(SNAPSHOTS):
        place.unlink(missing_ok=True)
        taken = take_snapshot(wired.engine, place)
        size, sha256, pieces = kept_database(store, place)
        files = kept_files(wired, store, taken.files, step)
        lost = {file.id for file in taken.files} - {file.id for file in files}
        if lost <= gone:
            break
        gone = lost
    return taken, Contents(wired.server_key.hex(), size, sha256, pieces, tuple(files), tuple(sorted(lost)))


def kept_database(store: Store, place: Path) -> tuple[int, str, tuple[str, ...]]:
    """Size, SHA-256, pieces."""
    whole, size, pieces = hashlib.sha256(), 0, []
    with place.open("rb") as file:
        while data := file.read(PIECE):
            whole.update(data)
            size += len(data)
            pieces.append(store.keep(data, hashlib.sha256(data).hexdigest()))
    return size, whole.hexdigest(), tuple(pieces)


def kept_files(wired: Wired, store: Store, named: Sequence[NamedFile], step: Step) -> list[KeptFile]:
    """Without those that are not there any more, or are not what their row says."""
    kept = []
    for done, file in enumerate(named, 1):
        name = store.name_of(file.sha256)
        if store.has(name) or copied(wired, store, file):
            kept.append(KeptFile(file.id, file.size, file.sha256, name))
        step(done, len(named))
    return kept


def copied(wired: Wired, store: Store, file: NamedFile) -> bool:
    """False too where the disk cannot read it any more: the rest is worth a backup all the more."""
    try:
        with wired.store.open(file.id) as opened:
            data = opened.read()
    except OSError:
        return False
    whole = hashlib.sha256(data).hexdigest() == file.sha256
    if whole:
        store.keep(data, file.sha256)
    return whole


def known_objects(earlier: Sequence[Manifest]) -> dict[str, StoredObject]:
    return {stored.name: stored for one in earlier[-1:] for stored in one.objects}


def named_in(contents: Contents) -> set[str]:
    return {*contents.pieces, *(file.object for file in contents.files)}


def refuse_own_data(wired: Wired, folder: Path) -> None:
    if folder.resolve().is_relative_to(wired.settings.data.resolve()):
        raise BackupFault("Nơi giữ bản sao nằm trong thư mục dữ liệu. Chọn ổ hoặc máy khác.")


def refuse_unmounted(wired: Wired, vault: Vault) -> None:
    if not vault.backups.is_dir() and backup_age(wired).taken_at:
        raise BackupFault(
            f"{vault.folder} chưa có bản sao nào, mà máy chủ này đã từng sao lưu. "
            "Ổ đã gắn chưa? Đây là nơi giữ mới thì thêm --new."
        )


def refuse_without_room(wired: Wired) -> None:
    """A backup must not be what fills the disk of a running service."""
    wanted, reserve = snapshot_bytes(wired.engine), wired.settings.disk_reserve * MB
    if free_bytes(wired.settings.data) < wanted + reserve:
        raise BackupFault(
            f"Thư mục dữ liệu không đủ chỗ để chụp cơ sở dữ liệu: cần {size_words(wanted)} "
            f"ngoài {size_words(reserve)} để dành (HOTRO_DISK_RESERVE)."
        )


@contextmanager
def work_folder(wired: Wired) -> Iterator[Path]:
    """For the snapshot before it is encrypted: beside the data, never beside the backups. One at a time."""
    folder = wired.settings.data / "backup-work"
    with held_folder(wired.settings.data):
        shutil.rmtree(folder, ignore_errors=True)
        refuse_without_room(wired)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
