"""What a server acknowledged, kept outside its process, and how the data is held against it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from processor.domain.access.credentials import secret_hash
from processor.domain.errors import NotFound
from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.storage.dossiers.dossiers import every_attachment, every_dossier
from processor.storage.dossiers.uploads import upload_ids
from processor.storage.engine import reading
from processor.storage.files.partial_files import PartGone

Receipt = dict[str, Any]
Rows = Mapping[str, Any]


@dataclass
class Ledger:
    """`receipts` as the API gave them; `drafts` by the secret of their link, with the name typed; `pieces` by upload,
    with how much was taken; `files` sent whole into a draft and `answers` to an officer, by id with their hash. `asked`
    are the dossiers that wait for an answer; `refused` what should not have been; `keyed` what was sent under a key.
    """

    receipts: list[Receipt] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[Receipt] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    keyed: dict[str, tuple[bytes, Receipt]] = field(default_factory=dict)


def lost(ledger: Ledger, wired: Wired) -> list[str]:
    """Everything acknowledged that is not there, and every fault of the data, after the orphans are swept."""
    sweep_orphans(wired, older_than_seconds=0.0)
    verified = verify(wired)
    found = [*verified.problems, *strays(wired)]
    with reading(wired.engine) as connection:
        dossiers = {row["reference"]: row for row in every_dossier(connection)}
        files = {row["id"]: row for row in every_attachment(connection)}
    found += [f"dossier {receipt['reference']}" for receipt in ledger.receipts if not kept(receipt, dossiers, files)]
    told = ledger.files | ledger.answers
    found += [f"file {one}" for one, digest in told.items() if one not in files or files[one]["sha256"] != digest]
    found += [f"draft {token}" for token, name in ledger.drafts.items() if typed_name(wired, token) != name]
    return found + [f"piece {one}" for one, taken in ledger.pieces.items() if arrived(wired, one) < taken]


def arrived(wired: Wired, upload: str) -> int:
    """In bytes."""
    try:
        return wired.store.partial(upload).size
    except PartGone:
        return 0


def kept(receipt: Receipt, dossiers: Rows, files: Rows) -> bool:
    """The dossier, under both of its secrets, with each of its files."""
    row = dossiers.get(receipt["reference"])
    link = receipt["receipt_url"].rsplit("/", 1)[1]
    secrets = (secret_hash(receipt["access_code"]), secret_hash(link))
    return (
        row is not None
        and secrets == (row["access_code_hash"], row["receipt_token_hash"])
        and all(belongs(file, row, files) for file in receipt["attachments"])
    )


def belongs(file: Mapping[str, Any], dossier: Mapping[str, Any], files: Rows) -> bool:
    row = files.get(file["id"])
    return row is not None and (row["dossier_id"], row["sha256"]) == (dossier["id"], file["sha256"])


def typed_name(wired: Wired, token: str) -> str | None:
    try:
        return open_draft(wired, token).typed["organisation_name"][0]
    except NotFound:
        return None


def strays(wired: Wired) -> Iterator[str]:
    """What lies on the disk or in the store and no row names."""
    with reading(wired.engine) as connection:
        known = {*upload_ids(connection), *(row["id"] for row in every_attachment(connection))}
    lying = {*wired.store.ids(), *(name for _, _, names in os.walk(wired.settings.spool) for name in names)}
    yield from (f"nobody's {name}" for name in sorted(lying - known))
