"""A dossier as one ZIP: documents in memory, files from the store as they are read, never all at once.

The manifest names every entry with its hash and is the same wherever the dossier is exported; the seal beside it says
who exported it.
"""

import base64
import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from processor.domain.access.officer import Officer
from processor.domain.events import canonical as canonical_text
from processor.domain.files import size_words
from processor.domain.opened import OpenedDossier
from processor.domain.package import (
    DESK,
    DOSSIER,
    EVENTS,
    FORMAT,
    KEYS,
    LARGEST_DOCUMENT,
    MANIFEST,
    PAGE,
    RECEIPT,
    RECEIPT_PDF,
    SEAL,
    VERSION,
    Entry,
    Manifest,
    PackageFault,
    canonical,
    definition_name,
    entry_of,
    file_name,
    key_for_package,
    statement,
)
from processor.domain.scanning import refuse_closed
from processor.rendering.documents.package import package_html
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.log import known_dossier, record
from processor.services.parts import Wired
from processor.services.proof.receipts import Issued, pdf_of, receipt_for
from processor.services.proof.signing import signer_at, verifying_keys
from processor.storage.engine import Connection, writing
from processor.storage.exchange.portable import desk_rows, dossier_rows, event_rows, snapshot
from processor.storage.exchange.portable_money import budget_rows, decision_rows, scans_of
from processor.storage.files.attachments import CHUNK

EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16


@dataclass(frozen=True)
class PackedFile:
    """One file of the store, and where it lies in the ZIP."""

    id: str
    entry: Entry


@dataclass(frozen=True)
class Package:
    """Ready to be written: documents by name, files to be read."""

    reference: str
    documents: dict[str, bytes]
    files: Sequence[PackedFile]


def pack_for(wired: Wired, officer: Officer, reference: str) -> Package:
    """For an officer who takes it along: noted in the log, as opening a file is.

    Raises NotFound, PackageFault; Conflict when a file may not be opened.
    """
    refuse_closed_files(wired, open_dossier(wired, reference))
    with writing(wired.engine) as connection:
        record(wired, connection, known_dossier(connection, reference), officer, "exported")
    return pack(wired, reference)


def pack(wired: Wired, reference: str) -> Package:
    """Raises NotFound; Conflict when a file may not be opened, PackageFault when one is not there any more."""
    opened = open_dossier(wired, reference)
    number = opened.dossier.id
    refuse_closed_files(wired, opened)
    issued = receipt_for(wired, number)
    key = key_told(wired, issued.signed.key_id)
    with snapshot(wired.engine) as connection:
        documents = documents_of(connection, wired, opened, issued) | {KEYS: as_json({"keys": [key]})}
        files = files_of(connection, number)
    for file in files:
        refuse_missing(wired, file)
    documents |= {PAGE: package_html(wired.catalogue, opened, files_by_id(files)).encode()}
    for name, content in documents.items():
        if len(content) > LARGEST_DOCUMENT:
            raise PackageFault(f"{name} của hồ sơ lớn hơn {size_words(LARGEST_DOCUMENT)}. Báo người quản trị.")
    return Package(opened.dossier.reference, sealed(wired, opened.dossier.reference, documents, files), files)


def refuse_closed_files(wired: Wired, opened: OpenedDossier) -> None:
    """A package holds all files of its dossier or is none. Raises Conflict."""
    for file in opened.dossier.attachments:
        refuse_closed(file, wired.settings.without_scanner)
    if opened.decision and opened.decision.scan:
        refuse_closed(opened.decision.scan, wired.settings.without_scanner)


