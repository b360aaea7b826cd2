"""Every file that a row names is carried from one store to another while the service runs; each is read back.

Nothing is removed from the old place unless that is asked for, and then only what the new place has whole.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from processor.services.parts import Wired
from processor.storage.at_rest.records import FileDamaged
from processor.storage.desk.decisions import every_scan
from processor.storage.dossiers.dossiers import every_attachment
from processor.storage.dossiers.uploads import upload_ids
from processor.storage.engine import reading
from processor.storage.exchange.dossier_lists import list_file_ids
from processor.storage.files.attachments import CHUNK, AttachmentStore
from processor.storage.files.journal import Journal
from processor.storage.files.partial_files import PartGone

AT_ONCE = 8
TOGETHER = 64
ANY = 1 << 62
Step = Callable[[int, int], None]
State = Literal["moved", "there", "missing", "damaged"]


@dataclass(frozen=True)
class Named:
    """`sha256` is None of a list that officers asked for: it is compared with where it comes from."""

    id: str
    sha256: str | None


@dataclass(frozen=True)
class Moved:
    """`moved` now, `there` from before; `missing` at both places; `damaged` where they came from. `half_sent` are still
    arriving at the old place."""

    moved: int
    there: int
    missing: list[str]
    damaged: list[str]
    half_sent: int

    @property
    def whole(self) -> bool:
        return not (self.missing or self.damaged)


@dataclass(frozen=True)
class Places:
    source: AttachmentStore
    target: AttachmentStore
    remove: bool = False


def move(wired: Wired, places: Places, journal: Journal, step: Step = lambda done, total: None) -> Moved:
    """Raises Unavailable; what was carried until then need not be carried again."""
    files = named_files(wired)
    there = set(places.target.ids())
    states: list[tuple[str, State]] = []
    with ThreadPoolExecutor(AT_ONCE, "moving") as hands:
        for part in parts_of(files):
            found = hands.map(lambda file: carried(places, journal, there, file), part)
            states += zip([file.id for file in part], found, strict=True)
            step(len(states), len(files))
    named = {file.id for file in named_files(wired)}
    still = [(one, state) for one, state in states if one in named]
    for one, state in states:
        if state == "moved" and one not in named:  # erased while it was carried: it does not come back
            places.target.remove(one)
    return Moved(
        sum(state == "moved" for _, state in still),
        sum(state == "there" for _, state in still),
        [one for one, state in still if state == "missing"],
        [one for one, state in still if state == "damaged"],
        half_sent(wired, places.source),
    )


def named_files(wired: Wired) -> list[Named]:
    with reading(wired.engine) as connection:
        rows = [Named(row["id"], row["sha256"]) for row in every_attachment(connection)]
        scans = [Named(scan.id, scan.sha256) for scan in every_scan(connection)]
        lists = [Named(file_id, None) for file_id in list_file_ids(connection)]
    return [*rows, *scans, *lists]


def parts_of(files: list[Named]) -> Iterator[list[Named]]:
    left = iter(files)
    while part := list(islice(left, TOGETHER)):
        yield part


def carried(places: Places, journal: Journal, there: set[str], file: Named) -> State:
    try:
        state = state_of(places, journal, there, file)
    except FileNotFoundError:  # between two looks
        return "missing"
    if state in ("moved", "there"):
        journal.add(file.id)
        if places.remove:
            places.source.remove(file.id)
    return state


def state_of(places: Places, journal: Journal, there: set[str], file: Named) -> State:
    if file.id in there and (file.id in journal.done or is_whole(places, file)):
        return "there"
    wanted = digest_at(places.source, file.id)
    if wanted is None:
        return "damaged" if file.id in there or places.source.has(file.id) else "missing"
    if file.sha256 not in (None, wanted):
        return "damaged"
    places.target.remove(file.id)  # the half of a move that was killed, or bytes that are not these
    put(places, file.id)
    return "moved" if digest_at(places.target, file.id) == wanted else "damaged"


def is_whole(places: Places, file: Named) -> bool:
    wanted = file.sha256 or digest_at(places.source, file.id)
    return wanted is not None and digest_at(places.target, file.id) == wanted


def put(places: Places, file_id: str) -> None:
    """Its content, so that the key of the data at rest closes it on the way where there is one now."""
    with places.source.open(file_id) as file:
        incoming = places.target.receive(file_id)
        try:
            while block := file.read(CHUNK):
                incoming.write(block, ANY)
            places.target.keep([incoming])
        finally:
            incoming.discard()


def digest_at(store: AttachmentStore, file_id: str) -> str | None:
    """None of a file that is not there or cannot be read whole."""
    try:
        with store.open(file_id) as file:
            digest = hashlib.sha256()
            while block := file.read(CHUNK):
                digest.update(block)
    except (FileNotFoundError, FileDamaged):
        return None
    return digest.hexdigest()


def half_sent(wired: Wired, source: AttachmentStore) -> int:
    with reading(wired.engine) as connection:
        going = upload_ids(connection)
    return sum(is_arriving(source, one) for one in going)


def is_arriving(store: AttachmentStore, upload_id: str) -> bool:
    try:
        return store.partial(upload_id).size >= 0
    except PartGone:
        return False
