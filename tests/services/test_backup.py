"""A backup holds one moment of the database and every file it names; nothing half is ever taken for a backup."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from processor.domain.backup import BackupFault
from processor.services.backup.age import BackupAge, backup_age
from processor.services.backup.keeping import damages, list_backups, prune
from processor.services.backup.making import make_backup
from processor.services.parts import Wired
from processor.settings import ROOT
from processor.storage.backup.vault import Vault
from processor.storage.engine import reading, writing
from tests.backups import (
    KeyPair,
    Watched,
    a_key,
    backed_up,
    contents_of,
    database_in,
    every_file,
    files_in,
    files_of,
    halves,
    with_store,
)
from tests.desk import DeskClock, a_dossier


def test_it_holds_the_database_every_file_and_the_key_of_the_server(
    either_desk: Wired, vault: Vault, key: KeyPair
) -> None:
    a_dossier(either_desk)

    made = backed_up(either_desk, vault, key)

    assert files_in(vault, key) == files_of(either_desk)
    assert database_in(vault, key)[:5] in (b"SQLit", b"PGDMP")
    assert contents_of(vault, key).server_key == either_desk.server_key.hex()
    assert (made.manifest.dossiers, made.manifest.files) == (1, len(files_of(either_desk)))
    assert damages(vault.folder) == []


def test_nothing_on_the_disk_of_the_backup_can_be_read(desk: Wired, vault: Vault, key: KeyPair) -> None:
    a_dossier(desk)

    backed_up(desk, vault, key)

    stored = b"".join(place.read_bytes() for place in every_file(vault.folder))
    names = " ".join(place.name for place in every_file(vault.folder))
    assert not any(clear in stored for clear in (b"SQLite format", b"%PDF", b"CREATE TABLE"))
    with reading(desk.engine) as connection:
        hashes = connection.execute(text("SELECT sha256 FROM attachments")).scalars().all()
    assert hashes and not any(one in names or one.encode() in stored for one in hashes)


def test_the_work_of_the_snapshot_leaves_nothing_in_the_data_folder(desk: Wired, vault: Vault, key: KeyPair) -> None:
    before = every_file(desk.settings.data)

    backed_up(desk, vault, key)

    assert every_file(desk.settings.data) == before


def test_what_is_stored_is_not_copied_again(desk: Wired, vault: Vault, key: KeyPair) -> None:
    a_dossier(desk)
    first = backed_up(desk, vault, key)
    stored = {file.id for file in contents_of(vault, key).files}
    store = Watched(desk)

    a_dossier(desk)
    second = backed_up(with_store(desk, store), vault, key)

    ids = {file.id for file in contents_of(vault, key).files}
    assert (first.manifest.sequence, second.manifest.sequence) == (1, 2)
    assert second.manifest.previous and second.manifest.previous.sha256 == first.manifest.sha256
    assert len(ids) == second.manifest.files == 2 * first.manifest.files
    assert not stored & set(store.opened)


def test_a_stored_file_that_was_cut_short_is_copied_again(desk: Wired, vault: Vault, key: KeyPair) -> None:
    a_dossier(desk)
    backed_up(desk, vault, key)
    cut = vault.place(contents_of(vault, key).files[0].object)
    cut.write_bytes(cut.read_bytes()[:-1])

    backed_up(desk, vault, key)

    assert damages(vault.folder) == []


def test_another_key_finds_everything_encrypted_to_it(desk: Wired, vault: Vault, key: KeyPair, tmp_path: Path) -> None:
    a_dossier(desk)
    backed_up(desk, vault, key)
    second = a_key(tmp_path, "hai.txt")

    backed_up(desk, vault, key, second)

    assert files_in(vault, second) == files_in(vault, key) == files_of(desk)


class DraftsGo(Watched):
    """A file goes with its row just before it would be copied, as when its draft lapses."""

    def __init__(self, wired: Wired) -> None:
        super().__init__(wired)
        self.wired = wired

    def before(self, attachment_id: str) -> None:
        if len(self.opened) == 1:
            with writing(self.wired.engine) as connection:
                connection.execute(text("DELETE FROM attachments WHERE id = :id"), {"id": attachment_id})
            self.wired.store.remove(attachment_id)


def test_a_file_that_goes_with_its_row_meanwhile_is_not_missed(desk: Wired, vault: Vault, key: KeyPair) -> None:
    a_dossier(desk)

    made = backed_up(with_store(desk, DraftsGo(desk)), vault, key)

    assert made.lost == ()
    assert files_in(vault, key) == files_of(desk)
    assert made.manifest.files == len(files_of(desk))


@pytest.mark.parametrize("damage", [Path.unlink, lambda place: place.write_bytes(b"khac")])
def test_a_file_that_the_server_itself_has_lost_is_told_and_the_rest_is_kept(
    damage: object, desk: Wired, vault: Vault, key: KeyPair
) -> None:
    a_dossier(desk)
    place = next((desk.settings.data / "attachments").glob("[0-9]*/*"))
    assert callable(damage)
    damage(place)

    made = backed_up(desk, vault, key)

    assert made.lost == (place.name,)
    assert made.manifest.lost == 1
    assert place.name not in files_in(vault, key)


class CutOff(Watched):
    def before(self, attachment_id: str) -> None:
        if len(self.opened) == 2:
            raise RuntimeError("as if the machine went off")


def test_an_interrupted_backup_is_named_as_such_and_the_next_one_goes_on_from_it(
    desk: Wired, vault: Vault, key: KeyPair
) -> None:
    a_dossier(desk)
    with pytest.raises(RuntimeError):
        backed_up(with_store(desk, CutOff(desk)), vault, key)
    halfway = list_backups(vault.folder)
    store = Watched(desk)

    made = backed_up(with_store(desk, store), vault, key)

    assert (halfway.complete, halfway.unfinished) == ([], [1])
    assert list_backups(vault.folder).unfinished == []
    assert len(store.opened) == made.manifest.files - 1
    assert files_in(vault, key) == files_of(desk)


def test_a_damaged_manifest_is_no_backup_and_hinders_none(desk: Wired, vault: Vault, key: KeyPair) -> None:
    backed_up(desk, vault, key)
    place = vault.backups / "000001.json"
    place.write_text(place.read_text().replace('"dossiers":0', '"dossiers":1'))
    found = list_backups(vault.folder)
    told = damages(vault.folder)

    backed_up(desk, vault, key)

    assert (found.complete, found.damaged) == ([], [1])
    assert told == ["Bản sao số 1 đã hỏng."]
    assert [one.sequence for one in list_backups(vault.folder).complete] == [1]


def test_the_moment_of_the_last_backup_is_kept_in_the_database(either_desk: Wired, vault: Vault, key: KeyPair) -> None:
    backed_up(either_desk, vault, key)
    made = backed_up(either_desk, vault, key)

    assert backup_age(either_desk) == BackupAge(made.manifest.taken_at, late=False)


def test_what_is_too_old_goes_with_its_objects_and_the_last_stays(
    desk: Wired, vault: Vault, key: KeyPair, desk_clock: DeskClock
) -> None:
    backed_up(desk, vault, key)
    desk_clock.move(days=40)
    a_dossier(desk)
    backed_up(desk, vault, key)
    desk_clock.move(days=40)

    pruned = prune(vault.folder, desk_clock(), keep_days=30)

    assert [one.sequence for one in pruned.gone] == [1]
    assert (pruned.kept, pruned.freed > 0) == (1, True)
    assert files_in(vault, key) == files_of(desk)
    assert damages(vault.folder) == []


HOLD = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(place: Path) -> Iterator[None]:
    """By another process."""
    command = [sys.executable, "-c", HOLD, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline()
        yield
        other.kill()


def test_two_at_once_are_refused(desk: Wired, vault: Vault, key: KeyPair, tmp_path: Path) -> None:
    backed_up(desk, vault, key)

    with held(vault.folder / "lock"):
        with pytest.raises(BackupFault, match="đang chạy"):
            backed_up(desk, vault, key)
        with pytest.raises(BackupFault, match="đang chạy"):
            prune(vault.folder, desk.clock(), 30)
    with held(desk.settings.data), pytest.raises(BackupFault, match="đang chạy"):
        make_backup(desk, tmp_path / "elsewhere", [key.public], new_place=True)

    assert backed_up(desk, vault, key).manifest.sequence == 2


@pytest.mark.parametrize("keys", [(), ("age1khongphai",)])
def test_without_a_sound_public_key_nothing_is_written(keys: tuple[str, ...], desk: Wired, vault: Vault) -> None:
    with pytest.raises(BackupFault, match="hóa công khai"):
        backed_up(desk, vault, *(KeyPair(key, vault.folder) for key in keys))

    assert not vault.folder.exists()


def test_the_data_folder_is_no_place_for_backups(desk: Wired, key: KeyPair) -> None:
    with pytest.raises(BackupFault, match="Chọn ổ hoặc máy khác"):
        backed_up(desk, Vault(desk.settings.data / "sao-luu"), key)


def test_an_empty_folder_after_earlier_backups_is_taken_for_a_disk_that_is_not_mounted(
    desk: Wired, vault: Vault, key: KeyPair, tmp_path: Path
) -> None:
    backed_up(desk, vault, key)
    elsewhere = Vault(tmp_path / "elsewhere")

    with pytest.raises(BackupFault, match="Ổ đã gắn chưa"):
        backed_up(desk, elsewhere, key)

    assert not elsewhere.folder.exists()
    assert make_backup(desk, elsewhere.folder, [key.public], new_place=True).manifest.sequence == 1


def test_a_snapshot_does_not_fill_the_disk_of_the_server(either_desk: Wired, vault: Vault, key: KeyPair) -> None:
    terabytes = either_desk.settings.model_copy(update={"disk_reserve": 10**9})

    with pytest.raises(BackupFault, match="không đủ chỗ"):
        backed_up(replace(either_desk, settings=terabytes), vault, key)

    assert vault.survey().complete == []
    assert backed_up(either_desk, vault, key).manifest.sequence == 1


def test_a_full_disk_is_named_and_nothing_half_is_left(desk: Wired, tiny_disk: Path, key: KeyPair) -> None:
    (tiny_disk / "day").write_bytes(bytes(1_030_000))

    with pytest.raises(BackupFault, match="No space left"):
        backed_up(desk, Vault(tiny_disk / "sao-luu"), key)

    assert list(halves(Vault(tiny_disk))) == []
    assert Vault(tiny_disk / "sao-luu").survey().complete == []


BACKUP = (sys.executable, "-c", "from processor.cli import main; main()", "backup", "run")


def seen(pattern: str, number: int = 1) -> Callable[[Vault], bool]:
    return lambda vault: sum(1 for _ in vault.folder.rglob(pattern)) >= number


MOMENTS = {
    "begun": seen("*.begun"),
    "some objects": seen("objects/*/*", 3),
    "contents being written": seen("backups/*.age*"),
    "manifest being written": seen("backups/*.json*"),
}
EACH = [pytest.param(one, marks=pytest.mark.long) if one == "begun" else one for one in MOMENTS]


@pytest.mark.parametrize("moment", EACH)
def test_kill_at_any_moment_leaves_no_half_backup_that_looks_whole(
    moment: str, desk: Wired, vault: Vault, key: KeyPair
) -> None:
    a_dossier(desk)
    environment = {**os.environ, "HOTRO_DATA": str(desk.settings.data), "HOTRO_DATABASE_URL": str(desk.engine.url)}
    command = [*BACKUP, str(vault.folder), "--recipient", key.public]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        while process.poll() is None and not MOMENTS[moment](vault):
            pass
        process.kill()
    killed = list_backups(vault.folder)
    damaged = damages(vault.folder)

    made = backed_up(desk, vault, key)

    assert damaged == [] and len(killed.complete) + len(killed.unfinished) == 1
    assert list_backups(vault.folder).useless == []
    assert files_in(vault, key) == files_of(desk)
    assert made.manifest.sequence == len(killed.complete) + 1
    assert not (desk.settings.data / "backup-work").exists()
