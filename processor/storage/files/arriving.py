"""How much has come of files that arrive in pieces, where no disk is shared: the database keeps count.

The size of a file is compared and set in one statement, so that of two connections that bring the same bytes one is
taken, from whatever process they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update

from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.files.partial_files import OffsetMoved, PartGone
from processor.storage.tables.core import arriving_files, arriving_pieces, uploads

FILES, PIECES = arriving_files.c, arriving_pieces.c


@dataclass(frozen=True)
class PieceRow:
    """`object` is its key in the store; `start` and `size` in bytes of the content, `sha256` of it too."""

    start: int
    size: int
    sha256: str
    object: str


@dataclass(frozen=True)
class Arriving:
    """`sha256` once all of it is in its place."""

    size: int
    sha256: str | None


class ArrivingFiles:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def begin(self, file_id: str) -> None:
        with writing(self.engine) as connection:
            connection.execute(insert(arriving_files).values(id=file_id, size=0, begun_at=datetime.now(UTC)))

    def find(self, file_id: str) -> Arriving | None:
        with reading(self.engine) as connection:
            row = connection.execute(select(FILES.size, FILES.sha256).where(FILES.id == file_id)).first()
        return None if row is None else Arriving(*row)

    def pieces(self, file_id: str) -> list[PieceRow]:
        """In their order."""
        columns = [PIECES.start, PIECES.size, PIECES.sha256, PIECES.object]
        with reading(self.engine) as connection:
            rows = connection.execute(select(*columns).where(PIECES.file_id == file_id).order_by(PIECES.start))
            return [PieceRow(*row) for row in rows]

    def add(self, file_id: str, piece: PieceRow) -> None:
        """Raises OffsetMoved, PartGone."""
        with writing(self.engine) as connection:
            resize(connection, file_id, piece.start, piece.start + piece.size)
            connection.execute(insert(arriving_pieces).values(file_id=file_id, **vars(piece)))

    def take_back(self, file_id: str, end: int, start: int) -> list[str]:
        """The objects that are nobody's now. Raises OffsetMoved, PartGone."""
        taken = (PIECES.file_id == file_id) & (PIECES.start >= start)
        with writing(self.engine) as connection:
            resize(connection, file_id, end, start)
            gone = connection.execute(select(PIECES.object).where(taken)).scalars().all()
            connection.execute(delete(arriving_pieces).where(taken))
        return list(gone)

    def finish(self, file_id: str, sha256: str) -> bool:
        """It is in its place. False when it was given up meanwhile."""
        with writing(self.engine) as connection:
            done = connection.execute(update(arriving_files).where(FILES.id == file_id).values(sha256=sha256))
            connection.execute(delete(arriving_pieces).where(PIECES.file_id == file_id))
        return done.rowcount == 1

    def forget(self, file_id: str) -> bool:
        """False when there was nothing to forget."""
        if self.find(file_id) is None:
            return False
        with writing(self.engine) as connection:
            drop(connection, [file_id])
        return True

    def forget_old(self, before: datetime) -> None:
        """What was begun before and no upload names: done, or given up. One in its place whose upload is still to be
        finished, because a crash came between, is named."""
        over = (FILES.begun_at < before) & FILES.id.not_in(select(uploads.c.id))
        with writing(self.engine) as connection:
            drop(connection, connection.execute(select(FILES.id).where(over)).scalars().all())


def resize(connection: Connection, file_id: str, size: int, wanted: int) -> None:
    """Raises OffsetMoved unless it is that large, PartGone when it is no more or in its place."""
    going = (FILES.id == file_id) & FILES.sha256.is_(None)
    changed = update(arriving_files).where(going & (FILES.size == size)).values(size=wanted)
    if connection.execute(changed).rowcount == 0:
        there = connection.execute(select(FILES.id).where(going)).first()
        raise PartGone if there is None else OffsetMoved


def drop(connection: Connection, file_ids: Sequence[str]) -> None:
    for file_id in file_ids:
        connection.execute(delete(arriving_pieces).where(PIECES.file_id == file_id))
        connection.execute(delete(arriving_files).where(FILES.id == file_id))
