"""What lies encrypted on the server's disk is backed up and restored too; its key is needed and does not come along."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from processor.services.backup.restoring import OpenParts, Wanted, restore
from processor.services.parts import Wired
from processor.settings import Settings
from processor.storage.at_rest.key import AtRestFault, make_key_file
from processor.storage.backup.vault import Vault
from processor.wiring import wire
from tests.backups import KeyPair, backed_up, every_file, files_in, files_of
from tests.desk import a_dossier


@contextmanager
def opened(settings: Settings) -> Iterator[Wired]:
    parts = wire(settings)
    yield parts
    parts.writer.thread.shutdown()
    parts.engine.dispose()


@pytest.fixture
def data_key(tmp_path: Path) -> Path:
    make_key_file(tmp_path / "khoa-du-lieu")
    return tmp_path / "khoa-du-lieu"


@pytest.fixture
def encrypted(tmp_path: Path, data_key: Path) -> Iterator[Wired]:
    with opened(Settings(clamd_url="none", data=tmp_path / "var", at_rest_key=data_key)) as parts:
        a_dossier(parts)
        yield parts


def parts_with(data_key: Path | None) -> OpenParts:
    return lambda folder, url: wire(Settings(clamd_url="none", data=folder, database_url=url, at_rest_key=data_key))


def test_it_is_restored_with_the_key_of_the_data(
    encrypted: Wired, data_key: Path, vault: Vault, key: KeyPair, tmp_path: Path
) -> None:
    made = backed_up(encrypted, vault, key)

    restored = restore(Wanted(vault.folder, key.opener), tmp_path / "new", parts_with(data_key))

    assert (made.lost, restored.problems) == ((), [])
    with opened(Settings(clamd_url="none", data=tmp_path / "new", at_rest_key=data_key)) as parts:
        assert files_of(parts) == files_of(encrypted) == files_in(vault, key)
    assert not any(b"%PDF" in place.read_bytes() for place in every_file(tmp_path / "new"))


def test_without_the_key_of_the_data_nothing_is_put_in_place(
    encrypted: Wired, vault: Vault, key: KeyPair, tmp_path: Path
) -> None:
    backed_up(encrypted, vault, key)

    with pytest.raises(AtRestFault, match="HOTRO_AT_REST_KEY"):
        restore(Wanted(vault.folder, key.opener), tmp_path / "new", parts_with(None))

    assert not (tmp_path / "new").exists()


def test_a_file_that_cannot_be_decrypted_any_more_is_told_and_the_rest_is_kept(
    encrypted: Wired, vault: Vault, key: KeyPair
) -> None:
    hurt = next((encrypted.settings.data / "attachments").glob("[0-9]*/*"))
    os.truncate(hurt, hurt.stat().st_size - 1)

    made = backed_up(encrypted, vault, key)

    assert made.lost == (hurt.name,)
    assert made.manifest.files == len(every_file(hurt.parent)) - 1
