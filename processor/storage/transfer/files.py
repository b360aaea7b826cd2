"""The files that the rows name; they stay where they are, and are read once more for their SHA-256."""

from collections.abc import Iterator

from sqlalchemy import select

from processor.storage.backup.snapshots import NamedFile
from processor.storage.engine import Connection
from processor.storage.tables.core import attachments
from processor.storage.tables.desk import decisions


def named_files(connection: Connection) -> Iterator[NamedFile]:
    """Without their names, which may be encrypted. Lists for officers are left out: they go within a day."""
    sent = select(attachments.c.id, attachments.c.size, attachments.c.sha256)
    signed = select(decisions.c.file_id, decisions.c.file_size, decisions.c.file_sha256)
    for row in connection.execute(sent):
        yield NamedFile(*row)
    for row in connection.execute(signed.where(decisions.c.file_id.is_not(None))):
        yield NamedFile(*row)
