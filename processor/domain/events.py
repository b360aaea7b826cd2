"""The event log: append-only, chained per dossier, so that a change or a gap shows.

Personal text enters as a salted hash; the text itself lies beside the event and can be erased without breaking
the chain.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processor.domain.scanning import SCANNER
from processor.domain.vietnamese import iso

BEGINNING = "0" * 64
LOOKS = ("viewed", "page_viewed", "file_opened", "exported")
"""Events of officers who only looked: nothing of the dossier has changed."""
ACTORS = {"applicant": "Tổ chức", SCANNER: "Máy quét mã độc"}
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Event:
    """`data` is canonical JSON text; `note` is free text for people, bound by the hash in `data`."""

    sequence: int
    kind: str
    actor: str
    at: datetime
    data: str
    note: str | None
    previous_hash: str
    hash: str


def canonical(content: Any) -> str:
    return CANONICAL.encode(content)


def salted_hash(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()


def chained_hash(previous_hash: str, sequence: int, kind: str, actor: str, at: datetime, data: str) -> str:
    return hashlib.sha256(canonical([previous_hash, sequence, kind, actor, iso(at), data]).encode()).hexdigest()


def actor_name(event: Event) -> str:
    """Who did it, as officers read it."""
    return ACTORS.get(event.actor) or event.actor.removeprefix("officer:")


def next_event(
    previous: Event | None,
    kind: str,
    actor: str,
    at: datetime,
    salt: str,
    data: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> Event:
    sequence = previous.sequence + 1 if previous else 1
    previous_hash = previous.hash if previous else BEGINNING
    bound = dict(data or {}) | ({"note": salted_hash(salt, note)} if note else {})
    text = canonical(bound)
    at = at.replace(microsecond=0)
    return Event(
        sequence,
        kind,
        actor,
        at,
        text,
        note,
        previous_hash,
        chained_hash(previous_hash, sequence, kind, actor, at, text),
    )


def first_break(events: Sequence[Event], salt: str) -> str | None:
    """What is wrong with the first broken entry, or None when the chain holds."""
    previous_hash = BEGINNING
    for place, event in enumerate(events, start=1):
        wanted = chained_hash(previous_hash, place, event.kind, event.actor, event.at, event.data)
        if event.sequence != place:
            return f"thiếu sự kiện số {place}"
        if event.previous_hash != previous_hash or event.hash != wanted:
            return f"sự kiện số {place} ({event.kind}) đã bị sửa"
        if event.note and json.loads(event.data).get("note") != salted_hash(salt, event.note):
            return f"ghi chú của sự kiện số {place} đã bị sửa"
        previous_hash = event.hash
    return None