def documents_of(connection: Connection, wired: Wired, opened: OpenedDossier, issued: Issued) -> dict[str, bytes]:
    number, dossier = opened.dossier.id, opened.dossier
    rows = dossier_rows(connection, number) | {"receipt_seal": issued.signed.seal}
    desk = {
        "rows": desk_rows(connection, number),
        "decisions": decision_rows(connection, number),
        "budget_entries": budget_rows(connection, number),
    }
    found = {
        DOSSIER: as_json(rows),
        EVENTS: as_json({"events": event_rows(connection, number)}),
        DESK: as_json(desk),
        RECEIPT: issued.signed.text,
        RECEIPT_PDF: pdf_of(wired, issued, wired.settings.link_base),
    }
    for version in sorted({dossier.form_version, issued.received.form_version}):
        form = wired.definitions.get(dossier.form_id, version, connection)
        found[definition_name(form.id, version)] = form.document.encode()
    return found


def key_told(wired: Wired, key_id: str) -> dict[str, str | None]:
    """The key of the receipt, with its public part alone."""
    return next(key_for_package(key) for key in verifying_keys(wired) if key.key_id == key_id)


def as_json(content: Any) -> bytes:
    return canonical_text(content).encode()


def files_of(connection: Connection, dossier_id: int) -> list[PackedFile]:
    """What the organisation sent, and the signed decisions."""
    kept = [*dossier_rows(connection, dossier_id)["attachments"], *map(vars, scans_of(connection, dossier_id))]
    return [
        PackedFile(
            file["id"], Entry(name=file_name(file["id"], file["name"]), size=file["size"], sha256=file["sha256"])
        )
        for file in kept
    ]


def files_by_id(files: Sequence[PackedFile]) -> dict[str, str]:
    return {file.id: file.entry.name for file in files}


def refuse_missing(wired: Wired, file: PackedFile) -> None:
    if not wired.store.has(file.id):
        raise PackageFault(f"Tệp {file.id} không còn ở nơi giữ tệp. Chạy hotro verify, khôi phục tệp rồi làm lại.")


def sealed(wired: Wired, reference: str, documents: dict[str, bytes], files: Sequence[PackedFile]) -> dict[str, bytes]:
    """With the manifest and its signature in front."""
    entries = [*(entry_of(name, content) for name, content in documents.items()), *(file.entry for file in files)]
    ordered = tuple(sorted(entries, key=lambda entry: entry.name))
    told = Manifest(format=FORMAT, version=VERSION, reference=reference, entries=ordered)
    manifest = told.document
    signer = signer_at(wired, wired.clock())
    signature = base64.b64encode(signer.sign(statement(manifest))).decode()
    seal = canonical({"key": key_for_package(signer.key), "signature": signature})
    return {MANIFEST: manifest, SEAL: seal, **documents}


def zipped(wired: Wired, package: Package) -> Iterator[bytes]:
    """The ZIP as it comes, in pieces. Raises PackageFault in between when a file is not what its row says."""
    sink = Sink()
    with zipfile.ZipFile(cast(BinaryIO, sink), "w") as archive:
        for name, content in package.documents.items():
            archive.writestr(described(name, zipfile.ZIP_DEFLATED), content)
            yield sink.taken()
        for file in package.files:
            yield from zipped_file(wired, archive, file, sink)
    yield sink.taken()


def zipped_file(wired: Wired, archive: zipfile.ZipFile, file: PackedFile, sink: "Sink") -> Iterator[bytes]:
    """Not compressed again: scans and office files are already."""
    digest = hashlib.sha256()
    with wired.store.open(file.id) as kept, archive.open(described(file.entry.name, zipfile.ZIP_STORED), "w") as entry:
        while chunk := kept.read(CHUNK):
            digest.update(chunk)
            entry.write(chunk)
            yield sink.taken()
    if digest.hexdigest() != file.entry.sha256:
        raise PackageFault(f"Tệp {file.id} đã đổi nội dung nên gói bị bỏ dở. Chạy hotro verify để xem.")


def described(name: str, compression: int) -> zipfile.ZipInfo:
    """The same bytes every time: no clock in it."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = compression
    info.external_attr = READABLE
    return info


class Sink:
    """Takes what the archive writes and hands it on; it cannot go back, so the archive never asks it to."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        piece, self.held = bytes(self.held), bytearray()
        return piece
