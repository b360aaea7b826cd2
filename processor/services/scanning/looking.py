"""Files that nobody has looked into, of packages and of older versions, are inspected as if they had just come."""

from pathlib import Path

import anyio
import structlog

from processor.domain.errors import HotroError
from processor.domain.files import FILE_TYPES, FileFault
from processor.domain.scanning import BLOCKED, UNSCANNABLE, ScanVerdict
from processor.inspection.inspect import Question, Verdict
from processor.inspection.inspector import Inspector
from processor.services.parts import Wired
from processor.storage.engine import reading, writing
from processor.storage.files.scans import ScannedFile, files_not_looked_at, put_hazards, put_verdict

TOGETHER = 50
INSPECTOR = "hotro"
LOG = structlog.get_logger("hotro.scanning")


def look_into_files(wired: Wired) -> int:
    """How many files were looked into."""
    with reading(wired.engine) as connection:
        files = files_not_looked_at(connection, TOGETHER)
    return sum(looked_into(wired, file) for file in files)


def looked_into(wired: Wired, file: ScannedFile) -> bool:
    """False when its bytes cannot be read: `hotro verify` tells of that."""
    try:
        with wired.store.readable(file.id) as path:
            verdict = inspected(path, file)
    except (OSError, HotroError) as error:
        LOG.warning("file_unreadable", file=file.id, reason=str(error))
        return False
    with writing(wired.engine) as connection:
        if isinstance(verdict, FileFault):
            state = BLOCKED if verdict.code == "file_macro" else UNSCANNABLE
            put_verdict(connection, file, ScanVerdict(state, verdict.code), INSPECTOR, wired.clock())
        put_hazards(connection, file, () if isinstance(verdict, FileFault) else verdict.hazards)
    return True


def inspected(path: Path, file: ScannedFile) -> Verdict:
    """In a process of its own, that ends with this."""
    kind = next(kind for kind in FILE_TYPES.values() if kind.media_type == file.media_type)
    (verdict,) = anyio.run(Inspector(1), [Question(path, f"tep{kind.suffixes[0]}", [kind.id])])
    return verdict
