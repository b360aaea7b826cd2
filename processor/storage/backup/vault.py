"""The folder that holds backups: objects by name, and for each backup its contents and its manifest.

Everything is written beside, synced, renamed. A manifest comes last: where there is none, the backup is unfinished.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from processor.domain.backup import BackupFault, Manifest, StoredObject, manifest_from
from processor.storage.files.disk import sync_folder

BEGUN, CONTENTS, WHOLE = ".begun", ".age", ".json"


@dataclass(frozen=True)
class Survey:
    """What there is, oldest first. `damaged` and `unfinished` are the numbers of backups that nothing can restore."""

    complete: list[Manifest]
    damaged: list[int]
    unfinished: list[int]

    @property
    def useless(self) -> list[int]:
        return [*self.damaged, *self.unfinished]


class Vault:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.backups = folder / "backups"
        self.objects = folder / "objects"

    def prepare(self) -> None:
        for folder in (self.folder, self.backups, self.objects):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """One at a time writes. Raises BackupFault."""
        with (self.folder / "lock").open("ab") as file, locked(file.fileno(), fcntl.LOCK_EX):
            yield

    @contextlib.contextmanager
    def read(self) -> Iterator[None]:
        """Nobody prunes meanwhile; a copy on a read-only medium has nobody to fear."""
        try:
            file = (self.folder / "lock").open("rb")
        except OSError:
            yield
            return
        with file, locked(file.fileno(), fcntl.LOCK_SH):
            yield

    def has(self, name: str, known: StoredObject | None) -> StoredObject | None:
        """An object that is there already: as it was recorded, or as it is found after an interruption."""
        place = self.place(name)
        try:
            if known is None:
                return stored(name, place.read_bytes())
            return known if place.stat().st_size == known.size else None
        except FileNotFoundError:
            return None

    def put(self, name: str, sealed: bytes) -> StoredObject:
        place = self.place(name)
        if not place.parent.exists():
            place.parent.mkdir(mode=0o700)
            sync_folder(self.objects)
        write_synced(place, sealed)
        return stored(name, sealed)

    def get(self, wanted: StoredObject) -> bytes:
        return self._whole(self.place(wanted.name), wanted)

    def contents(self, manifest: Manifest) -> bytes:
        return self._whole(self._of(manifest.sequence, CONTENTS), manifest.contents)

    def _whole(self, place: Path, wanted: StoredObject) -> bytes:
        """Raises BackupFault naming what is missing, cut or changed."""
        try:
            data = place.read_bytes()
        except FileNotFoundError:
            raise BackupFault(f"Bản sao thiếu {self._named(place)}.") from None
        except OSError as error:
            raise BackupFault(f"Không đọc được {self._named(place)}: {error.strerror}.") from None
        if stored(wanted.name, data) != wanted:
            cut = "bị cắt ngắn" if len(data) < wanted.size else "đã hỏng"
            raise BackupFault(f"{self._named(place)} {cut}.")
        return data

    def begin(self, sequence: int) -> None:
        self._of(sequence, BEGUN).touch()

    def put_contents(self, sequence: int, sealed: bytes) -> StoredObject:
        write_synced(self._of(sequence, CONTENTS), sealed)
        return stored(f"{sequence:06}", sealed)

    def finish(self, manifest: Manifest) -> None:
        """From here on the backup is there."""
        write_synced(self._of(manifest.sequence, WHOLE), manifest.to_text().encode())
        self._of(manifest.sequence, BEGUN).unlink(missing_ok=True)

    def survey(self) -> "Survey":
        found = Survey([], [], [])
        for place in sorted(self.backups.glob(f"[0-9]*{WHOLE}")):
            try:
                found.complete.append(manifest_from(place.read_bytes().decode()))
            except ValueError:
                found.damaged.append(int(place.stem))
        there = {*found.damaged, *(one.sequence for one in found.complete)}
        begun = {int(place.stem) for place in self.backups.glob(f"[0-9]*{BEGUN}")}
        found.unfinished.extend(sorted(begun - there))
        return found

    def forget(self, sequence: int) -> None:
        """The manifest first: what is half removed is no backup."""
        for ending in (WHOLE, CONTENTS, BEGUN):
            self._of(sequence, ending).unlink(missing_ok=True)
            sync_folder(self.backups)

    def keep_only(self, named: set[str]) -> int:
        """Remove objects that no backup names, and halves of writes; how many bytes became free."""
        freed = 0
        for place in self.objects.glob("*/*"):
            if place.name not in named:
                freed += place.stat().st_size
                place.unlink()
        return freed

    def place(self, name: str) -> Path:
        return self.objects / name[:2] / name

    def _of(self, sequence: int, ending: str) -> Path:
        return self.backups / f"{sequence:06}{ending}"

    def named(self, name: str) -> Path:
        """An object, for people."""
        return self._named(self.place(name))

    def _named(self, place: Path) -> Path:
        return place.relative_to(self.folder)


def stored(name: str, sealed: bytes) -> StoredObject:
    return StoredObject(name, len(sealed), hashlib.sha256(sealed).hexdigest())


def write_synced(place: Path, data: bytes) -> None:
    """Whole under its name, or not at all."""
    half = place.with_name(f".{place.name}.part")
    try:
        with half.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.rename(place)
    finally:
        half.unlink(missing_ok=True)
    sync_folder(place.parent)


@contextlib.contextmanager
def locked(descriptor: int, kind: int) -> Iterator[None]:
    """Given back by the system when the process dies."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupFault("Một lần sao lưu hoặc khôi phục khác đang chạy. Đợi lần đó xong.") from None
    yield


@contextlib.contextmanager
def held_folder(folder: Path) -> Iterator[None]:
    """By itself, without a file in it. Raises BackupFault."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with locked(descriptor, fcntl.LOCK_EX):
            yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def disk_named(folder: Path) -> Iterator[None]:
    """Raises BackupFault in words."""
    try:
        yield
    except OSError as error:
        raise BackupFault(f"Không ghi được {error.filename or folder}: {error.strerror}.") from None
