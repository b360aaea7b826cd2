"""Backups of an installation whose files lie in an object store are like any other; the store itself may fail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from processor.services.backup.restoring import Wanted, restore
from processor.services.moving import Places, move
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.settings import Settings
from processor.storage.backup.vault import Vault
from processor.storage.files.attachments import StoreDown
from processor.storage.files.journal import opened_journal
from processor.wiring import store_at, wire
from tests.backups import KeyPair, backed_up, contents_of, files_in, files_of
from tests.desk import a_dossier
from tests.object_storage import ObjectServer


@pytest.fixture
def settings(tmp_path: Path, object_server: ObjectServer, bucket_url: str) -> Settings:
    given: dict[str, Any] = {"attachments_url": bucket_url, **object_server.settings}
    return Settings(clamd_url="none", data=tmp_path / "var", **given)


@pytest.fixture
def wired(settings: Settings) -> Iterator[Wired]:
    yield from opened(settings)


def opened(settings: Settings) -> Iterator[Wired]:
    parts = wire(settings)
    yield parts
    parts.writer.thread.shutdown()
    parts.engine.dispose()


def in_folder(folder: Path, url: str) -> Wired:
    return wire(Settings(clamd_url="none", data=folder, database_url=url))


def test_only_what_is_new_is_fetched_and_a_restored_folder_goes_to_a_bucket_again(
    wired: Wired, vault: Vault, key: KeyPair, tmp_path: Path, settings: Settings, object_server: ObjectServer
) -> None:
    for _ in range(2):
        a_dossier(wired)
    first, second = backed_up(wired, vault, key), backed_up(wired, vault, key)
    before = files_of(wired)

    restored = restore(Wanted(vault.folder, key.opener), tmp_path / "new", in_folder)
    again = {"data": tmp_path / "new", "attachments_from": f"file:{tmp_path / 'new' / 'attachments'}"}
    (parts,) = [*opened_once(settings.model_copy(update={**again, "attachments_url": object_server.fresh()}), before)]

    assert files_in(vault, key) == before
    names = {stored.name for stored in first.manifest.objects}
    assert {file.object for file in contents_of(vault, key).files} <= names and second.manifest.files == len(before)
    assert (restored.problems, restored.lost) == ([], [])
    assert parts == ([], len(before), len(before))


def opened_once(settings: Settings, before: dict[str, bytes]) -> Iterator[tuple[list[str], int, int]]:
    """Serving from the folder at first: its problems, how many files were carried, how many the bucket then has."""
    for parts in opened(settings):
        assert files_of(parts) == before
        source, target = (store_at(parts, str(url)) for url in (settings.attachments_from, settings.attachments_url))
        with opened_journal(settings.data, settings.attachments) as journal:
            carried = move(parts, Places(source, target, remove=True), journal)
        yield verify(parts).problems, carried.moved, len(list(target.ids()))


def test_a_store_that_is_down_makes_no_backup_without_files(
    wired: Wired, vault: Vault, key: KeyPair, object_server: ObjectServer
) -> None:
    a_dossier(wired)

    with object_server.down(), pytest.raises(StoreDown):
        backed_up(wired, vault, key)
    unfinished = vault.survey()
    made = backed_up(wired, vault, key)

    assert (unfinished.complete, made.lost, made.manifest.lost) == ([], (), 0)
    assert files_in(vault, key) == files_of(wired)
