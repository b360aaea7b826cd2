"""Backups that tests make: a key pair, an installation with dossiers, and what a backup holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from processor.domain.backup import Contents, contents_from
from processor.services.backup.making import Made, make_backup
from processor.services.parts import Wired
from processor.storage.backup.sealing import Opener, make_key, opener_in
from processor.storage.backup.vault import Vault
from tests.factories import NOW


@dataclass(frozen=True)
class KeyPair:
    """`secret` is the file."""

    public: str
    secret: Path

    @property
    def opener(self) -> Opener:
        return opener_in(self.secret)


def a_key(folder: Path, name: str = "khoa.txt") -> KeyPair:
    return KeyPair(make_key(folder / name, NOW), folder / name)


@pytest.fixture
def key(tmp_path: Path) -> KeyPair:
    return a_key(tmp_path)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "backups")


def backed_up(wired: Wired, vault: Vault, *keys: KeyPair) -> Made:
    return make_backup(wired, vault.folder, [key.public for key in keys])


def contents_of(vault: Vault, key: KeyPair) -> Contents:
    """Of the last backup."""
    return contents_from(key.opener.opened(vault.contents(vault.survey().complete[-1])))


def database_in(vault: Vault, key: KeyPair) -> bytes:
    opened = (key.opener.opened(vault.place(name).read_bytes()) for name in contents_of(vault, key).pieces)
    return b"".join(opened)


def files_in(vault: Vault, key: KeyPair) -> dict[str, bytes]:
    files = contents_of(vault, key).files
    return {file.id: key.opener.opened(vault.place(file.object).read_bytes()) for file in files}


def files_of(wired: Wired) -> dict[str, bytes]:
    return {file_id: read(wired, file_id) for file_id in wired.store.ids()}


def read(wired: Wired, file_id: str) -> bytes:
    with wired.store.open(file_id) as file:
        return file.read()


def every_file(folder: Path) -> Sequence[Path]:
    return sorted(place for place in folder.rglob("*") if place.is_file())


class Watched:
    """A store that tells when a file is opened, for what happens just then."""

    def __init__(self, wired: Wired) -> None:
        self._store = wired.store
        self.opened: list[str] = []

    def open(self, attachment_id: str) -> BinaryIO:
        self.opened.append(attachment_id)
        self.before(attachment_id)
        return self._store.open(attachment_id)

    def before(self, attachment_id: str) -> None: ...

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def with_store(wired: Wired, store: Watched) -> Wired:
    return replace(wired, store=store)  # type: ignore[arg-type]


def halves(vault: Vault) -> Iterator[Path]:
    return vault.folder.rglob(".*.part")
