"""What the server and the process that writes say to each other: JSON, a message each. Rows name their times."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from processor.storage.writer import Intake

READY = b"ready"
LARGEST = 192 * 1024
"""Bytes of a message; the system gives a socket room for one a little larger."""


@dataclass(frozen=True)
class Place:
    """Where rows and files go, and the key that closes them."""

    database: str
    files: Path
    secret: bytes | None = field(repr=False)

    def message(self) -> bytes:
        return to_json([self.database, str(self.files), self.secret.hex() if self.secret else None])

    @classmethod
    def read(cls, message: bytes) -> "Place":
        database, files, secret = from_json(message)
        return cls(database, Path(files), bytes.fromhex(secret) if secret else None)


@dataclass(frozen=True)
class Handed:
    """A submission whose files, by name, lie whole where the server received them; not among those of `intake`."""

    number: int
    intake: Intake
    files: Sequence[str]

    def message(self) -> bytes:
        rows = [self.intake.dossier, self.intake.event, self.intake.queue, self.intake.notice, *self.intake.attachments]
        draft = timed({"draft_id": self.intake.draft_id, "draft_updated_at": self.intake.draft_updated_at})
        return to_json([self.number, [timed(row) for row in rows], draft, self.files])

    @classmethod
    def read(cls, message: bytes) -> "Handed":
        number, rows, draft, files = from_json(message)
        dossier, event, queue, notice, *attachments = [held(row) for row in rows]
        return cls(number, Intake(dossier, event, queue, notice, attachments, **held(draft)), files)


def received(line: socket.socket, flags: int = 0) -> bytes:
    """The next message; empty once the other side is gone, also without having heard everything."""
    try:
        return line.recv(LARGEST, flags)
    except ConnectionResetError:
        return b""


def timed(row: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    return row, [name for name, value in row.items() if isinstance(value, datetime)]


def held(told: tuple[dict[str, Any], list[str]]) -> dict[str, Any]:
    row, times = told
    return row | {name: datetime.fromisoformat(row[name]) for name in times}
