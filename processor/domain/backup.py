"""Backups: what a manifest says, how it shows damage, which ones are kept.

A manifest is readable without the secret key and names nothing of what is inside: it lists encrypted objects with size
and SHA-256 as they lie on the disk, so that whoever keeps the backups can check and prune them.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from processor.domain.errors import HotroError
from processor.domain.vietnamese import day_of, iso

FORMAT = 1
SEAL = 65
"""Characters: a SHA-256 and the end of its line."""
EVERY_ONE_DAYS = 2
"""So long every backup is kept; of each day before that, the last one."""


class BackupFault(HotroError):
    """A backup or restore that cannot go on; the text says why."""


@dataclass(frozen=True)
class StoredObject:
    """One encrypted file of the backup: size in bytes and SHA-256 of what lies on the disk."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Previous:
    """The backup before; `sha256` of its manifest."""

    sequence: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """One complete backup. `bytes` is what it holds before packing; `lost` counts files that the server had lost."""

    sequence: int
    taken_at: datetime
    program: str
    schema: str
    database: str
    dossiers: int
    files: int
    bytes: int
    lost: int
    recipients: tuple[str, ...]
    previous: Previous | None
    contents: StoredObject
    objects: tuple[StoredObject, ...]

    def to_text(self) -> str:
        """A line of JSON for each part, closed by the SHA-256 of all before it."""
        told = {"format": FORMAT, **vars(self), "taken_at": iso(self.taken_at)}
        told |= {"previous": self.previous and vars(self.previous), "contents": flat(self.contents)}
        told |= {"recipients": list(self.recipients), "objects": [flat(one) for one in self.objects]}
        body = json.dumps(told, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"
        return f"{body}{digest(body)}\n"

    @property
    def sha256(self) -> str:
        return digest(self.to_text())


def manifest_from(text: str) -> Manifest:
    """Raises ValueError for anything but the very bytes that were written, BackupFault for those of a newer program."""
    body, seal = text[:-SEAL], text[-SEAL:]
    if seal != f"{digest(body)}\n":
        raise ValueError("the seal does not fit")
    told: dict[str, Any] = json.loads(body)
    if told.pop("format") != FORMAT:
        raise BackupFault("Bản sao do chương trình bản mới hơn ghi. Dùng chương trình bản đó.")
    previous = told.pop("previous")
    return Manifest(
        taken_at=datetime.fromisoformat(told.pop("taken_at")),
        previous=Previous(**previous) if previous else None,
        contents=StoredObject(*told.pop("contents")),
        objects=tuple(StoredObject(*one) for one in told.pop("objects")),
        recipients=tuple(told.pop("recipients")),
        **told,
    )


def flat(stored: StoredObject) -> list[str | int]:
    return [stored.name, stored.size, stored.sha256]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def outdated(manifests: Sequence[Manifest], now: datetime, keep_days: int) -> list[Manifest]:
    """Which ones may go; never the last. `manifests` in the order they were made."""
    kept = {max(one.sequence for one in manifests)} if manifests else set()
    last_of_day = {day_of(one.taken_at): one.sequence for one in manifests if one.taken_at > now - days(keep_days)}
    kept |= set(last_of_day.values())
    kept |= {one.sequence for one in manifests if one.taken_at > now - days(min(keep_days, EVERY_ONE_DAYS))}
    return [one for one in manifests if one.sequence not in kept]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def named_objects(manifests: Iterable[Manifest]) -> set[str]:
    return {stored.name for one in manifests for stored in one.objects}


@dataclass(frozen=True)
class KeptFile:
    """A file of the installation; `id` is its key in the store, `object` where the backup holds it."""

    id: str
    size: int
    sha256: str
    object: str


@dataclass(frozen=True)
class Contents:
    """What only the secret key opens. `pieces` make up the database in their order; `lost` are ids of files that the
    server had lost or found changed when the backup was made."""

    server_key: str
    database_size: int
    database_sha256: str
    pieces: tuple[str, ...]
    files: tuple[KeptFile, ...]
    lost: tuple[str, ...]

    def to_bytes(self) -> bytes:
        return json.dumps(dataclasses.asdict(self), separators=(",", ":")).encode()


def contents_from(data: bytes) -> Contents:
    told: dict[str, Any] = json.loads(data)
    files = tuple(KeptFile(**one) for one in told.pop("files"))
    return Contents(files=files, pieces=tuple(told.pop("pieces")), lost=tuple(told.pop("lost")), **told)
