"""Dossiers that came from elsewhere: with which receipt, up to where in their log, and whose keys are accepted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from processor.domain.signature import SigningKey
from processor.storage.engine import Connection
from processor.storage.tables.core import attachments, dossiers
from processor.storage.tables.desk import decisions
from processor.storage.tables.exchange import accepted_keys, imports
from processor.storage.writer import AlreadyWritten

COLUMNS = (accepted_keys.c.key_id, accepted_keys.c.public_key, accepted_keys.c.valid_from, accepted_keys.c.valid_to)


@dataclass(frozen=True)
class KeptReceipt:
    """As it was signed where the dossier was sent: its document, the text of its QR code, the letter."""

    document: str
    seal: str
    pdf: bytes


def insert_import(
    connection: Connection, dossier_id: int, last_sequence: int, key_id: str, receipt: KeptReceipt, now: datetime
) -> None:
    row = {"dossier_id": dossier_id, "imported_at": now, "last_sequence": last_sequence, "key_id": key_id}
    told = {"receipt": receipt.document, "receipt_seal": receipt.seal, "receipt_pdf": receipt.pdf}
    connection.execute(insert(imports), row | told)


def kept_receipt(connection: Connection, reference: str) -> KeptReceipt | None:
    """None for a dossier that was sent here."""
    source = imports.join(dossiers, dossiers.c.id == imports.c.dossier_id)
    wanted = select(imports.c.receipt, imports.c.receipt_seal, imports.c.receipt_pdf).select_from(source)
    row = connection.execute(wanted.where(dossiers.c.reference == reference)).first()
    return None if row is None else KeptReceipt(row[0], row[1], bytes(row[2]))


def every_accepted_key(connection: Connection) -> list[SigningKey]:
    """Without a seed: nobody signs with them here."""
    rows = connection.execute(select(*COLUMNS).order_by(accepted_keys.c.valid_from, accepted_keys.c.key_id))
    return [SigningKey(row.key_id, "", row.public_key, row.valid_from, row.valid_to) for row in rows]


def accept_key(connection: Connection, key: SigningKey, now: datetime) -> None:
    told = {name: getattr(key, name) for name in ("key_id", "public_key", "valid_from", "valid_to")}
    connection.execute(insert(accepted_keys), {**told, "accepted_at": now})


def known_files(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Those that a row of ours names already, with their hashes."""
    sent = select(attachments.c.id, attachments.c.sha256).where(attachments.c.id.in_(ids))
    scans = select(decisions.c.file_id, decisions.c.file_sha256).where(decisions.c.file_id.in_(ids))
    return {row[0]: row[1] for wanted in (sent, scans) for row in connection.execute(wanted)}


@contextmanager
def written_once() -> Iterator[None]:
    """Raises AlreadyWritten when something of it is there."""
    try:
        yield
    except IntegrityError as error:
        raise AlreadyWritten(str(error.orig)) from error
