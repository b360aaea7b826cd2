"""Is everything that was acknowledged there, whole and unchanged? Names each thing that is not."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processor.domain.events import Event, canonical, first_break, salted_hash
from processor.services.parts import Wired
from processor.storage.attachments import CHUNK, AttachmentStore
from processor.storage.dossiers import count_dossiers, events_of, every_attachment, every_dossier
from processor.storage.engine import reading

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Verified:
    dossiers: int
    attachments: int
    files_without_row: int
    problems: list[str]


def verify(wired: Wired, step: Callable[[int, int], None] = lambda done, total: None) -> Verified:
    """`step(done, total)` is called after each dossier. Files without a row are no fault: the sweep removes them."""
    with reading(wired.engine) as connection:
        total = count_dossiers(connection)
        problems: list[str] = []
        told: set[tuple[int, str, str]] = set()
        dossiers = 0
        for row in every_dossier(connection):
            events = events_of(connection, row["id"])
            problems += [f"{row['reference']}: {problem}" for problem in dossier_problems(dict(row), events)]
            told |= {(row["id"], file["id"], file["sha256"]) for file in files_told(events)}
            dossiers += 1
            step(dossiers, total)
        rows = [dict(row) for row in every_attachment(connection)]
    for file in rows:
        problems += file_problems(wired.store, file)
    kept = {(row["dossier_id"], row["id"], row["sha256"]) for row in rows if row["dossier_id"]}
    problems += [f"tệp {file_id} khác lúc gửi" for _, file_id, _ in sorted(told ^ kept)]
    known = {row["id"] for row in rows}
    strays = sum(1 for attachment_id in wired.store.ids() if attachment_id not in known)
    return Verified(dossiers, len(rows), strays, problems)


def dossier_problems(row: Row, events: Sequence[Event]) -> Iterator[str]:
    if not events:
        yield "không có sự kiện nào"
        return
    broken = first_break(events, row["salt"])
    if broken:
        yield broken
    told = json.loads(events[0].data)
    if salted_hash(row["salt"], canonical(row["answers"])) != told.get("answers"):
        yield "câu trả lời khác lúc gửi"
    if told.get("version") != row["form_version"]:
        yield "phiên bản biểu mẫu khác lúc gửi"


def files_told(events: Sequence[Event]) -> list[dict[str, str]]:
    files: list[dict[str, str]] = json.loads(events[0].data).get("attachments", []) if events else []
    return files


def file_problems(store: AttachmentStore, row: Row) -> Iterator[str]:
    try:
        with store.open(row["id"]) as file:
            digest, size = hashlib.sha256(), 0
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        yield f"tệp {row['id']} có dòng nhưng không có trên đĩa"
        return
    if digest.hexdigest() != row["sha256"] or size != row["size"]:
        yield f"tệp {row['id']} đã đổi nội dung"
