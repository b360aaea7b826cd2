"""Is everything that was acknowledged there, whole and unchanged? Names each thing that is not."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processor.domain.events import Event, canonical, first_break, salted_hash
from processor.services.parts import Wired
from processor.services.proof.roots import first_wrong_root
from processor.storage.at_rest.records import FileDamaged
from processor.storage.desk.decisions import every_scan
from processor.storage.desk.search import not_found
from processor.storage.dossiers.answers import earlier_answers
from processor.storage.dossiers.dossiers import count_dossiers, events_of, every_attachment, every_dossier
from processor.storage.engine import reading
from processor.storage.exchange.dossier_lists import list_file_ids
from processor.storage.files.attachments import CHUNK, AttachmentStore

Row = Mapping[str, Any]
Earlier = tuple[int, dict[str, Any]]


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
        sent: set[tuple[int, str, str]] = set()
        dossiers = 0
        for row in every_dossier(connection):
            events = events_of(connection, row["id"])
            earlier = earlier_answers(connection, row["id"])
            problems += [f"{row['reference']}: {problem}" for problem in dossier_problems(dict(row), events, earlier)]
            sent |= {(row["id"], file["id"], file["sha256"]) for file in files_told(events)}
            dossiers += 1
            step(dossiers, total)
        rows = [dict(row) for row in every_attachment(connection)]
        scans = [vars(scan) for scan in every_scan(connection)]
        lists = list_file_ids(connection)
        problems += [problem] if (problem := first_wrong_root(connection)) else []
        problems += [f"tìm theo tên không thấy {missed} hồ sơ"] if (missed := not_found(connection)) else []
    for file in (*rows, *scans):
        problems += file_problems(wired.store, file)
    kept = {(row["dossier_id"], row["id"], row["sha256"]) for row in rows if row["dossier_id"]}
    problems += [f"tệp {file_id} khác lúc gửi" for _, file_id, _ in sorted(sent ^ kept)]
    known = {row["id"] for row in (*rows, *scans)} | lists
    strays = sum(1 for attachment_id in wired.store.ids() if attachment_id not in known)
    return Verified(dossiers, len(rows), strays, problems)


def dossier_problems(row: Row, events: Sequence[Event], earlier: Sequence[Earlier] = ()) -> Iterator[str]:
    """`earlier` are revision and answers of what stood before, oldest first."""
    if not events:
        yield "không có sự kiện nào"
        return
    broken = first_break(events, row["salt"])
    if broken:
        yield broken
    events = since_erasure(events)
    hashes = told(events, "answers")
    if salted_hash(row["salt"], canonical(row["answers"])) != newest(hashes) or row["answers_hash"] != newest(hashes):
        yield "câu trả lời khác lúc gửi"
    if absences_changed(row, events):
        yield "lý do chưa có giấy tờ khác lúc gửi"
    if newest(told(events, "version")) != row["form_version"]:
        yield "phiên bản biểu mẫu khác lúc gửi"
    yield from earlier_problems(row, hashes[:-1], earlier)


def absences_changed(row: Row, events: Sequence[Event]) -> bool:
    """Each event that adds a reason or takes one away says what they then are."""
    last = newest(told(events, "absences"))
    if last is None:
        return bool(row["absences"])
    return bool(salted_hash(row["salt"], canonical(row["absences"] or {})) != last)


def earlier_problems(row: Row, hashes: Sequence[Any], earlier: Sequence[Earlier]) -> Iterator[str]:
    """Each event that carries answers but the newest has its answers among the earlier ones, in the same order."""
    if len(earlier) != len(hashes):
        yield f"có {len(earlier)} bản câu trả lời trước khi sửa, nhật ký ghi {len(hashes)}"
        return
    for (revision, answers), wanted in zip(earlier, hashes, strict=True):
        if salted_hash(row["salt"], canonical(answers)) != wanted:
            yield f"bản câu trả lời trước khi sửa (số {revision}) đã đổi"


def told(events: Sequence[Event], name: str) -> list[Any]:
    """What each event that speaks of it says, oldest first."""
    return [data[name] for event in events if name in (data := json.loads(event.data))]


def newest(said: Sequence[Any]) -> Any:
    return said[-1] if said else None


def since_erasure(events: Sequence[Event]) -> Sequence[Event]:
    """What can still be compared: an erasure replaces the salt, takes older text, and says what is left."""
    erased = [place for place, event in enumerate(events) if event.kind == "erased"]
    return events[erased[-1] :] if erased else events


def files_told(events: Sequence[Event]) -> list[dict[str, str]]:
    """What came with the dossier and with each addition, without what was removed since."""
    removed = {file_id for ids in told(events, "removed") for file_id in ids}
    return [file for files in told(events, "attachments") for file in files if file["id"] not in removed]


def file_problems(store: AttachmentStore, row: Row) -> Iterator[str]:
    try:
        with store.open(row["id"]) as file:
            digest, size = hashlib.sha256(), 0
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        yield f"tệp {row['id']} có dòng nhưng không có ở nơi giữ tệp"
        return
    except FileDamaged:
        yield f"tệp {row['id']} đã đổi nội dung"
        return
    if digest.hexdigest() != row["sha256"] or size != row["size"]:
        yield f"tệp {row['id']} đã đổi nội dung"
